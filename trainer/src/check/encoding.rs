//! Text that was damaged on its way: read in the wrong encoding, escaped, cut, or never text.

use super::{Finding, Kind, Row};
use encoding_rs::WINDOWS_1252;
use intent_model::tokens::Tokens;
use std::collections::BTreeMap;

/// What is wrong with the texts and with the names of the labels.
#[must_use]
pub fn findings(rows: &[Row<'_>]) -> Vec<Finding> {
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
pub struct Fault {
    /// Which.
    pub kind: Kind,
    /// What was found.
    pub what: String,
    /// What the whole text probably was.
    pub meant: Option<String>,
}

impl Fault {
    fn finding(self, place: &str, row: &Row<'_>) -> Finding {
        let finding = Finding::new(self.kind, format!("{place}{}", self.what), [row]);
        Finding { suggestion: self.meant, ..finding }
    }
}

/// The faults of `text`, at most one of a kind.
#[must_use]
pub fn faults(text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |kind, what: String, meant| faults.push(Fault { kind, what, meant });
    if text.is_ascii() && !text.contains(['&', '\\', '"']) && !text.contains(is_control) {
        return faults;
    }
    if text.contains('\u{fffd}') {
        add(Kind::Replaced, "U+FFFD".to_owned(), None);
    }
    let repaired = repaired(text);
    if let Some(meant) = &repaired {
        add(Kind::Mojibake, "UTF-8 read as Windows-1252".to_owned(), Some(meant.clone()));
    }
    // what a wrong reading leaves is one fault, not two
    let rest = repaired.as_deref().unwrap_or(text);
    if let Some(c) = rest.chars().find(|c| is_control(*c)) {
        add(Kind::ControlCharacter, code_point(c), None);
    }
    if let Some(c) = odd(rest) {
        add(Kind::OddCharacter, code_point(c), None);
    }
    if let Some((entity, meant)) = entities(rest) {
        add(Kind::HtmlEntity, entity, Some(meant));
    }
    if let Some(escape) = escape(rest) {
        add(Kind::Escape, escape.to_owned(), None);
    }
    if unpaired_quote(rest) {
        add(Kind::UnpairedQuote, "a single \"".to_owned(), None);
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

/// The text read as it was meant, where it holds UTF-8 that was read as Windows-1252, up to three
/// times over.
fn repaired(text: &str) -> Option<String> {
    let mut best = None;
    for _ in 0..3 {
        match repaired_once(best.as_deref().unwrap_or(text)) {
            Some(better) => best = Some(better),
            None => break,
        }
    }
    best
}

fn repaired_once(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut meant, mut changed, mut at) = (String::with_capacity(text.len()), false, 0);
    while at < chars.len() {
        // neighbouring sequences stand or fall together
        let (mut run, mut end) = (String::new(), at);
        while let Some((c, length)) = sequence(&chars[end..]) {
            run.push(c);
            end += length;
        }
        if run.chars().nth(1).is_some() || run.chars().any(expected) {
            meant.push_str(&run);
            (changed, at) = (true, end);
        } else {
            meant.push(chars[at]);
            at += 1;
        }
    }
    changed.then_some(meant)
}

/// The character whose UTF-8 bytes `chars` begin with, and how many they are (2 to 4).
fn sequence(chars: &[char]) -> Option<(char, usize)> {
    let length = match byte(*chars.first()?)? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = chars.get(..length)?.iter().map(|c| byte(*c)).collect();
    let bytes = bytes?;
    let c = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    (!c.is_control()).then_some((c, length))
}

/// The byte that reads as `c` in Windows-1252, or in Latin-1 where that differs.
fn byte(c: char) -> Option<u8> {
    if matches!(c, '\u{80}'..='\u{ff}') {
        return u8::try_from(c).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmapped) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    bytes.first().copied().filter(|b| !unmapped && *b >= 0x80)
}

/// Characters that a single sequence is believed for. `É»`, which ends a French quotation, is also
/// the UTF-8 of a letter that only phoneticians use.
fn expected(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{17f}' | '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{20cf}'
        | '\u{2100}'..='\u{214f}' | '\u{2190}'..='\u{21ff}' | '\u{2600}'..='\u{27bf}'
        | '\u{fb00}'..='\u{fb06}' | '\u{feff}' | '\u{1f000}'..='\u{1faff}')
}

/// The first entity, and the text without them.
fn entities(text: &str) -> Option<(String, String)> {
    let mut first = None;
    let (mut meant, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find('&') {
        let end = rest[start..].find(';').map_or(rest.len(), |end| start + end + 1);
        let entity = &rest[start..end];
        let decoded = html_escape::decode_html_entities(entity);
        if entity[1..].contains('&') || decoded == entity {
            meant.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
        } else {
            first.get_or_insert_with(|| entity.to_owned());
            meant.push_str(&rest[..start]);
            meant.push_str(&decoded);
            rest = &rest[end..];
        }
    }
    meant.push_str(rest);
    first.map(|first| (first, meant))
}

/// The first `\n`, `\u00e9` or the like, spelled out.
fn escape(text: &str) -> Option<&str> {
    text.match_indices('\\').find_map(|(at, _)| {
        let digits = match text.as_bytes().get(at + 1)? {
            b'u' => 4,
            b'x' => 2,
            b'n' | b'r' | b't' => 0,
            _ => return None,
        };
        let escape = text.get(at..at + 2 + digits)?;
        // a path: C:\\new
        let word = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let path = digits == 0 && word.contains([':', '\\', '/']);
        let hex = escape[2..].bytes().all(|b| b.is_ascii_hexdigit());
        (hex && !path).then_some(escape)
    })
}

/// Whether the text begins or ends with a quotation mark that has no other; after a digit it
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
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<Kind> {
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
            ("caf\u{fffd}", Kind::Replaced),
            ("cafÃ©", Kind::Mojibake),
            ("a\u{0}b", Kind::ControlCharacter),
            ("a\u{85}b", Kind::ControlCharacter),
            ("a&nbsp;b", Kind::HtmlEntity),
            ("caf\\u00e9", Kind::Escape),
            ("one\\ntwo", Kind::Escape),
            ("a\u{200b}b", Kind::OddCharacter),
            ("\u{301}a", Kind::OddCharacter),
            ("a\u{e000}", Kind::OddCharacter),
            ("\"cut", Kind::UnpairedQuote),
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
