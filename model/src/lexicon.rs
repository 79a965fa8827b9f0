//! Words of the training questions: an unknown word is read as the known one that differs from it by
//! one slip of the pen.
//!
//! A slip is a letter too many, two letters swapped, a wrong letter or one too few: at most one, the
//! restricted distance of Damerau (1964). Of several known words the most frequent is taken, then the
//! first in the order above. The search tries all slips, as Norvig's corrector does ("How to Write a
//! Spelling Corrector", 2007), each by one look into a table of hashes: no word is stored.
//!
//! Of the questions of `make bench-peers` with a typo in a tenth of the words, this answers more rightly
//! than the n-grams of the misspelt word alone do: docs/peers.md.
//!
//! The table is of buckets of 64 bytes, each 16 u32, little-endian:
//!
//! | buckets | what |
//! |---|---|
//! | 0-2 | the letters that a slip can take: at most 48 characters, the most frequent first, then zeros |
//! | 2^bits | of each word that hashes there: 28 bits of its hash, and 4 of 1 + log2 of its count (at most 15); 0 is free |

use crate::tokens::Tokens;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// Entries of a bucket.
pub const SLOTS: usize = 16;
/// Bytes of a bucket: one line of a cache.
pub const BUCKET_LEN: usize = 4 * SLOTS;
/// Most letters that a slip can take.
pub const LETTERS: usize = 48;
/// log2 of the most buckets: they hold 32,768 words, in 256 KiB.
pub const MAX_BITS: u8 = 12;
/// Buckets in front, which hold the letters.
const FIRST: u32 = (LETTERS / SLOTS) as u32;
/// Words that a bucket is to hold on average: of 1,000 buckets four get more than they can hold, and lose
/// their rarest words.
const LOAD: usize = SLOTS / 2;
/// Words of fewer letters are taken as they are: most short words are a slip away from another.
const SHORTEST: usize = 4;
/// As are words of more, which would take the most looks.
const LONGEST: usize = 32;
/// Unknown words of a text, from its beginning, that are searched for: bounds the work of a text.
const SEARCHED: usize = 48;
/// An entry's lower half byte from which on a word is what others are read as: it occurs twice. What
/// occurs once is as likely to be a misspelling itself.
const COMMON: u32 = 2;

/// Where the buckets of a lexicon come from.
pub trait Words {
    /// The bucket at `index`, letters counted.
    fn words(&mut self, index: u32) -> [u32; SLOTS];
}

/// A lexicon in memory; no bytes are an empty one.
impl Words for &[u8] {
    fn words(&mut self, index: u32) -> [u32; SLOTS] {
        let start = index as usize * BUCKET_LEN;
        let mut bucket = [0; SLOTS];
        for (entry, bytes) in bucket.iter_mut().zip(self[start..].as_chunks::<4>().0) {
            *entry = u32::from_le_bytes(*bytes);
        }
        bucket
    }
}

/// One slip undone. Places are of the word without brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The letter at this place goes.
    Delete(usize),
    /// The letters at this place and the next change places.
    Swap(usize),
    /// The letter at this place is another.
    Replace(usize, char),
    /// A letter comes before this place.
    Insert(usize, char),
}

/// Is told of what [`respell`] does.
pub(crate) trait Follow {
    /// An edit, whose place is one of all characters of the [`Tokens`].
    fn edited(&mut self, edit: Edit);
}

impl Follow for () {
    fn edited(&mut self, _: Edit) {}
}

/// log2 of the buckets of a lexicon of `words` words, at most `most`; 0 is no lexicon.
#[must_use]
pub fn bits(words: usize, most: u8) -> u8 {
    let wanted = words.div_ceil(LOAD).next_power_of_two().trailing_zeros() as u8;
    wanted.clamp(1, MAX_BITS).min(most)
}

/// Bytes of a lexicon.
#[must_use]
pub fn len(bits: u8) -> usize {
    if bits == 0 { 0 } else { (FIRST as usize + (1 << bits)) * BUCKET_LEN }
}

/// Whether a lexicon holds `word`, a token: it has at least 3 characters, and letters only.
#[must_use]
pub fn takes(word: &[char]) -> bool {
    (SHORTEST - 1..=LONGEST + 1).contains(&word.len()) && word.iter().all(|c| c.is_alphabetic())
}

/// The bytes of a lexicon of 2^`bits` buckets, none where `bits` is 0. `words` are [taken](takes), each with how often it occurs, the
/// most frequent first: a full bucket takes no more.
#[must_use]
pub fn encode<'a>(words: impl Iterator<Item = (&'a [char], u32)>, bits: u8) -> Vec<u8> {
    let mut bytes = vec![0; len(bits)];
    if bits == 0 {
        return bytes;
    }
    let mut letters = BTreeMap::<char, u64>::new();
    let (letter_bytes, buckets) = bytes.split_at_mut(FIRST as usize * BUCKET_LEN);
    for (word, count) in words {
        word.iter().for_each(|c| *letters.entry(*c).or_default() += u64::from(count));
        let (index, print) = place(hash(word), bits);
        let entry = print | (1 + count.max(1).ilog2()).min(15);
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

/// Reads the unknown words of `tokens` as known ones.
pub(crate) fn respell(
    tokens: &mut Tokens,
    follow: &mut impl Follow,
    bits: u8,
    source: &mut impl Words,
) {
    if bits == 0 {
        return;
    }
    let (mut letters, mut searched) = (Vec::new(), 0);
    for token in 0..tokens.count() {
        let word = tokens.word(token);
        if !(SHORTEST..=LONGEST).contains(&word.len())
            || class(hash(word), bits, source) > 0
            || !takes(word)
        {
            continue;
        }
        if letters.is_empty() {
            letters = read_letters(source);
        }
        if let Some(edit) = nearest(word, &letters, |hash| class(hash, bits, source)) {
            follow.edited(tokens.edit(token, edit));
        }
        searched += 1;
        if searched == SEARCHED {
            return;
        }
    }
}

fn read_letters(source: &mut impl Words) -> Vec<char> {
    let entries = (0..FIRST).flat_map(|index| source.words(index));
    entries.take_while(|c| *c != 0).filter_map(char::from_u32).collect()
}

/// The edit of `word` that gives the most frequent word, by what `class` says of a hash.
fn nearest(word: &[char], letters: &[char], mut class: impl FnMut(u64) -> u32) -> Option<Edit> {
    let mut best = (COMMON - 1, None);
    let mut consider = |hash: u64, edit: Edit| {
        let class = class(hash);
        if class > best.0 {
            best = (class, Some(edit));
        }
    };
    let tail = Tail::of(word);
    // the hashes of what is in front of each place, the end among them
    let mut heads = vec![0];
    for (at, c) in word.iter().enumerate() {
        heads.push(then(heads[at], *c));
    }
    for (at, head) in heads[..word.len()].iter().enumerate() {
        consider(tail.after(*head, at + 1), Edit::Delete(at));
    }
    for (at, (pair, head)) in word.windows(2).zip(&heads).enumerate() {
        if pair[0] != pair[1] {
            consider(tail.after(then(then(*head, pair[1]), pair[0]), at + 2), Edit::Swap(at));
        }
    }
    for (at, head) in heads[..word.len()].iter().enumerate() {
        for letter in letters {
            consider(tail.after(then(*head, *letter), at + 1), Edit::Replace(at, *letter));
        }
    }
    for (at, head) in heads.iter().enumerate() {
        for letter in letters {
            consider(tail.after(then(*head, *letter), at), Edit::Insert(at, *letter));
        }
    }
    best.1
}

/// A large odd number: a hash is the value there of the polynomial of a word's characters, modulo 2^64, so
/// that the hash of a word with one letter changed takes two multiplications.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

fn then(hash: u64, c: char) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(c))
}

fn hash(word: &[char]) -> u64 {
    word.iter().fold(0, |hash, c| then(hash, *c))
}

/// The ends of a word: of that which begins at each place, its hash, and the power of [`BASE`] by which
/// a hash in front of it is multiplied.
struct Tail(Vec<(u64, u64)>);

impl Tail {
    fn of(word: &[char]) -> Self {
        let mut ends = vec![(0, 1); word.len() + 1];
        for at in (0..word.len()).rev() {
            let (hash, power) = ends[at + 1];
            let first = u64::from(word[at]).wrapping_mul(power);
            ends[at] = (first.wrapping_add(hash), BASE.wrapping_mul(power));
        }
        Tail(ends)
    }

    /// The hash of what has the hash `head`, and then the word from `at` on.
    fn after(&self, head: u64, at: usize) -> u64 {
        let (hash, power) = self.0[at];
        head.wrapping_mul(power).wrapping_add(hash)
    }
}

/// Where a word is: its bucket, letters not counted, and the part of its hash that is kept there.
fn place(hash: u64, bits: u8) -> (u32, u32) {
    // the finaliser of SplitMix64 (Steele et al. 2014)
    let mut x = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x as u32 & ((1 << bits) - 1), (x >> 32) as u32 & !15)
}

/// 1 + log2 of how often the word of this hash occurs, 0 where it is unknown.
fn class(hash: u64, bits: u8, source: &mut impl Words) -> u32 {
    let (index, print) = place(hash, bits);
    // without a branch for each entry
    source
        .words(FIRST + index)
        .iter()
        .fold(0, |class, entry| class.max(if entry & !15 == print { entry & 15 } else { 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    fn lexicon(words: &[(&str, u32)]) -> (u8, Vec<u8>) {
        let words: Vec<(Vec<char>, u32)> =
            words.iter().map(|(w, count)| (w.chars().collect(), *count)).collect();
        let bits = bits(words.len(), MAX_BITS);
        (bits, encode(words.iter().map(|(w, count)| (w.as_slice(), *count)), bits))
    }

    fn read(text: &str, words: &[(&str, u32)]) -> String {
        let (bits, bytes) = lexicon(words);
        let mut tokens = Tokens::of(text);
        respell(&mut tokens, &mut (), bits, &mut &bytes[..]);
        tokens.plain().map(|t| t.iter().collect()).collect::<Vec<String>>().join(" ")
    }

    const WORDS: &[(&str, u32)] =
        &[("card", 90), ("cards", 9), ("grossesse", 5), ("transfer", 2), ("cord", 2), ("zebra", 1)];

    #[test]
    fn each_slip_is_undone() {
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
        // 3 letters; a slip from what occurs once; two slips; a digit
        assert_eq!(
            read("crd zebrw crda5 caxxrd tranfer5", WORDS),
            "crd zebrw crda5 caxxrd tranfer5"
        );
        assert_eq!(read("crad", &[]), "crad");
    }

    #[test]
    fn only_the_first_unknown_words_are_searched_for() {
        let text = "crad ".repeat(SEARCHED + 2);
        let got = read(&text, WORDS);
        assert_eq!(got.matches("card").count(), SEARCHED);
        assert!(got.ends_with("crad crad"));
    }

    #[test]
    fn the_buckets_follow_the_words() {
        assert_eq!(
            [0, 1, 16, 17, 5000, 1_000_000].map(|n| bits(n, MAX_BITS)),
            [1, 1, 1, 2, 10, 12]
        );
        assert_eq!(bits(5000, 0), 0);
        assert_eq!(len(0), 0);
        assert_eq!([0, 1].map(|bits| encode([].into_iter(), bits).len()), [0, 5 * BUCKET_LEN]);
        assert_eq!(encode([(&['a'; 4][..], 1)].into_iter(), 0), []);
    }

    proptest! {
        /// Against distances that are computed in full.
        #[test]
        fn nearest_is_a_known_word_one_slip_away(
            known in proptest::collection::btree_map("[a-e]{3,7}", 2u32..40, 1..30), word in "[a-e]{4,6}",
        ) {
            let words: Vec<(&str, u32)> = known.iter().map(|(w, n)| (w.as_str(), *n)).collect();
            let got = read(&word, &words);
            let near: Vec<&(&str, u32)> = words.iter().filter(|(w, _)| slip(&word, w)).collect();
            if known.contains_key(&word) || near.is_empty() {
                prop_assert_eq!(got, word);
            } else {
                let best = near.iter().map(|(_, n)| n.ilog2()).max();
                prop_assert_eq!(known.get(&got).map(|n| n.ilog2()), best);
                prop_assert!(slip(&word, &got));
            }
        }
    }

    /// Whether `b` is one slip away from `a`.
    fn slip(a: &str, b: &str) -> bool {
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
