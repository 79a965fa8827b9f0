//! One parameter out of a URL's query string, strictly: what is not clear is refused, not guessed.

use percent_encoding::percent_decode;
use std::borrow::Cow;
use std::str::Utf8Error;

/// Why a parameter has no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not there.
    Missing,
    /// It is there more than once.
    Duplicated,
    /// Its bytes are not UTF-8.
    NotUtf8,
}

/// The decoded value of the parameter `name` (application/x-www-form-urlencoded: `+` is a space).
/// Other parameters are passed over.
pub(super) fn parameter(query: &str, name: &str) -> Result<String, Refused> {
    let mut values = query.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode(key).is_ok_and(|key| key == name).then_some(value)
    });
    let value = values.next().ok_or(Refused::Missing)?;
    if values.next().is_some() {
        return Err(Refused::Duplicated);
    }
    decode(value).map_err(|_| Refused::NotUtf8)
}

fn decode(text: &str) -> Result<String, Utf8Error> {
    let spaced: Cow<'_, str> =
        if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    percent_decode(spaced.as_bytes()).decode_utf8().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_and_refuses() {
        let get = |query| parameter(query, "query");
        assert_eq!(get("query=a+b%2Bc%20d"), Ok("a b+c d".to_owned()));
        assert_eq!(get("x=1&qu%65ry=%C3%A9t%C3%A9&y"), Ok("été".to_owned()));
        assert_eq!(get("query"), Ok(String::new()));
        assert_eq!(get("query=a=b"), Ok("a=b".to_owned()));
        assert_eq!(get("query=100%"), Ok("100%".to_owned()));
        assert_eq!(get(""), Err(Refused::Missing));
        assert_eq!(get("Query=a"), Err(Refused::Missing));
        assert_eq!(get("query=a&query=a"), Err(Refused::Duplicated));
        assert_eq!(get("query=%ff"), Err(Refused::NotUtf8));
    }
}
