//! Splitting a text into tokens, and the list of them.

use super::edit::Edit;
use super::fold::{CharFold, Unicode};
use alloc::vec::Vec;
use core::ops::Range;

/// Is called at each step of splitting a text into [`Tokens`].
pub(super) trait Trace {
    /// A character of the text, at the byte range `char_bytes`, is about to be folded.
    fn text_char_start(&mut self, char_bytes: Range<u32>);
    /// A token begins, with its opening bracket.
    fn token_start(&mut self);
    /// A folded character is appended to the token.
    fn token_char(&mut self);
    /// The character folded to white space, which is in no token.
    fn white_space(&mut self);
    /// The token ends, with its closing bracket.
    fn token_end(&mut self);
    /// The character of the text is done.
    fn text_char_end(&mut self);
}

impl Trace for () {
    fn text_char_start(&mut self, _: Range<u32>) {}
    fn token_start(&mut self) {}
    fn token_char(&mut self) {}
    fn white_space(&mut self) {}
    fn token_end(&mut self) {}
    fn text_char_end(&mut self) {}
}

/// Opens every token, as in fastText's and finalfusion's bracketed words.
pub const BEGIN: char = '<';
/// Closes every token.
pub const END: char = '>';

/// The tokens of a text: one buffer of characters, each token in it as `<token>`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    chars: Vec<char>,
    spans: Vec<Range<u32>>,
}

/// The kind of a character: a run of `Word` characters is one token, each `Other` one is a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Space,
    Word,
    Other,
}

impl Tokens {
    /// Splits `text`, folded by [`Unicode`]. It cannot fail; the list may be empty.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::fold_with(text, &mut Unicode)
    }

    /// Splits `text`, its characters folded by `fold`.
    pub fn fold_with(text: &str, fold: &mut impl CharFold) -> Self {
        Self::split(text, fold, &mut ())
    }

    /// Splits `text`, and calls `trace` at each step. With `()` the calls compile to nothing, so classifying does
    /// not pay for what only explaining needs.
    pub(super) fn split(text: &str, fold: &mut impl CharFold, trace: &mut impl Trace) -> Self {
        let mut tokens = Tokens {
            chars: Vec::with_capacity(text.len() + text.len() / 2 + 4),
            spans: Vec::with_capacity(text.len() / 4 + 2),
        };
        let mut open = false;
        let mut at = 0;
        for c in text.chars() {
            trace.text_char_start(at..at + c.len_utf8() as u32);
            at += c.len_utf8() as u32;
            let mut push = |c| open = tokens.push(c, open, trace);
            if c.is_ascii() {
                push(c.to_ascii_lowercase());
            } else {
                fold.fold(c, &mut push);
            }
            trace.text_char_end();
        }
        if open {
            tokens.close(trace);
        }
        tokens
    }

    /// Adds one folded character; returns whether a word is open after it.
    fn push(&mut self, c: char, open: bool, trace: &mut impl Trace) -> bool {
        let class = char_class(c);
        if open && class != CharClass::Word {
            self.close(trace);
        }
        if class == CharClass::Space {
            trace.white_space();
            return false;
        }
        if !(open && class == CharClass::Word) {
            let start = self.chars.len() as u32;
            self.spans.push(start..start);
            self.chars.push(BEGIN);
            trace.token_start();
        }
        self.chars.push(c);
        trace.token_char();
        if class == CharClass::Other {
            self.close(trace);
        }
        class == CharClass::Word
    }

    fn close(&mut self, trace: &mut impl Trace) {
        self.chars.push(END);
        trace.token_end();
        if let Some(span) = self.spans.last_mut() {
            span.end = self.chars.len() as u32;
        }
    }

    /// The tokens in order, each with its brackets.
    pub fn bracketed(&self) -> impl ExactSizeIterator<Item = &[char]> {
        self.spans.iter().map(|s| &self.chars[s.start as usize..s.end as usize])
    }

    /// The tokens in order, without brackets.
    pub fn plain(&self) -> impl ExactSizeIterator<Item = &[char]> {
        self.bracketed().map(|t| &t[1..t.len() - 1])
    }

    /// The number of tokens.
    pub(crate) fn count(&self) -> usize {
        self.spans.len()
    }

    /// The token at `index`, without brackets.
    pub(crate) fn word(&self, index: usize) -> &[char] {
        let span = &self.spans[index];
        &self.chars[span.start as usize + 1..span.end as usize - 1]
    }

    /// Applies `edit` to the token at `index`; returns the same edit counted in the characters of all tokens.
    pub(crate) fn edit(&mut self, index: usize, edit: Edit) -> Edit {
        let start = self.spans[index].start as usize + 1;
        let (edit, longer) = match edit {
            Edit::Delete(at) => {
                self.chars.remove(start + at);
                (Edit::Delete(start + at), -1)
            }
            Edit::Swap(at) => {
                self.chars.swap(start + at, start + at + 1);
                (Edit::Swap(start + at), 0)
            }
            Edit::Replace(at, c) => {
                self.chars[start + at] = c;
                (Edit::Replace(start + at, c), 0)
            }
            Edit::Insert(at, c) => {
                self.chars.insert(start + at, c);
                (Edit::Insert(start + at, c), 1)
            }
        };
        let (edited, others) = self.spans[index..].split_at_mut(1);
        edited.iter_mut().for_each(|s| s.end = s.end.wrapping_add_signed(longer));
        for span in others {
            span.start = span.start.wrapping_add_signed(longer);
            span.end = span.end.wrapping_add_signed(longer);
        }
        edit
    }

    /// The index range of each bracketed token among the characters of all.
    pub(crate) fn spans(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        self.spans.iter().map(|s| s.start as usize..s.end as usize)
    }

    /// Characters in all tokens, brackets included: bounds the number of n-grams.
    #[must_use]
    pub fn char_count(&self) -> usize {
        self.chars.len()
    }
}

fn char_class(c: char) -> CharClass {
    if c.is_ascii_alphanumeric() || c == '_' {
        CharClass::Word
    } else if c.is_ascii() {
        if c.is_ascii_whitespace() || c.is_ascii_control() {
            CharClass::Space
        } else {
            CharClass::Other
        }
    } else if c.is_alphanumeric() {
        CharClass::Word
    } else if c.is_whitespace() || c.is_control() {
        CharClass::Space
    } else {
        CharClass::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    fn plain(text: &str) -> Vec<String> {
        Tokens::new(text).plain().map(|t| t.iter().collect()).collect()
    }

    #[test]
    fn folds_case_accents_ligatures_and_apostrophes() {
        assert_eq!(plain("J’ai mal au CŒUR, dès l'été"), plain("j'ai mal au coeur , des l ' ete"));
        assert_eq!(plain("Ça va?!"), ["ca", "va", "?", "!"]);
        assert_eq!(plain("1,5 mg/kg a_b"), ["1", ",", "5", "mg", "/", "kg", "a_b"]);
    }

    #[test]
    fn text_without_tokens() {
        for text in ["", " \t\n\u{a0}", "\u{301}", "\0"] {
            assert!(plain(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn precomposed_and_decomposed_are_one() {
        assert_eq!(Tokens::new("e\u{301}te\u{301}"), Tokens::new("été"));
    }

    proptest! {
        #[test]
        fn every_text_splits_and_tokens_are_bracketed(text in any::<String>()) {
            let tokens = Tokens::new(&text);
            for token in tokens.bracketed() {
                prop_assert!(token.len() >= 3);
                prop_assert_eq!((token[0], token[token.len() - 1]), (BEGIN, END));
                prop_assert!(!token[1..token.len() - 1].iter().any(|c| c.is_whitespace()));
            }
            let chars: usize = tokens.bracketed().map(<[char]>::len).sum();
            prop_assert_eq!(chars, tokens.char_count());
        }

        #[test]
        fn folding_ignores_case_of_ascii(text in "[a-zA-Z0-9 ,?]{0,40}") {
            prop_assert_eq!(Tokens::new(&text), Tokens::new(&text.to_ascii_uppercase()));
        }
    }
}
