//! Texts → near-duplicates, and groups of them.
//!
//! Two texts are near-duplicates where the sets of their character 4-grams, over the folded words
//! without punctuation, have a Jaccard similarity of at least [`SIMILAR`]. Weighing by rarity or
//! counting words instead would call two texts alike that differ in the one word that matters.
//!
//! The pairs are found by prefix filtering (Chaudhuri et al. 2006; Xiao et al. 2008, "PPJoin"): with
//! the grams of each text sorted rare first, two texts of similarity t share one of their first
//! n - ⌈t n⌉ + 1. So only texts that share a rare gram are compared.

use crate::progress::Progress;
use intent_model::grams;
use intent_model::tokens::Tokens;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
use std::collections::HashMap;

/// Jaccard similarity from which two texts are near-duplicates.
pub const SIMILAR: f64 = 0.8;
/// Texts of the largest group that likeness makes. The largest of the public data sets that it was
/// measured on has 13 (docs/check.md).
pub const LARGEST: usize = 50;
/// Characters of a gram.
const GRAM: usize = 4;
/// Texts that one is compared with, of those that share one rare gram: bounds the work where
/// generated data shares all of them.
const COMPARED: usize = 1000;

/// Two texts of a list that are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Index of one text.
    pub a: u32,
    /// Index of the other, which is greater.
    pub b: u32,
    /// Their Jaccard similarity.
    pub similarity: f64,
}

/// What is alike in a list of texts.
#[derive(Debug)]
pub struct Near {
    /// For each text the first with the same words: itself where it is the first.
    pub first: Vec<u32>,
    /// The near-duplicates among the first texts, ascending by `a`, then `b`.
    pub pairs: Vec<Pair>,
}

impl Near {
    /// Compares `texts`.
    #[must_use]
    pub fn of(texts: &[String], similar: f64, progress: &Progress) -> Near {
        let words: Vec<Vec<char>> = texts.par_iter().map(|t| words(t)).collect();
        let mut seen: HashMap<&[char], u32> = HashMap::with_capacity(words.len());
        let first: Vec<u32> =
            (0u32..).zip(&words).map(|(i, w)| *seen.entry(w).or_insert(i)).collect();
        drop(seen);
        let own: Vec<u32> = (0..texts.len() as u32).filter(|&i| first[i as usize] == i).collect();
        let sets: Vec<Vec<u64>> =
            own.par_iter().map(|&i: &u32| gram_set(&words[i as usize])).collect();
        drop(words);
        let mut pairs = join(&rare_first(sets), similar, progress);
        for pair in &mut pairs {
            let (a, b) = (own[pair.a as usize], own[pair.b as usize]);
            (pair.a, pair.b) = (a.min(b), a.max(b));
        }
        pairs.sort_unstable_by_key(|p| (p.a, p.b));
        Near { first, pairs }
    }

    /// The group of each text: one number for texts with the same words, and for near-duplicates
    /// and theirs, the nearest joined first, until a group would have more than [`LARGEST`]
    /// texts. Chains of likenesses would otherwise tie whole intents of template-like data together.
    #[must_use]
    pub fn groups(&self) -> Vec<u32> {
        let mut sizes = vec![0usize; self.first.len()];
        self.first.iter().for_each(|&i| sizes[i as usize] += 1);
        let mut nearest: Vec<&Pair> = self.pairs.iter().collect();
        nearest.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        let mut union: UnionFind<u32> = UnionFind::new(self.first.len());
        for pair in nearest {
            let (a, b) = (union.find_mut(pair.a), union.find_mut(pair.b));
            let size = sizes[a as usize] + sizes[b as usize];
            if a != b && size <= LARGEST {
                union.union(a, b);
                sizes[union.find(a) as usize] = size;
            }
        }
        self.first.iter().map(|&i| union.find(i)).collect()
    }
}

/// The groups of near-duplicates among `texts`: a number for each.
#[must_use]
pub fn groups(texts: &[String], progress: &Progress) -> Vec<u32> {
    Near::of(texts, SIMILAR, progress).groups()
}

/// The folded words of a text, each between spaces; all tokens where no token is a word.
fn words(text: &str) -> Vec<char> {
    let tokens = Tokens::of(text);
    let word = |t: &&[char]| t.iter().any(|c| c.is_alphanumeric());
    let any = tokens.plain().any(|t| word(&t));
    let mut chars = Vec::with_capacity(tokens.char_count() + 1);
    for token in tokens.plain().filter(|t| !any || word(t)) {
        chars.push(' ');
        chars.extend(token);
    }
    chars.push(' ');
    chars
}

fn gram_set(words: &[char]) -> Vec<u64> {
    let mut set: Vec<u64> = match words.len() {
        0..=GRAM => vec![grams::hash(words)],
        _ => words.windows(GRAM).map(grams::hash).collect(),
    };
    set.sort_unstable();
    set.dedup();
    set
}

/// Each set with its grams numbered, and sorted, by how many sets hold them.
fn rare_first(sets: Vec<Vec<u64>>) -> Vec<Vec<u32>> {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    sets.iter().flatten().for_each(|&g| *counts.entry(g).or_default() += 1);
    let mut order: Vec<(u32, u64)> = counts.iter().map(|(&g, &n)| (n, g)).collect();
    order.par_sort_unstable();
    for (rank, (_, gram)) in (0..).zip(order) {
        counts.insert(gram, rank);
    }
    let numbered = |set: Vec<u64>| {
        let mut set: Vec<u32> = set.iter().map(|g| counts[g]).collect();
        set.sort_unstable();
        set
    };
    sets.into_par_iter().map(numbered).collect()
}

/// The pairs of sets that are `similar`, in no order.
fn join(sets: &[Vec<u32>], similar: f64, progress: &Progress) -> Vec<Pair> {
    let shared = |length: usize| (similar * length as f64 - 1e-9).ceil() as usize;
    let prefix = |set: &[u32]| set.len() - shared(set.len()).max(1) + 1;
    let mut by_length: Vec<u32> = (0..sets.len() as u32).collect();
    by_length.sort_by_key(|&i| sets[i as usize].len());
    let mut index: HashMap<u32, Vec<u32>> = HashMap::new();
    for (at, &i) in (0..).zip(&by_length) {
        let set = &sets[i as usize];
        set[..prefix(set)].iter().for_each(|&gram| index.entry(gram).or_default().push(at));
    }
    let bar = progress.stage("near-duplicates", sets.len());
    let found: Vec<Vec<Pair>> = (0..by_length.len() as u32)
        .into_par_iter()
        .map(|at| {
            let own = by_length[at as usize];
            let set = &sets[own as usize];
            let mut others: Vec<u32> = Vec::new();
            for gram in &set[..prefix(set)] {
                let shorter = &index[gram];
                let end = shorter.partition_point(|&o| o < at);
                // backwards: the nearest in length first
                let near = shorter[..end].iter().rev().take(COMPARED);
                others.extend(near.take_while(|&&o| {
                    sets[by_length[o as usize] as usize].len() >= shared(set.len())
                }));
            }
            others.sort_unstable();
            others.dedup();
            bar.tick();
            others
                .iter()
                .filter_map(|&o| {
                    let other = by_length[o as usize];
                    let similarity = jaccard(set, &sets[other as usize]);
                    (similarity >= similar).then_some(Pair { a: other, b: own, similarity })
                })
                .collect()
        })
        .collect();
    found.concat()
}

/// Of two ascending sets.
fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both as f64 / (a.len() + b.len() - both) as f64
}
