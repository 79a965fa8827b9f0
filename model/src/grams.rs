//! Tokens → hashed n-grams with their counts.
//!
//! Two families, each with a table of its own:
//!
//! - *words*: the tokens (`douleur`) and the pairs of neighbours (`douleur dos`);
//! - *sub-words*: the n-grams of `min_n` to `max_n` characters inside each bracketed token
//!   (`<do`, `dou`, …, `eur>`), as in fastText (Bojanowski et al. 2017, section 3.2).
//!
//! The hash is that of finalfusion's `FinalfusionHashIndexer`: 64-bit FNV-1a over the number of
//! characters (u64, little-endian) and each character (u32, little-endian), the low bits of
//! which are the bucket. So the sub-word table can be written as a `.fifu` that other tools
//! read.

use crate::tokens::Tokens;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

/// Sizes of the feature space; part of the model, so that serving cannot differ from training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// The word family has `2^word_bits` buckets.
    pub word_bits: u8,
    /// The sub-word family has `2^subword_bits` buckets.
    pub subword_bits: u8,
    /// Shortest character n-gram, brackets counted.
    pub min_n: u8,
    /// Longest character n-gram, brackets counted.
    pub max_n: u8,
}

impl Default for Space {
    /// 2^15 buckets a family and n-grams of 2 to 5 characters.
    fn default() -> Self {
        Space { word_bits: 15, subword_bits: 15, min_n: 2, max_n: 5 }
    }
}

impl Space {
    /// Buckets of the word family.
    #[must_use]
    pub fn word_rows(&self) -> u32 {
        1 << self.word_bits
    }

    /// Buckets of the sub-word family.
    #[must_use]
    pub fn subword_rows(&self) -> u32 {
        1 << self.subword_bits
    }
}

/// A multiset of buckets, in order of first occurrence.
#[derive(Debug)]
pub struct Bag {
    counts: Vec<(u32, u32)>,
    /// Open addressing with linear probing over `counts`: 0 is free, i+1 is entry i.
    slots: Vec<u32>,
}

impl Bag {
    /// For at most `capacity` insertions.
    fn with_capacity(capacity: usize) -> Self {
        let slots = (2 * capacity).next_power_of_two();
        Bag { counts: Vec::with_capacity(capacity), slots: vec![0; slots] }
    }

    fn insert(&mut self, bucket: u32) {
        let mask = self.slots.len() - 1;
        let mut at = bucket as usize & mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.counts.push((bucket, 1));
                    self.slots[at] = self.counts.len() as u32;
                    return;
                }
                i => {
                    let entry = &mut self.counts[i as usize - 1];
                    if entry.0 == bucket {
                        entry.1 += 1;
                        return;
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Where `bucket` is in [`Bag::counts`].
    pub(crate) fn position(&self, bucket: u32) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = bucket as usize & mask;
        loop {
            let entry = (self.slots[at] as usize).checked_sub(1)?;
            if self.counts[entry].0 == bucket {
                return Some(entry);
            }
            at = (at + 1) & mask;
        }
    }

    /// `(bucket, count)` in order of first occurrence; a bucket occurs once.
    #[must_use]
    pub fn counts(&self) -> &[(u32, u32)] {
        &self.counts
    }
}

/// The features of one text.
#[derive(Debug)]
pub struct Features {
    /// Buckets of words and word pairs.
    pub words: Bag,
    /// Buckets of character n-grams.
    pub subwords: Bag,
}

impl Features {
    /// Extracts the features of `text`. Every text has features, if only empty bags.
    #[must_use]
    pub fn of(text: &str, space: &Space) -> Self {
        Self::of_tokens(&Tokens::of(text), space)
    }

    pub(crate) fn of_tokens(tokens: &Tokens, space: &Space) -> Self {
        Features { words: words(tokens, space), subwords: subwords(tokens, space) }
    }
}

fn words(tokens: &Tokens, space: &Space) -> Bag {
    let mut bag = Bag::with_capacity(2 * tokens.plain().len() + 1);
    each_word(tokens, space, |bucket, _| bag.insert(bucket));
    bag
}

/// Gives the bucket of each word and word pair, and which tokens it consists of.
pub(crate) fn each_word(
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
        each_subword(token, space, |bucket, _| bag.insert(bucket));
    }
    bag
}

/// Gives the bucket of each n-gram of one bracketed token, and its place in the token.
pub(crate) fn each_subword(token: &[char], space: &Space, mut give: impl FnMut(u32, Range<usize>)) {
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

/// The hash of a gram; see the module's head.
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
    /// A zero byte only multiplies: four bytes of which three are zero are one step.
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
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    #[test]
    fn a_short_token_gives_itself_once_and_stops() {
        let space = Space::default();
        let mut buckets = Vec::new();
        each_subword(&['<', 'a', '>'], &space, |b, _| buckets.push(b));
        let mask = space.subword_rows() - 1;
        let want = [&['<', 'a'][..], &['<', 'a', '>'], &['a', '>']].map(|g| hash(g) as u32 & mask);
        assert_eq!(buckets, want);
    }

    #[test]
    fn words_and_pairs() {
        let bag = Features::of("mal au dos, mal", &Space::default()).words;
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

        #[test]
        fn a_bag_counts(buckets in proptest::collection::vec(0u32..50, 0..200)) {
            let mut bag = Bag::with_capacity(buckets.len());
            let mut want = BTreeMap::new();
            for b in &buckets {
                bag.insert(*b);
                *want.entry(*b).or_insert(0) += 1;
            }
            for (i, (bucket, _)) in bag.counts().iter().enumerate() {
                prop_assert_eq!(bag.position(*bucket), Some(i));
            }
            prop_assert_eq!(bag.position(50), None);
            prop_assert_eq!(bag.counts().iter().copied().collect::<BTreeMap<_, _>>(), want);
        }
    }
}
