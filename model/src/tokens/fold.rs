//! Folding of a character: by Unicode's own tables, or by one flat table made from them.
//!
//! Unicode's tables have 130 KB. In a guest they would be memory, which is reset after each request:
//! that took 3.4 of the 16.9 µs of a question (docs/serving-speed.md). The flat table is in a passive data segment
//! instead, like the model, and is read u32 by u32, called entries here:
//!
//! | part | entries |
//! |---|---|
//! | index | one for each block of 32 characters: the position of the block, or 0 if all of its characters fold to themselves |
//! | blocks | for each block with a position, one for each of its 32 characters: length << 21 \| value. Length is the number of characters that it folds to. Value is that character if the length is 1, else the position of the characters |
//! | characters | those of the blocks' entries whose length is not 1 |
//!
//! Hangul syllables are not in it: their decomposition is computed (Unicode 16, section 3.12), which saves 177 KB in
//! each component.

use alloc::vec::Vec;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Number of characters of a block.
const BLOCK: usize = 32;
/// Number of blocks: up to U+2FA1F, the last character that does not fold to itself, other than [`SELECTORS`].
const BLOCKS: usize = 0x2fa20 / BLOCK;
/// Bits of a character; the length is above them.
const CHAR_BITS: u32 = 21;

/// Folds characters.
pub trait CharFold {
    /// Calls `give` with each character that `c`, which is not ASCII, folds to: none, one or several.
    fn fold(&mut self, c: char, give: &mut impl FnMut(char));
}

/// Unicode's own tables.
#[derive(Clone, Copy, Debug)]
pub struct Unicode;

impl CharFold for Unicode {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        for c in c.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)) {
            match c {
                'œ' => ['o', 'e'].into_iter().for_each(&mut *give),
                'æ' => ['a', 'e'].into_iter().for_each(&mut *give),
                'ß' => ['s', 's'].into_iter().for_each(&mut *give),
                '’' | '‘' | 'ʼ' => give('\''),
                c => give(c),
            }
        }
    }
}

/// Folds `c` by the table that [`table`] builds; `entry` returns the entry at a position. The result is that of
/// [`Unicode`].
pub fn by_table(c: char, mut entry: impl FnMut(u32) -> u32, give: &mut impl FnMut(char)) {
    if let Some(syllable) = (c as u32).checked_sub(SYLLABLES).filter(|s| *s < 11_172) {
        return syllable_parts(syllable, give);
    }
    if SELECTORS.contains(&c) {
        return;
    }
    let block = match c as u32 / BLOCK as u32 {
        at if at < BLOCKS as u32 => entry(at),
        _ => 0,
    };
    if block == 0 {
        return give(c);
    }
    let folded = entry(block + c as u32 % BLOCK as u32);
    let (length, value) = (folded >> CHAR_BITS, folded & ((1 << CHAR_BITS) - 1));
    // the table holds characters
    let char = |value| char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
    if length == 1 {
        return give(char(value));
    }
    (value..value + length).for_each(|at| give(char(entry(at))));
}

/// Variation selectors: combining marks, which fold to nothing.
const SELECTORS: core::ops::RangeInclusive<char> = '\u{e0100}'..='\u{e01ef}';
/// The first Hangul syllable.
const SYLLABLES: u32 = 0xac00;

/// Gives the leading consonant, the vowel, and the final consonant if there is one.
fn syllable_parts(syllable: u32, give: &mut impl FnMut(char)) {
    let last = syllable % 28;
    let parts = [0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28, 0x11a7 + last];
    let count = if last == 0 { 2 } else { 3 };
    parts.into_iter().take(count).filter_map(char::from_u32).for_each(give);
}

/// The table, the same in every build.
#[must_use]
pub fn table() -> Vec<u32> {
    let folded: Vec<Option<Vec<char>>> = (0..=char::MAX as u32)
        .map(|c| {
            let c = char::from_u32(c).filter(|c| !('\u{ac00}'..='\u{d7a3}').contains(c))?;
            let mut to = Vec::new();
            if c.is_ascii() {
                to.push(c.to_ascii_lowercase());
            } else {
                Unicode.fold(c, &mut |c| to.push(c));
            }
            (to != [c]).then_some(to)
        })
        .collect();
    let blocks: Vec<_> = folded.chunks(BLOCK).take(BLOCKS).collect();
    let used = blocks.iter().filter(|b| b.iter().any(Option::is_some)).count();
    let mut entries = alloc::vec![0; BLOCKS];
    let mut chars = Vec::new();
    let chars_at = BLOCKS + used * BLOCK;
    for (i, block) in blocks.iter().enumerate().filter(|(_, b)| b.iter().any(Option::is_some)) {
        entries[i] = entries.len() as u32;
        for (c, to) in ((i * BLOCK) as u32..).zip(*block) {
            entries.push(match to.as_deref() {
                None => 1 << CHAR_BITS | c,
                Some([one]) => 1 << CHAR_BITS | *one as u32,
                Some(to) => {
                    let at = (chars_at + chars.len()) as u32;
                    chars.extend(to.iter().map(|c| *c as u32));
                    (to.len() as u32) << CHAR_BITS | at
                }
            });
        }
    }
    entries.extend(chars);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::VERSION;

    /// A newer Unicode or another rule folds other characters: a model that was trained before would answer
    /// otherwise. Both figures change together, or neither.
    #[test]
    fn the_table_belongs_to_the_version_of_the_layout() {
        let bytes: Vec<u8> = table().iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!((VERSION, crc32fast::hash(&bytes)), (5, 439_805_909));
    }

    #[test]
    fn the_table_says_the_same_of_every_character() {
        let words = table();
        for c in '\0'..=char::MAX {
            let (mut want, mut got) = (Vec::new(), Vec::new());
            by_table(c, |at| words[at as usize], &mut |c| got.push(c));
            if c.is_ascii() {
                want.push(c.to_ascii_lowercase());
            } else {
                Unicode.fold(c, &mut |c| want.push(c));
            }
            assert_eq!(got, want, "{c:?}");
        }
        assert!(words.len() < 26_000, "{}", words.len());
    }
}
