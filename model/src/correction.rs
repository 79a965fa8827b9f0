//! The spelling corrections that a model makes in a text ([`crate::lexicon`]).

use crate::lexicon;
use crate::model::Model;
use crate::source::Source;
use crate::tokens::{Origins, Tokens};
use alloc::string::String;
use alloc::vec::Vec;

/// A misspelled word of a text, and its correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its first byte in the text.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// The known word that replaces it, folded.
    pub word: String,
}

impl<S: Source> Model<S> {
    /// The words of `text` that are corrected, in order.
    #[must_use]
    pub fn corrections(&self, text: &str) -> Vec<Correction> {
        let mut source = self.source.reader();
        let (spelled, origins) = Origins::trace(text, &mut source);
        let mut read = Tokens::fold_with(text, &mut source);
        lexicon::respell(&mut read, &mut (), self.header.space.lexicon_bits, &mut source);
        let pairs = spelled.plain().zip(read.plain()).zip(origins.tokens(&spelled));
        pairs
            .filter(|((spelled, read), _)| spelled != read)
            .map(|((_, read), at)| Correction {
                start: at.start,
                end: at.end,
                word: read.iter().collect(),
            })
            .collect()
    }
}
