//! Spelling correction: an unknown word is replaced by a known word at edit distance 1. Known words are those of the
//! training questions.
//!
//! An edit deletes a letter, swaps two neighbouring letters, replaces a letter or inserts one: distance 1 of Damerau
//! (1964). Of several known words one with the highest frequency class (1 + log2 of its count) is taken; of
//! equals the first tried: deletions, swaps, replacements, insertions. All edits are
//! tried, as by Norvig ("How to Write a Spelling Corrector", 2007), each by one lookup in a table of hashes: no word
//! is stored.
//!
//! It raises the accuracy on the questions of `make bench-peers` with a typo in a tenth of the words: docs/peers.md.
//!
//! The table is of buckets of 64 bytes, each 16 u32, little-endian:
//!
//! | buckets | content |
//! |---|---|
//! | 0-2 | the letters that edits insert or replace by: at most 48 characters, the most frequent first, then zeros |
//! | 2^bits more | an entry for each word that hashes there: 28 bits of its hash (fingerprint) and 4 bits of frequency class, 1 + log2 of its count, at most 15; 0 is a free entry |

use crate::tokens::{Edit, EditObserver, Tokens};
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// Number of entries of a bucket.
pub const ENTRIES_PER_BUCKET: usize = 16;
/// Bytes of a bucket: one cache line.
pub const BUCKET_LEN: usize = 4 * ENTRIES_PER_BUCKET;
/// Maximum number of letters that edits insert or replace by.
pub const MAX_LETTERS: usize = 48;
/// log2 of the maximum number of buckets: they hold 32,768 words, in 256 KiB.
pub const MAX_BITS: u8 = 12;
/// The first buckets hold the letters.
const LETTER_BUCKETS: u32 = (MAX_LETTERS / ENTRIES_PER_BUCKET) as u32;
/// Number of words that a bucket is to hold on average: four of 1,000 buckets get more than they can hold, and
/// lose their rarest words.
const TARGET_LOAD: usize = ENTRIES_PER_BUCKET / 2;
/// Words of fewer letters are not corrected: most short words are one edit away from another.
const MIN_WORD_LETTERS: usize = 4;
/// Words of more letters are not corrected: they would take the most lookups.
const MAX_WORD_LETTERS: usize = 32;
/// Maximum number of unknown words of a text, from its beginning, that are looked up: bounds the work of a text.
const MAX_SEARCHES: usize = 48;
/// Minimum frequency class of a correction, which means a count of 2: a word that occurs once may itself be
/// misspelled.
const MIN_FREQUENCY_CLASS: u32 = 2;

/// Reads the buckets of a lexicon.
pub trait Lexicon {
    /// The bucket at `index`; those of the letters come first.
    fn bucket(&mut self, index: u32) -> [u32; ENTRIES_PER_BUCKET];
}

/// A lexicon in memory; an empty slice is an empty lexicon.
impl Lexicon for &[u8] {
    fn bucket(&mut self, index: u32) -> [u32; ENTRIES_PER_BUCKET] {
        let start = index as usize * BUCKET_LEN;
        let mut bucket = [0; ENTRIES_PER_BUCKET];
        for (entry, bytes) in bucket.iter_mut().zip(self[start..].as_chunks::<4>().0) {
            *entry = u32::from_le_bytes(*bytes);
        }
        bucket
    }
}

/// log2 of the number of buckets for `words` words, at most `max_bits`; 0 is no lexicon.
#[must_use]
pub fn bits_for(words: usize, max_bits: u8) -> u8 {
    let wanted = words.div_ceil(TARGET_LOAD).next_power_of_two().trailing_zeros() as u8;
    wanted.clamp(1, MAX_BITS).min(max_bits)
}

/// Bytes of a lexicon.
#[must_use]
pub fn byte_len(bits: u8) -> usize {
    if bits == 0 { 0 } else { (LETTER_BUCKETS as usize + (1 << bits)) * BUCKET_LEN }
}

/// Whether a lexicon may hold `word`, a token: it has 3 to 33 characters, all letters. Words of 4 to 32
/// letters are corrected, and an edit can change the length by one.
#[must_use]
pub fn accepts(word: &[char]) -> bool {
    (MIN_WORD_LETTERS - 1..=MAX_WORD_LETTERS + 1).contains(&word.len())
        && word.iter().all(|c| c.is_alphabetic())
}

/// The bytes of a lexicon of 2^`bits` buckets; empty if `bits` is 0. `words` are [accepted](accepts), each with its
/// count, the most frequent first: a full bucket drops further words.
#[must_use]
pub fn encode<'a>(words: impl Iterator<Item = (&'a [char], u32)>, bits: u8) -> Vec<u8> {
    let mut bytes = vec![0; byte_len(bits)];
    if bits == 0 {
        return bytes;
    }
    let mut letters = BTreeMap::<char, u64>::new();
    let (letter_bytes, buckets) = bytes.split_at_mut(LETTER_BUCKETS as usize * BUCKET_LEN);
    for (word, count) in words {
        word.iter().for_each(|c| *letters.entry(*c).or_default() += u64::from(count));
        let (index, fingerprint) = bucket_and_fingerprint(hash(word), bits);
        let entry = fingerprint | (1 + count.max(1).ilog2()).min(15);
        let bucket = &mut buckets[index as usize * BUCKET_LEN..][..BUCKET_LEN];
        if let Some(free) = bucket.as_chunks_mut::<4>().0.iter_mut().find(|e| **e == [0; 4]) {
            *free = entry.to_le_bytes();
        }
    }
    let mut letters: Vec<(char, u64)> = letters.into_iter().collect();
    // stable: ties in the order of the characters
    letters.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    for (at, (letter, _)) in letter_bytes.as_chunks_mut::<4>().0.iter_mut().zip(letters) {
        *at = u32::from(letter).to_le_bytes();
    }
    bytes
}

/// Corrects the spelling of the unknown words of `tokens`.
pub(crate) fn respell(
    tokens: &mut Tokens,
    observer: &mut impl EditObserver,
    bits: u8,
    reader: &mut impl Lexicon,
) {
    if bits == 0 {
        return;
    }
    let (mut letters, mut searched) = (Vec::new(), 0);
    for token in 0..tokens.count() {
        let word = tokens.word(token);
        if !(MIN_WORD_LETTERS..=MAX_WORD_LETTERS).contains(&word.len())
            || frequency_class(hash(word), bits, reader) > 0
            || !accepts(word)
        {
            continue;
        }
        if letters.is_empty() {
            letters = read_letters(reader);
        }
        if let Some(edit) =
            best_correction(word, &letters, |hash| frequency_class(hash, bits, reader))
        {
            observer.edited(tokens.edit(token, edit));
        }
        searched += 1;
        if searched == MAX_SEARCHES {
            return;
        }
    }
}

fn read_letters(reader: &mut impl Lexicon) -> Vec<char> {
    let entries = (0..LETTER_BUCKETS).flat_map(|index| reader.bucket(index));
    entries.take_while(|c| *c != 0).filter_map(char::from_u32).collect()
}

/// The edit of `word` that yields the known word of the highest frequency class; `class` returns the frequency class of
/// a hash, 0 if unknown.
fn best_correction(
    word: &[char],
    letters: &[char],
    mut class: impl FnMut(u64) -> u32,
) -> Option<Edit> {
    let mut best = (MIN_FREQUENCY_CLASS - 1, None);
    let mut consider = |hash: u64, edit: Edit| {
        let class = class(hash);
        if class > best.0 {
            best = (class, Some(edit));
        }
    };
    let suffixes = Suffixes::new(word);
    // the hash of each prefix, by its length
    let mut prefix_hashes = vec![0];
    for (at, c) in word.iter().enumerate() {
        prefix_hashes.push(extend_hash(prefix_hashes[at], *c));
    }
    for (at, prefix_hash) in prefix_hashes[..word.len()].iter().enumerate() {
        consider(suffixes.hash_after(*prefix_hash, at + 1), Edit::Delete(at));
    }
    for (at, (pair, prefix_hash)) in word.windows(2).zip(&prefix_hashes).enumerate() {
        if pair[0] != pair[1] {
            consider(
                suffixes
                    .hash_after(extend_hash(extend_hash(*prefix_hash, pair[1]), pair[0]), at + 2),
                Edit::Swap(at),
            );
        }
    }
    for (at, prefix_hash) in prefix_hashes[..word.len()].iter().enumerate() {
        for letter in letters {
            consider(
                suffixes.hash_after(extend_hash(*prefix_hash, *letter), at + 1),
                Edit::Replace(at, *letter),
            );
        }
    }
    for (at, prefix_hash) in prefix_hashes.iter().enumerate() {
        for letter in letters {
            consider(
                suffixes.hash_after(extend_hash(*prefix_hash, *letter), at),
                Edit::Insert(at, *letter),
            );
        }
    }
    best.1
}

/// Base of the polynomial hash, a large odd number: the hash of a word is Σ c_i BASE^(n-1-i) modulo 2^64, so the
/// hash of an edited word takes two multiplications.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

fn extend_hash(hash: u64, c: char) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(c))
}

fn hash(word: &[char]) -> u64 {
    word.iter().fold(0, |hash, c| extend_hash(hash, *c))
}

/// For the suffix of a word at each index: its hash, and the power of [`BASE`] by which the hash of a prefix is
/// multiplied.
struct Suffixes(Vec<(u64, u64)>);

impl Suffixes {
    fn new(word: &[char]) -> Self {
        let mut ends = vec![(0, 1); word.len() + 1];
        for at in (0..word.len()).rev() {
            let (hash, power) = ends[at + 1];
            let first = u64::from(word[at]).wrapping_mul(power);
            ends[at] = (first.wrapping_add(hash), BASE.wrapping_mul(power));
        }
        Suffixes(ends)
    }

    /// The hash of a prefix with the hash `prefix_hash`, followed by the suffix at `at`.
    fn hash_after(&self, prefix_hash: u64, at: usize) -> u64 {
        let (hash, power) = self.0[at];
        prefix_hash.wrapping_mul(power).wrapping_add(hash)
    }
}

/// The bucket of a word, not counting those of the letters, and its fingerprint: 28 bits of its hash.
fn bucket_and_fingerprint(hash: u64, bits: u8) -> (u32, u32) {
    // the finaliser of SplitMix64 (Steele et al. 2014)
    let mut x = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x as u32 & ((1 << bits) - 1), (x >> 32) as u32 & !15)
}

/// Frequency class of the word with this hash: 1 + log2 of its count; 0 if it is unknown.
fn frequency_class(hash: u64, bits: u8, reader: &mut impl Lexicon) -> u32 {
    let (index, fingerprint) = bucket_and_fingerprint(hash, bits);
    // without a branch for each entry
    reader
        .bucket(LETTER_BUCKETS + index)
        .iter()
        .fold(0, |class, entry| class.max(if entry & !15 == fingerprint { entry & 15 } else { 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    fn lexicon(words: &[(&str, u32)]) -> (u8, Vec<u8>) {
        let words: Vec<(Vec<char>, u32)> =
            words.iter().map(|(w, count)| (w.chars().collect(), *count)).collect();
        let bits = bits_for(words.len(), MAX_BITS);
        (bits, encode(words.iter().map(|(w, count)| (w.as_slice(), *count)), bits))
    }

    fn read(text: &str, words: &[(&str, u32)]) -> String {
        let (bits, bytes) = lexicon(words);
        let mut tokens = Tokens::new(text);
        respell(&mut tokens, &mut (), bits, &mut &bytes[..]);
        tokens.plain().map(|t| t.iter().collect()).collect::<Vec<String>>().join(" ")
    }

    const WORDS: &[(&str, u32)] =
        &[("card", 90), ("cards", 9), ("grossesse", 5), ("transfer", 2), ("cord", 2), ("zebra", 1)];

    #[test]
    fn each_edit_is_undone() {
        for wrong in ["grosesse", "grossessse", "grosessse", "grossexse", "rgossesse", "ggrossesse"]
        {
            assert_eq!(read(wrong, WORDS), "grossesse", "{wrong}");
        }
        assert_eq!(read("my crad, trnasfer!", WORDS), "my card , transfer !");
    }

    #[test]
    fn the_most_frequent_is_taken_and_what_is_known_short_rare_or_far_stays() {
        assert_eq!(read("cird", WORDS), "card");
        assert_eq!(read("cord cards zebra", WORDS), "cord cards zebra");
        // 3 letters; one edit from a word that occurs once; two edits; a digit
        assert_eq!(
            read("crd zebrw crda5 caxxrd tranfer5", WORDS),
            "crd zebrw crda5 caxxrd tranfer5"
        );
        assert_eq!(read("crad", &[]), "crad");
    }

    #[test]
    fn only_the_first_unknown_words_are_searched_for() {
        let text = "crad ".repeat(MAX_SEARCHES + 2);
        let got = read(&text, WORDS);
        assert_eq!(got.matches("card").count(), MAX_SEARCHES);
        assert!(got.ends_with("crad crad"));
    }

    #[test]
    fn the_buckets_follow_the_words() {
        assert_eq!(
            [0, 1, 16, 17, 5000, 1_000_000].map(|n| bits_for(n, MAX_BITS)),
            [1, 1, 1, 2, 10, 12]
        );
        assert_eq!(bits_for(5000, 0), 0);
        assert_eq!(byte_len(0), 0);
        assert_eq!([0, 1].map(|bits| encode([].into_iter(), bits).len()), [0, 5 * BUCKET_LEN]);
        assert_eq!(encode([(&['a'; 4][..], 1)].into_iter(), 0), []);
    }

    proptest! {
        /// Against distances that are computed in full.
        #[test]
        fn nearest_is_a_known_word_one_edit_away(
            known in proptest::collection::btree_map("[a-e]{3,7}", 2u32..40, 1..30), word in "[a-e]{4,6}",
        ) {
            let words: Vec<(&str, u32)> = known.iter().map(|(w, n)| (w.as_str(), *n)).collect();
            let got = read(&word, &words);
            let near: Vec<&(&str, u32)> = words.iter().filter(|(w, _)| edit_away(&word, w)).collect();
            if known.contains_key(&word) || near.is_empty() {
                prop_assert_eq!(got, word);
            } else {
                let best = near.iter().map(|(_, n)| n.ilog2()).max();
                prop_assert_eq!(known.get(&got).map(|n| n.ilog2()), best);
                prop_assert!(edit_away(&word, &got));
            }
        }
    }

    /// Whether `b` is one edit away from `a`.
    fn edit_away(a: &str, b: &str) -> bool {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
        let without = |word: &[char], at: usize| [&word[..at], &word[at + 1..]].concat();
        match long.len() - short.len() {
            0 => {
                let wrong: Vec<usize> = (0..a.len()).filter(|&i| a[i] != b[i]).collect();
                match wrong[..] {
                    [_] => true,
                    [i, j] => j == i + 1 && a[i] == b[j] && a[j] == b[i],
                    _ => false,
                }
            }
            1 => (0..long.len()).any(|at| without(long, at) == *short),
            _ => false,
        }
    }
}
