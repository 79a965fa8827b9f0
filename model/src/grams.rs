//! Tokens → hashed n-grams with their counts.
//!
//! Four families, each with a table of its own:
//!
//! - *words*: the tokens (`douleur`) and the pairs of neighbouring tokens (`douleur dos`);
//! - *sub-words*: the n-grams of `min_n` to `max_n` characters inside each bracketed token
//!   (`<do`, `dou`, …, `eur>`), as in fastText (Bojanowski et al. 2017, section 3.2);
//! - *pairs*: the pairs of stems that occur in the same text, at any distance (`doul` with `gros`), and each stem
//!   alone: the features of a polynomial kernel of degree 2. A stem is the first `stem` characters of a word;
//! - *vectors*: the tokens again, in a table of rows learned from pretrained vectors. Empty in a model that was
//!   trained without them.
//!
//! The hash is that of finalfusion's `FinalfusionHashIndexer`: 64-bit FNV-1a over the number of
//! characters (u64, little-endian) and each character (u32, little-endian), the low bits of
//! which are the bucket. So the sub-word table can be written as a `.fifu` that other tools
//! read.

mod bag;
mod space;

pub use bag::Bag;
pub use space::Space;

use crate::lexicon::{self, Lexicon};
use crate::tokens::{CharFold, Origins, Tokens};
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

/// Only the stems of the first words of a text are paired: the number of pairs grows with the square of the number of
/// words. 48 words have up to 1,128 pairs and 48 stems.
pub const MAX_PAIRED_WORDS: usize = 48;

/// The features of one text.
#[derive(Debug)]
pub struct Features {
    /// Buckets of words and word pairs.
    pub words: Bag,
    /// Buckets of character n-grams.
    pub subwords: Bag,
    /// Buckets of stems and of pairs of stems.
    pub pairs: Bag,
    /// Buckets of words in the table of pretrained vectors.
    pub vectors: Bag,
}

impl Features {
    /// Extracts the features of `text` without correcting its spelling. The bags may be empty.
    #[must_use]
    pub fn as_spelled(text: &str, space: &Space) -> Self {
        Self::from_tokens(&Tokens::new(text), space)
    }

    /// Extracts the features of `text`. `reader` folds its characters and has the lexicon that corrects its
    /// spelling.
    pub fn extract(text: &str, space: &Space, reader: &mut (impl CharFold + Lexicon)) -> Self {
        let mut tokens = Tokens::fold_with(text, reader);
        lexicon::respell(&mut tokens, &mut (), space.lexicon_bits, reader);
        Self::from_tokens(&tokens, space)
    }

    /// As [`Features::extract`], and returns the tokens and their origins as well.
    pub(crate) fn extract_traced(
        text: &str,
        space: &Space,
        reader: &mut (impl CharFold + Lexicon),
    ) -> (Self, Tokens, Origins) {
        let (mut tokens, mut origins) = Origins::trace(text, reader);
        lexicon::respell(&mut tokens, &mut origins, space.lexicon_bits, reader);
        (Self::from_tokens(&tokens, space), tokens, origins)
    }

    fn from_tokens(tokens: &Tokens, space: &Space) -> Self {
        Features {
            words: words(tokens, space),
            subwords: subwords(tokens, space),
            pairs: pairs(tokens, space),
            vectors: vectors(tokens, space),
        }
    }

    /// The families in the order of their tables.
    #[must_use]
    pub fn families(&self) -> [&Bag; 4] {
        [&self.words, &self.subwords, &self.pairs, &self.vectors]
    }
}

fn words(tokens: &Tokens, space: &Space) -> Bag {
    let mut bag = Bag::with_capacity(2 * tokens.plain().len() + 1);
    for_each_word(tokens, space, |bucket, _| bag.insert(bucket));
    bag
}

/// Calls `give` with the bucket of each word and word pair, and the indices of its tokens.
pub(crate) fn for_each_word(
    tokens: &Tokens,
    space: &Space,
    mut give: impl FnMut(u32, RangeInclusive<usize>),
) {
    let mask = space.word_rows() - 1;
    let mut previous: Option<&[char]> = None;
    for (i, token) in tokens.plain().enumerate() {
        give(hash(token) as u32 & mask, i..=i);
        if let Some(previous) = previous {
            let pair =
                Fnv::new(previous.len() + 1 + token.len()).chars(previous).char(' ').chars(token);
            give(pair.0 as u32 & mask, i - 1..=i);
        }
        previous = Some(token);
    }
}

fn subwords(tokens: &Tokens, space: &Space) -> Bag {
    let orders = usize::from(space.max_n - space.min_n) + 1;
    let mut bag = Bag::with_capacity(orders * tokens.char_count() + 1);
    for token in tokens.bracketed() {
        for_each_subword(token, space, |bucket, _| bag.insert(bucket));
    }
    bag
}

/// Calls `give` with the bucket of each character n-gram of one bracketed token, and its range in the token.
pub(crate) fn for_each_subword(
    token: &[char],
    space: &Space,
    mut give: impl FnMut(u32, Range<usize>),
) {
    let mask = space.subword_rows() - 1;
    for start in 0..token.len() {
        for n in usize::from(space.min_n)..=usize::from(space.max_n) {
            match token.get(start..start + n) {
                Some(gram) => give(hash(gram) as u32 & mask, start..start + n),
                None => break,
            }
        }
    }
}

fn pairs(tokens: &Tokens, space: &Space) -> Bag {
    if space.pair_bits == 0 {
        return Bag::with_capacity(0);
    }
    let stems = stems(tokens, space);
    let mut bag = Bag::with_capacity(stems.len() * (stems.len() + 1) / 2);
    for_each_pair(&stems, space, |bucket, _, _| bag.insert(bucket));
    bag
}

/// The stems of the first [`MAX_PAIRED_WORDS`] words, sorted, each once with the index of the first token that has
/// it.
pub(crate) fn stems<'a>(tokens: &'a Tokens, space: &Space) -> Vec<(&'a [char], usize)> {
    let word = |t: &&[char]| t[0] == '_' || t[0].is_alphanumeric();
    let mut stems: Vec<(&[char], usize)> = tokens
        .plain()
        .enumerate()
        .filter(|(_, t)| word(t))
        .take(MAX_PAIRED_WORDS)
        .map(|(i, t)| (&t[..t.len().min(usize::from(space.stem))], i))
        .collect();
    stems.sort_unstable();
    stems.dedup_by_key(|s| s.0);
    stems
}

/// Calls `give(bucket, i, j)` for each pair of `stems`, i and j being the indices of their tokens, and for each stem
/// alone, with i = j.
pub(crate) fn for_each_pair(
    stems: &[(&[char], usize)],
    space: &Space,
    mut give: impl FnMut(u32, usize, usize),
) {
    let Some(mask) = space.pair_rows().checked_sub(1) else { return };
    for (i, (a, at)) in stems.iter().enumerate() {
        give(hash(a) as u32 & mask, *at, *at);
        for (b, with) in &stems[i + 1..] {
            let pair = Fnv::new(a.len() + 1 + b.len()).chars(a).char('&').chars(b);
            give(pair.0 as u32 & mask, *at, *with);
        }
    }
}

fn vectors(tokens: &Tokens, space: &Space) -> Bag {
    let mut bag = Bag::with_capacity(if space.vector_bits == 0 { 0 } else { tokens.plain().len() });
    for_each_vector(tokens, space, |bucket, _| bag.insert(bucket));
    bag
}

/// Calls `give` with the bucket of each token in the table of pretrained vectors, and the token's index.
pub(crate) fn for_each_vector(tokens: &Tokens, space: &Space, mut give: impl FnMut(u32, usize)) {
    let Some(mask) = space.vector_rows().checked_sub(1) else { return };
    tokens.plain().enumerate().for_each(|(i, token)| give(hash(token) as u32 & mask, i));
}

/// The hash of an n-gram; see the module's documentation.
#[must_use]
pub fn hash(gram: &[char]) -> u64 {
    Fnv::new(gram.len()).chars(gram).0
}

/// 64-bit FNV-1a.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x100_0000_01b3;
    /// The step of a zero byte only multiplies, so a little-endian u32 below 256 takes one multiplication.
    const PRIME_4: u64 = Self::PRIME.wrapping_pow(4);
    const PRIME_8: u64 = Self::PRIME.wrapping_pow(8);

    fn new(length: usize) -> Self {
        if length < 256 {
            return Fnv((Self::OFFSET ^ length as u64).wrapping_mul(Self::PRIME_8));
        }
        Fnv((length as u64).to_le_bytes().iter().fold(Self::OFFSET, Self::byte))
    }

    fn byte(state: u64, byte: &u8) -> u64 {
        (state ^ u64::from(*byte)).wrapping_mul(Self::PRIME)
    }

    fn char(self, c: char) -> Self {
        let c = c as u32;
        if c < 256 {
            return Fnv((self.0 ^ u64::from(c)).wrapping_mul(Self::PRIME_4));
        }
        Fnv(c.to_le_bytes().iter().fold(self.0, Self::byte))
    }

    fn chars(self, chars: &[char]) -> Self {
        chars.iter().fold(self, |state, c| state.char(*c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_token_gives_itself_once_and_stops() {
        let space = Space::default();
        let mut buckets = Vec::new();
        for_each_subword(&['<', 'a', '>'], &space, |b, _| buckets.push(b));
        let mask = space.subword_rows() - 1;
        let want = [&['<', 'a'][..], &['<', 'a', '>'], &['a', '>']].map(|g| hash(g) as u32 & mask);
        assert_eq!(buckets, want);
    }

    #[test]
    fn words_and_pairs() {
        let bag = Features::as_spelled("mal au dos, mal", &Space::default()).words;
        // mal×2, au, dos, ',' and mal+au, au+dos, dos+',', ','+mal
        assert_eq!(bag.counts().len(), 8);
        assert_eq!(bag.counts()[0].1, 2);
    }

    proptest! {
        #[test]
        fn the_short_steps_equal_plain_fnv(gram in proptest::collection::vec(any::<char>(), 0..300)) {
            let bytes = (gram.len() as u64).to_le_bytes().into_iter()
                .chain(gram.iter().flat_map(|c| (*c as u32).to_le_bytes()));
            prop_assert_eq!(hash(&gram), bytes.fold(Fnv::OFFSET, |s, b| Fnv::byte(s, &b)));
        }
    }
}
