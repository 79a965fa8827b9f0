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
        let mut reader = self.source.reader();
        let (original, origins) = Origins::trace(text, &mut reader);
        let mut corrected = Tokens::fold_with(text, &mut reader);
        lexicon::respell(&mut corrected, &mut (), self.header.space.lexicon_bits, &mut reader);
        let pairs = original.plain().zip(corrected.plain()).zip(origins.tokens(&original));
        pairs
            .filter(|((original, corrected), _)| original != corrected)
            .map(|((_, corrected), at)| Correction {
                start: at.start,
                end: at.end,
                word: corrected.iter().collect(),
            })
            .collect()
    }
}
