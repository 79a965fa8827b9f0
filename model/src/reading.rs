//! Which words of a text are read as others: [`crate::lexicon`].

use crate::grams::Space;
use crate::lexicon::{self, Words};
use crate::tokens::{Fold, Tokens};
use alloc::string::String;
use alloc::vec::Vec;

/// A word of a text, and the known word that it is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its first byte in the text.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// What it is read as, folded.
    pub word: String,
}

/// The words of `text` that are read as others, in order.
pub fn readings(text: &str, space: &Space, source: &mut (impl Fold + Words)) -> Vec<Reading> {
    let (spelled, origins) = Tokens::traced(text, source);
    let mut read = Tokens::folded(text, source);
    lexicon::respell(&mut read, &mut (), space.lexicon_bits, source);
    let pairs = spelled.plain().zip(read.plain()).zip(origins.tokens(&spelled));
    pairs
        .filter(|((spelled, read), _)| spelled != read)
        .map(|((_, read), at)| Reading {
            start: at.start,
            end: at.end,
            word: read.iter().collect(),
        })
        .collect()
}
