//! Character → what it folds to: from Unicode's own tables, or from one flat table made of them.
//!
//! Unicode's tables have 130 KB. In a guest they would be memory, which is reset after each request:
//! that took 3.4 of the 16.9 µs of a question (docs/serving-speed.md). The flat table lies in a passive segment instead, like the
//! model, and is read word by word.
//!
//! | words | what |
//! |---|---|
//! | 0-8703 | for each 128 characters, where their words are; 0 where each folds to itself |
//! | 128 for each such block | length << 21, plus the character, or where the characters are unless there is one |
//! | … | the characters |

use alloc::vec::Vec;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters that share a word of the index.
const BLOCK: usize = 128;
/// Blocks of all characters.
const BLOCKS: usize = (char::MAX as usize + 1) / BLOCK;
/// Bits of a character; the length is above them.
const CHAR_BITS: u32 = 21;

/// Folds characters.
pub trait Fold {
    /// Gives the characters that `c`, which is not ASCII, folds to: none, one or several.
    fn fold(&mut self, c: char, give: &mut impl FnMut(char));
}

/// Unicode's own tables.
#[derive(Clone, Copy, Debug)]
pub struct Unicode;

impl Fold for Unicode {
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

/// Folds `c` by the table of [`table`], whose words `word` gives. Says the same as [`Unicode`].
pub fn by_table(c: char, mut word: impl FnMut(u32) -> u32, give: &mut impl FnMut(char)) {
    let block = word(c as u32 / BLOCK as u32);
    if block == 0 {
        return give(c);
    }
    let entry = word(block + c as u32 % BLOCK as u32);
    let (length, value) = (entry >> CHAR_BITS, entry & ((1 << CHAR_BITS) - 1));
    // the table holds characters
    let char = |value| char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
    if length == 1 {
        return give(char(value));
    }
    (value..value + length).for_each(|at| give(char(word(at))));
}

/// The table, the same in every build.
#[must_use]
pub fn table() -> Vec<u32> {
    let folded: Vec<Option<Vec<char>>> = (0..=char::MAX as u32)
        .map(|c| {
            let c = char::from_u32(c)?;
            let mut to = Vec::new();
            if c.is_ascii() {
                to.push(c.to_ascii_lowercase());
            } else {
                Unicode.fold(c, &mut |c| to.push(c));
            }
            (to != [c]).then_some(to)
        })
        .collect();
    let blocks: Vec<_> = folded.chunks(BLOCK).collect();
    let used = blocks.iter().filter(|b| b.iter().any(Option::is_some)).count();
    let mut words = alloc::vec![0; BLOCKS];
    let mut chars = Vec::new();
    let chars_at = BLOCKS + used * BLOCK;
    for (i, block) in blocks.iter().enumerate().filter(|(_, b)| b.iter().any(Option::is_some)) {
        words[i] = words.len() as u32;
        for (c, to) in ((i * BLOCK) as u32..).zip(*block) {
            words.push(match to.as_deref() {
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
    words.extend(chars);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(words.len() < 1 << 17, "{}", words.len());
    }
}
