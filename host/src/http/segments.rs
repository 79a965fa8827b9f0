//! Paths that name a model: `NAME[/versions/N|/labels/L]`, decoded strictly.

use super::refusal::Refusal;
use crate::registry::Selector;
use percent_encoding::percent_decode;

/// Which version a path names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Which {
    /// None.
    #[default]
    Any,
    /// This one.
    Version(u64),
    /// The one under this label.
    Label(String),
}

impl Which {
    pub(super) fn selector(&self) -> Selector<'_> {
        match self {
            Which::Any => Selector::Any,
            Which::Version(number) => Selector::Version(*number),
            Which::Label(label) => Selector::Label(label),
        }
    }

    /// `versions/N`: digits and nothing else.
    pub(super) fn version(segment: &str) -> Result<Self, Refusal> {
        let bad = || Refusal::bad("The version is not a whole number below 2^64");
        if !segment.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        segment.parse().map(Which::Version).map_err(|_| bad())
    }
}

/// A segment of a path as text. What is no escape or no UTF-8 is refused, not guessed.
pub(super) fn decode(segment: &str) -> Result<String, Refusal> {
    let bad = || Refusal::bad("The path is not percent-encoded UTF-8");
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
        assert_eq!(Which::version("018446744073709551615").ok(), Some(Which::Version(u64::MAX)));
        for bad in ["", "+1", "-1", "1a", "18446744073709551616"] {
            assert!(Which::version(bad).is_err(), "{bad}");
        }
    }
}
