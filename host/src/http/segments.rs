//! Segments of paths that name a model, `NAME[/versions/N|/labels/L]`, decoded strictly.

use super::message_error::MessageError;
use crate::registry::Selector;
use percent_encoding::percent_decode;

/// The version that a path selects; the owned form of [`Selector`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum PathSelector {
    /// None is named.
    #[default]
    Any,
    /// A version by its number.
    Version(u64),
    /// A version by its label.
    Label(String),
}

impl PathSelector {
    pub(super) fn selector(&self) -> Selector<'_> {
        match self {
            PathSelector::Any => Selector::Any,
            PathSelector::Version(number) => Selector::Version(*number),
            PathSelector::Label(label) => Selector::Label(label),
        }
    }

    /// Parses the number of a version: digits and nothing else.
    pub(super) fn version(segment: &str) -> Result<Self, MessageError> {
        let bad = || MessageError::bad_request("The version is not a whole number below 2^64");
        if !segment.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        segment.parse().map(PathSelector::Version).map_err(|_| bad())
    }
}

/// Decodes a segment of a path. Invalid escapes and invalid UTF-8 are refused.
pub(super) fn decode(segment: &str) -> Result<String, MessageError> {
    let bad = || MessageError::bad_request("The path is not percent-encoded UTF-8");
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().is_some_and(|b| b.is_ascii_hexdigit());
        if byte == b'%' && !(digit() && digit()) {
            return Err(bad());
        }
    }
    let text = percent_decode(segment.as_bytes()).decode_utf8().map_err(|_| bad())?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_strictly() {
        assert_eq!(decode("a%20b%C3%A9+").ok().as_deref(), Some("a bé+"));
        for bad in ["%", "a%2", "%zz", "%+1", "%ff", "%2%41"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
        assert_eq!(
            PathSelector::version("018446744073709551615").ok(),
            Some(PathSelector::Version(u64::MAX))
        );
        for bad in ["", "+1", "-1", "1a", "18446744073709551616"] {
            assert!(PathSelector::version(bad).is_err(), "{bad}");
        }
    }
}
