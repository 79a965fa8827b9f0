//! Text that was damaged on its way: read in the wrong encoding, escaped, cut, or never text.

mod escapes;
mod mojibake;

use super::finding::{Finding, Row};
use super::kind::FindingKind;
use escapes::{entities, escape};
use intent_model::tokens::Tokens;
use mojibake::repaired;
use std::collections::BTreeMap;

/// Finds encoding faults in the texts and in the names of the labels.
#[must_use]
pub(crate) fn findings(rows: &[Row<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut labels: BTreeMap<&str, &Row<'_>> = BTreeMap::new();
    for row in rows {
        for fault in faults(&row.record.text) {
            findings.push(fault.finding("", row));
        }
        if let Some(label) = row.record.label.as_deref() {
            labels.entry(label).or_insert(row);
        }
    }
    for (label, row) in labels {
        for fault in faults(label) {
            findings.push(fault.finding("in the label: ", row));
        }
    }
    findings
}

/// One fault of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextFault {
    /// Kind of the fault.
    pub(crate) kind: FindingKind,
    /// Description of what was found.
    pub(crate) what: String,
    /// The whole text as it probably was.
    pub(crate) meant: Option<String>,
}

impl TextFault {
    fn finding(self, place: &str, row: &Row<'_>) -> Finding {
        let finding = Finding::new(self.kind, format!("{place}{}", self.what), [row]);
        Finding { suggestion: self.meant, ..finding }
    }
}

/// The faults of `text`, at most one of a kind.
#[must_use]
pub(crate) fn faults(text: &str) -> Vec<TextFault> {
    let mut faults = Vec::new();
    let mut add = |kind, what: String, meant| faults.push(TextFault { kind, what, meant });
    if text.is_ascii() && !text.contains(['&', '\\', '"']) && !text.contains(is_control) {
        return faults;
    }
    if text.contains('\u{fffd}') {
        add(FindingKind::Replaced, "U+FFFD".to_owned(), None);
    }
    let repaired = repaired(text);
    if let Some(meant) = &repaired {
        add(FindingKind::Mojibake, "UTF-8 read as Windows-1252".to_owned(), Some(meant.clone()));
    }
    // what a wrong reading leaves is one fault, not two
    let rest = repaired.as_deref().unwrap_or(text);
    if let Some(c) = rest.chars().find(|c| is_control(*c)) {
        add(FindingKind::ControlCharacter, code_point(c), None);
    }
    if let Some(c) = odd(rest) {
        add(FindingKind::OddCharacter, code_point(c), None);
    }
    if let Some((entity, meant)) = entities(rest) {
        add(FindingKind::HtmlEntity, entity, Some(meant));
    }
    if let Some(escape) = escape(rest) {
        add(FindingKind::Escape, escape.to_owned(), None);
    }
    if unpaired_quote(rest) {
        add(FindingKind::UnpairedQuote, "a single \"".to_owned(), None);
    }
    faults
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// The first character that nobody types: invisible, private, no character at all, or a mark
/// with nothing to stand on. Joiners (U+200C, U+200D) are letters of some scripts and of emoji.
fn odd(text: &str) -> Option<char> {
    let lone_mark = text.chars().next().filter(|c| {
        !c.is_ascii()
            && Tokens::new(&c.to_string()).plain().len() == 0
            && !c.is_whitespace()
            && !c.is_control()
    });
    lone_mark.or_else(|| {
        text.chars().find(|&c| {
            matches!(c,
                '\u{ad}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
                | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
                || u32::from(c) & 0xfffe == 0xfffe
                || matches!(c, '\u{fdd0}'..='\u{fdef}')
        })
    })
}

/// Whether the text begins or ends with an unpaired quotation mark; after a digit it
/// means inches.
fn unpaired_quote(text: &str) -> bool {
    let inner = text.trim();
    let inches =
        |t: &str| t.strip_suffix('"').is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()));
    inner.matches('"').count() == 1
        && (inner.starts_with('"') || (inner.ends_with('"') && !inches(inner)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<FindingKind> {
        faults(text).into_iter().map(|f| f.kind).collect()
    }

    fn meant(text: &str) -> Option<String> {
        faults(text).into_iter().find_map(|f| f.meant)
    }

    #[test]
    fn text_that_is_meant_so() {
        for text in [
            "J’ai mal au cœur, dès l'été : «CAFÉ» ? Ÿ ß 20 € – 5½ µg",
            "Ça coûte 10€…",
            "AMANHÃ à noite",
            "„ÄÖÜ“ größer “Ärger”",
            "náš… “É” “à”",
            "日本語 🙂 👩‍👩‍👧 नमस्ते",
            "AT&T R&D a&b;c fish & chips; salt",
            "C:\\new\\table \\o/",
            "a 27\" screen",
            "\"quoted\" and \"again\"",
            "tab\tand\nline",
            "e\u{301}te\u{301}",
        ] {
            assert_eq!(faults(text), [], "{text}");
        }
    }

    #[test]
    fn what_was_meant() {
        for (text, want) in [
            ("cafÃ© crÃ¨me", "café crème"),
            ("itâ€™s", "it’s"),
            ("itâ\u{80}\u{99}s", "it’s"),
            ("5Â\u{a0}â‚¬", "5\u{a0}€"),
            ("cÅ“ur", "cœur"),
            ("ðŸ™‚ ok", "🙂 ok"),
            ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
            ("cafÃƒÂ©", "café"),
            ("Tom &amp; Jerry &eacute;t&#233; &#xe9;", "Tom & Jerry été é"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn each_kind() {
        for (text, kind) in [
            ("caf\u{fffd}", FindingKind::Replaced),
            ("cafÃ©", FindingKind::Mojibake),
            ("a\u{0}b", FindingKind::ControlCharacter),
            ("a\u{85}b", FindingKind::ControlCharacter),
            ("a&nbsp;b", FindingKind::HtmlEntity),
            ("caf\\u00e9", FindingKind::Escape),
            ("one\\ntwo", FindingKind::Escape),
            ("a\u{200b}b", FindingKind::OddCharacter),
            ("\u{301}a", FindingKind::OddCharacter),
            ("a\u{e000}", FindingKind::OddCharacter),
            ("\"cut", FindingKind::UnpairedQuote),
        ] {
            assert_eq!(kinds(text), [kind], "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at(text in any::<String>()) {
            let _ = faults(&text);
        }

        /// Latin text with accents, read in the wrong encoding, is read back.
        #[test]
        fn misread_text_is_repaired(text in "[a-z ]{0,9}[à-öø-ÿœ€’][a-zà-öø-ÿ ]{0,9}") {
            let misread: String = text.bytes().map(|b| match WINDOWS_1252.decode_without_bom_handling(&[b]).0.chars().next() {
                Some(c) => c,
                None => char::from(b),
            }).collect();
            prop_assert_eq!(meant(&misread), Some(text));
        }
    }
}
