//! For each character of the tokens, the byte range of the text that it comes from.
//!
//! A character of the text folds to none, one or several characters; all of them get its byte range. The bytes of a
//! combining mark, which folds to none, are added to the range of the character before it.

use super::edit::{Edit, EditObserver};
use super::fold::CharFold;
use super::split::{Tokens, Trace};
use alloc::vec::Vec;
use core::ops::Range;

/// The byte range of each character of the [`Tokens`] of a text. Brackets have an empty range at the edge of the
/// token.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Origins {
    chars: Vec<Range<u32>>,
    /// The byte range of the character that is being folded, and whether it has folded to anything yet.
    char_bytes: Range<u32>,
    gave: bool,
}

impl Trace for Origins {
    fn text_char_start(&mut self, char_bytes: Range<u32>) {
        self.char_bytes = char_bytes;
        self.gave = false;
    }

    fn token_start(&mut self) {
        self.chars.push(self.char_bytes.start..self.char_bytes.start);
    }

    fn token_char(&mut self) {
        self.chars.push(self.char_bytes.clone());
        self.gave = true;
    }

    fn white_space(&mut self) {
        self.gave = true;
    }

    fn token_end(&mut self) {
        let end = self.chars.last().map_or(0, |c| c.end);
        self.chars.push(end..end);
    }

    fn text_char_end(&mut self) {
        if self.gave {
            return;
        }
        let char_bytes = self.char_bytes.clone();
        // a combining mark: extend every character that the text's character before it folded to, and move the empty
        // range of a closing bracket behind it
        for range in self.chars.iter_mut().rev().take_while(|r| r.end == char_bytes.start) {
            if range.start == range.end {
                range.start = char_bytes.end;
            }
            range.end = char_bytes.end;
        }
    }
}

/// An inserted letter gets the byte range of the character before it.
impl EditObserver for Origins {
    fn edited(&mut self, edit: Edit) {
        match edit {
            Edit::Delete(at) => {
                self.chars.remove(at);
            }
            Edit::Swap(at) => {
                let both = self.chars[at].start..self.chars[at + 1].end;
                self.chars[at..at + 2].fill(both);
            }
            Edit::Replace(..) => {}
            Edit::Insert(at, _) => self.chars.insert(at, self.chars[at - 1].clone()),
        }
    }
}

impl Origins {
    /// Splits `text`, its characters folded by `fold`, and records the byte range of each character.
    pub fn trace(text: &str, fold: &mut impl CharFold) -> (Tokens, Origins) {
        let mut origins = Origins::default();
        let tokens = Tokens::split(text, fold, &mut origins);
        (tokens, origins)
    }

    /// For each token, the byte ranges of its characters, brackets included.
    ///
    /// # Panics
    /// May panic if `tokens` are not those that were returned with this.
    pub fn bracketed<'a>(
        &'a self,
        tokens: &'a Tokens,
    ) -> impl ExactSizeIterator<Item = &'a [Range<u32>]> {
        tokens.spans().map(|span| &self.chars[span])
    }

    /// The byte range of each token, in order. If one character of the text folds to several tokens (`½`, `…`),
    /// their ranges overlap.
    ///
    /// # Panics
    /// May panic if `tokens` are not those that were returned with this.
    pub fn tokens<'a>(&'a self, tokens: &'a Tokens) -> impl Iterator<Item = Range<u32>> + 'a {
        self.bracketed(tokens).filter_map(|token| Some(token.first()?.start..token.last()?.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::fold::Unicode;
    use alloc::string::String;
    use proptest::prelude::*;

    fn pieces(text: &str) -> Vec<&str> {
        let (tokens, origins) = Origins::trace(text, &mut Unicode);
        origins.tokens(&tokens).map(|r| &text[r.start as usize..r.end as usize]).collect()
    }

    #[test]
    fn tokens_lie_where_they_come_from() {
        assert_eq!(pieces("J’ai  MAL au cœur!"), ["J", "’", "ai", "MAL", "au", "cœur", "!"]);
        // a mark belongs to what it stands on, be it a letter, a sign or nothing
        assert_eq!(pieces("e\u{301}te\u{301} a"), ["e\u{301}te\u{301}", "a"]);
        assert_eq!(pieces("a ?\u{301}\u{302}b"), ["a", "?\u{301}\u{302}", "b"]);
        assert_eq!(pieces("\u{301}a \u{301}b"), ["a", "b"]);
        // one character, several tokens
        assert_eq!(pieces("a½b"), ["a½", "½", "½b"]);
    }

    #[test]
    fn each_character_has_its_bytes() {
        let (tokens, origins) = Origins::trace("cœur", &mut Unicode);
        let token = origins.bracketed(&tokens).next().unwrap_or_default();
        assert_eq!(token, [0..0, 0..1, 1..3, 1..3, 3..4, 4..5, 5..5]);
    }

    proptest! {
        #[test]
        fn tracing_changes_nothing_and_ranges_hold_their_tokens(
            text in "[a-zA-Zéœßﬁ½…’\u{301}\u{308}İΣ日 ,?!\t]{0,30}|\\PC{0,30}",
        ) {
            let (tokens, origins) = Origins::trace(&text, &mut Unicode);
            prop_assert_eq!(&tokens, &Tokens::new(&text));
            let ranges: Vec<_> = origins.tokens(&tokens).collect();
            prop_assert_eq!(ranges.len(), tokens.plain().len());
            prop_assert!(ranges.is_sorted_by_key(|r| (r.start, r.end)));
            for (token, range) in tokens.plain().zip(ranges) {
                // slicing panics outside of character boundaries
                let piece: &str = &text[range.start as usize..range.end as usize];
                let again = Tokens::new(piece);
                prop_assert!(again.plain().any(|t| t == token), "{:?}", token.iter().collect::<String>());
            }
            for chars in origins.bracketed(&tokens) {
                prop_assert!(chars.is_sorted_by_key(|r| (r.start, r.end)));
            }
        }
    }
}
