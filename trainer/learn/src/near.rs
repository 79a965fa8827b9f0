//! Near-duplicates among texts, and groups of them.
//!
//! Two texts are near-duplicates if the sets of their character 4-grams, over the folded words
//! without punctuation, have a Jaccard similarity of at least [`MIN_SIMILARITY`]. Weighting by rarity or
//! comparing words would match two texts that differ in the one word that matters.
//!
//! The pairs are found by prefix filtering (Chaudhuri et al. 2006; Xiao et al. 2008, "PPJoin"): with
//! the grams of each text sorted rare first, two texts of similarity t share one of their first
//! n - ⌈t n⌉ + 1. Only texts that share a rare gram are compared.

use crate::progress::Progress;
use intent_model::grams;
use intent_model::tokens::Tokens;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
use std::collections::HashMap;

/// Jaccard similarity from which two texts are near-duplicates.
pub const MIN_SIMILARITY: f64 = 0.8;
/// Maximum number of texts of a group of near-duplicates. The largest group in the public data sets that were
/// measured has 13 (docs/check.md).
const MAX_GROUP: usize = 50;
/// Characters of a gram.
const GRAM: usize = 4;
/// Maximum number of texts that one text is compared with; texts that share its rarest grams come first. No question of
/// the public data sets reaches the limit; of a million generated ones, which share all their grams, a third
/// did, and without it all their pairs would be compared. Beyond it a pair can be missed.
const MAX_COMPARED: usize = 1000;

/// Texts whose lists are allocated separately at a time.
const CHUNK: usize = 4096;

/// Two near-duplicate texts of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Index of one text.
    pub a: u32,
    /// Index of the other; greater than `a`.
    pub b: u32,
    /// Their Jaccard similarity.
    pub similarity: f64,
}

/// The duplicates and near-duplicates in a list of texts.
#[derive(Debug)]
pub struct NearDuplicates {
    /// For each text the first one with the same words, which may be itself.
    pub first: Vec<u32>,
    /// The near-duplicates among these first texts, ascending by `a`, then `b`.
    pub pairs: Vec<Pair>,
}

impl NearDuplicates {
    /// Compares `texts`: those with a Jaccard similarity of at least `min_similarity` (over 0, at most 1)
    /// are near-duplicates.
    #[must_use]
    pub fn find(texts: &[String], min_similarity: f64, progress: &dyn Progress) -> Self {
        let indices: Vec<u32> = (0..texts.len() as u32).collect();
        let words = Lists::collect(&indices, |i| words(&texts[i as usize]));
        let mut seen: HashMap<&[char], u32> = HashMap::with_capacity(texts.len());
        let mut first = indices;
        first.iter_mut().for_each(|i| *i = *seen.entry(words.get(*i)).or_insert(*i));
        drop(seen);
        let own: Vec<u32> = (0u32..).zip(&first).filter(|(i, f)| i == *f).map(|o| o.0).collect();
        let sets = Lists::collect(&own, |i| gram_set(words.get(i)));
        drop(words);
        let mut pairs = join(&rare_first(sets), min_similarity, progress);
        for pair in &mut pairs {
            let (a, b) = (own[pair.a as usize], own[pair.b as usize]);
            (pair.a, pair.b) = (a.min(b), a.max(b));
        }
        pairs.sort_unstable_by_key(|p| (p.a, p.b));
        NearDuplicates { first, pairs }
    }

    /// The group of each text: texts with the same words share a number, and so do near-duplicates,
    /// directly or through others. The most similar pairs are joined first, and a pair is not joined if the
    /// group would have more than 50 texts: chains of near-duplicates would otherwise tie whole intents of
    /// template-like data together.
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
            if a != b && size <= MAX_GROUP {
                union.union(a, b);
                sizes[union.find(a) as usize] = size;
            }
        }
        self.first.iter().map(|&i| union.find(i)).collect()
    }
}

/// The group of near-duplicates of each text ([`NearDuplicates::groups`]).
#[must_use]
pub fn groups(texts: &[String], progress: &dyn Progress) -> Vec<u32> {
    NearDuplicates::find(texts, MIN_SIMILARITY, progress).groups()
}

/// One list for each text, in one allocation. Separate allocations fragmented the heap: after 200,000 texts
/// the process kept 140 MB.
struct Lists<T> {
    items: Vec<T>,
    starts: Vec<usize>,
}

impl<T: Send> Lists<T> {
    /// The list of each of `indices`.
    fn collect(indices: &[u32], list: impl Fn(u32) -> Vec<T> + Sync) -> Self {
        let mut lists = Lists { items: Vec::new(), starts: vec![0] };
        for indices in indices.chunks(CHUNK) {
            let chunk: Vec<Vec<T>> = indices.par_iter().map(|&i| list(i)).collect();
            for list in chunk {
                lists.items.extend(list);
                lists.starts.push(lists.items.len());
            }
        }
        lists
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn get(&self, i: u32) -> &[T] {
        &self.items[self.starts[i as usize]..self.starts[i as usize + 1]]
    }
}

/// The folded words of a text, each between spaces; all tokens if none is a word.
fn words(text: &str) -> Vec<char> {
    let tokens = Tokens::new(text);
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

/// The hashes of the character 4-grams, ascending.
fn gram_set(words: &[char]) -> Vec<u64> {
    let mut set: Vec<u64> = match words.len() {
        0..=GRAM => vec![grams::hash(words)],
        _ => words.windows(GRAM).map(grams::hash).collect(),
    };
    set.sort_unstable();
    set.dedup();
    set
}

/// Replaces each gram by its rank in rarity, and sorts each set by it: rare grams first.
fn rare_first(sets: Lists<u64>) -> Lists<u32> {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    sets.items.iter().for_each(|&g| *counts.entry(g).or_default() += 1);
    let mut order: Vec<(u32, u64)> = counts.iter().map(|(&g, &n)| (n, g)).collect();
    order.par_sort_unstable();
    for (rank, (_, gram)) in (0..).zip(order) {
        counts.insert(gram, rank);
    }
    let mut items: Vec<u32> = sets.items.par_iter().map(|g| counts[g]).collect();
    for range in sets.starts.windows(2) {
        items[range[0]..range[1]].sort_unstable();
    }
    Lists { items, starts: sets.starts }
}

/// The pairs of sets with a similarity of at least `min_similarity`, in no order.
fn join(sets: &Lists<u32>, min_similarity: f64, progress: &dyn Progress) -> Vec<Pair> {
    // a similar set shares at least so many of the grams
    let shared = |set: &[u32]| (min_similarity * set.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    let prefix = |set: &[u32]| set.len() - shared(set) + 1;
    let mut by_length: Vec<u32> = (0..sets.len() as u32).collect();
    by_length.sort_by_key(|&i| sets.get(i).len());
    let set = |place: u32| sets.get(by_length[place as usize]);
    let places = 0..by_length.len() as u32;
    let mut index: HashMap<u32, Vec<u32>> = HashMap::new();
    for place in places.clone() {
        let set = set(place);
        set[..prefix(set)].iter().for_each(|&gram| index.entry(gram).or_default().push(place));
    }
    let stage = progress.stage("near-duplicates", sets.len());
    let found: Vec<Vec<Pair>> = places
        .into_par_iter()
        .map(|place| {
            stage.tick();
            let own = set(place);
            let shortest = shared(own);
            let mut others: Vec<u32> = Vec::new();
            for gram in &own[..prefix(own)] {
                let holders = &index[gram];
                // backwards: closest in length first
                let before = holders[..holders.partition_point(|&o| o < place)].iter().rev();
                others.extend(before.take_while(|&&o| set(o).len() >= shortest).take(MAX_COMPARED));
                if others.len() > MAX_COMPARED {
                    others.truncate(MAX_COMPARED);
                    break;
                }
            }
            others.sort_unstable();
            others.dedup();
            let index_of = |place: u32| by_length[place as usize];
            let pair = |other: u32| {
                let similarity = jaccard(own, set(other), min_similarity)?;
                Some(Pair { a: index_of(other), b: index_of(place), similarity })
            };
            others.into_iter().filter_map(pair).collect()
        })
        .collect();
    found.concat()
}

/// The Jaccard similarity of two ascending sets, if it is at least `min_similarity`.
fn jaccard(a: &[u32], b: &[u32], min_similarity: f64) -> Option<f64> {
    let total = a.len() + b.len();
    // J = both / (total - both)
    let needed = (min_similarity / (1.0 + min_similarity) * total as f64 - 1e-9).ceil() as usize;
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
        if both + (a.len() - i).min(b.len() - j) < needed {
            return None;
        }
    }
    Some(both as f64 / (total - both) as f64).filter(|s| *s >= min_similarity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn quiet() -> Silent {
        Silent
    }

    fn alike(a: &str, b: &str) -> bool {
        let near = NearDuplicates::find(&[a, b].map(str::to_owned), MIN_SIMILARITY, &quiet());
        near.first[1] == 0 || !near.pairs.is_empty()
    }

    #[test]
    fn what_is_alike_and_what_is_not() {
        for (a, b) in [
            ("Je peux prendre du Doliprane ?", "je peux prendre du doliprane"),
            ("schedule an uber to the mall", "schedule me an uber to the mall"),
            (
                "I have a transaction showing multiple times.",
                "I have a transction showing multiple times",
            ),
            ("???", "? ? ?"),
        ] {
            assert!(alike(a, b), "{a} | {b}");
        }
        for (a, b) in [
            ("how do you say hello in japanese", "how do you say hello in french"),
            ("combien coute doliprane ?", "combien coute ventoline ?"),
            ("yes", "yep"),
            ("", "a"),
            ("!", "?"),
        ] {
            assert!(!alike(a, b), "{a} | {b}");
        }
    }

    #[test]
    fn a_chain_makes_no_group_larger_than_the_bound() {
        // each text is the one before with one word less at one end and one more at the other
        let word = |i: usize| format!("w{}", i * 7919 % 100_003);
        let texts: Vec<String> =
            (0..300).map(|i| (i..i + 20).map(word).collect::<Vec<_>>().join(" ")).collect();
        let groups = groups(&texts, &quiet());
        let mut sizes: HashMap<u32, usize> = HashMap::new();
        groups.iter().for_each(|&g| *sizes.entry(g).or_default() += 1);
        let largest = sizes.values().copied().max().unwrap_or_default();
        assert!((MAX_GROUP / 2..=MAX_GROUP).contains(&largest), "{largest}");
        // the same text is never cut, however often it is there
        let same = vec!["quelle dose de doliprane".to_owned(); 3 * MAX_GROUP];
        assert_eq!(super::groups(&same, &quiet()), vec![0; 3 * MAX_GROUP]);
    }

    proptest! {
        /// The join finds what comparing each with each finds.
        #[test]
        fn no_pair_is_missed(texts in proptest::collection::vec("[ab]{1,3}( [abc]{1,4}){0,6}", 1..60)) {
            let near = NearDuplicates::find(&texts, 0.6, &quiet());
            let sets: Vec<HashSet<u64>> =
                texts.iter().map(|t| gram_set(&words(t)).into_iter().collect()).collect();
            let mut want = Vec::new();
            for b in 0..texts.len() {
                prop_assert_eq!(near.first[b] as usize, (0..=b).find(|&a| words(&texts[a]) == words(&texts[b])).unwrap());
                for a in 0..b {
                    let both = sets[a].intersection(&sets[b]).count() as f64;
                    let similarity = both / (sets[a].len() + sets[b].len()) as f64;
                    let jaccard = similarity / (1.0 - similarity);
                    if [a, b].iter().all(|&i| near.first[i] as usize == i) && jaccard > 0.6 - 1e-9 {
                        want.push((a as u32, b as u32));
                    }
                }
            }
            want.sort_unstable();
            let got: Vec<(u32, u32)> = near.pairs.iter().map(|p| (p.a, p.b)).collect();
            prop_assert_eq!(got, want);
        }

        #[test]
        fn groups_hold_all_near_duplicates(texts in proptest::collection::vec("[ab]{1,3}( [abc]{1,4}){0,6}", 1..MAX_GROUP)) {
            let near = NearDuplicates::find(&texts, MIN_SIMILARITY, &quiet());
            let groups = near.groups();
            for pair in &near.pairs {
                prop_assert_eq!(groups[pair.a as usize], groups[pair.b as usize]);
            }
            for (i, &first) in near.first.iter().enumerate() {
                prop_assert_eq!(groups[i], groups[first as usize]);
            }
        }
    }
}
