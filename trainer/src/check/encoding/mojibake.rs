//! UTF-8 that was read as Windows-1252.

use encoding_rs::WINDOWS_1252;

/// The text read as it was meant, where it holds UTF-8 that was read as Windows-1252, up to three
/// times over.
pub(super) fn repaired(text: &str) -> Option<String> {
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
