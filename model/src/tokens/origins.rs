//! Byte range of the text that each character of the tokens comes from.
//!
//! Folding is per character of the text: each gives none, one or several folded characters, all
//! of which come from its bytes. A dropped mark belongs to what it stands on.

use super::edit::{Edit, EditObserver};
use super::fold::Fold;
use super::split::{Tokens, Trace};
use alloc::vec::Vec;
use core::ops::Range;

/// The bytes in the text of each character of its [`Tokens`], brackets included: theirs are none,
/// at the edge of the token.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Origins {
    chars: Vec<Range<u32>>,
    /// The bytes that are being folded, and whether they gave anything yet.
    source: Range<u32>,
    gave: bool,
}

impl Trace for Origins {
    fn enter(&mut self, source: Range<u32>) {
        self.source = source;
        self.gave = false;
    }

    fn begin(&mut self) {
        self.chars.push(self.source.start..self.source.start);
    }

    fn char(&mut self) {
        self.chars.push(self.source.clone());
        self.gave = true;
    }

    fn space(&mut self) {
        self.gave = true;
    }

    fn end(&mut self) {
        let end = self.chars.last().map_or(0, |c| c.end);
        self.chars.push(end..end);
    }

    fn leave(&mut self) {
        if self.gave {
            return;
        }
        let source = self.source.clone();
        // a dropped mark: it goes to all that the character before folded to, and the bracket behind it
        for range in self.chars.iter_mut().rev().take_while(|r| r.end == source.start) {
            if range.start == range.end {
                range.start = source.end;
            }
            range.end = source.end;
        }
    }
}

/// A letter that is not in the text has the bytes of the one in front of it.
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
    /// Splits `text`, its characters folded by `fold`, and notes where in it each character comes from.
    pub fn trace(text: &str, fold: &mut impl Fold) -> (Tokens, Origins) {
        let mut origins = Origins::default();
        let tokens = Tokens::split(text, fold, &mut origins);
        (tokens, origins)
    }

    /// For each token of `tokens`, the bytes of each of its characters, brackets included.
    ///
    /// # Panics
    /// May panic where `tokens` are not those that this was traced with.
    pub fn bracketed<'a>(
        &'a self,
        tokens: &'a Tokens,
    ) -> impl ExactSizeIterator<Item = &'a [Range<u32>]> {
        tokens.spans().map(|span| &self.chars[span])
    }

    /// The bytes of each token, in order. Where one character of the text folds to several tokens
    /// (`½`, `…`), they overlap.
    ///
    /// # Panics
    /// May panic where `tokens` are not those that this was traced with.
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
