//! Stratified, seeded splits that leave groups whole.

use crate::random::rng;
use rand::seq::SliceRandom;
use std::collections::HashMap;

/// The indices of a training and of a validation part, each ascending.
#[derive(Debug, PartialEq, Eq)]
pub struct Split {
    /// Questions to fit on.
    pub train: Vec<u32>,
    /// Questions to measure on.
    pub valid: Vec<u32>,
}

/// The classes of questions, and the groups that a split leaves whole.
#[derive(Clone, Copy, Debug)]
pub struct Strata<'a> {
    classes: &'a [u32],
    groups: &'a [u32],
    class_count: usize,
}

impl<'a> Strata<'a> {
    /// The class (below `class_count`) and the group of each question. The questions of a group have the
    /// same number.
    #[must_use]
    pub fn new(classes: &'a [u32], groups: &'a [u32], class_count: usize) -> Self {
        Strata { classes, groups, class_count }
    }

    /// Puts `share` of each class, rounded, into the validation part: at least one question of a
    /// class that has two, and never the last question of a class.
    ///
    /// A group lands on one side. A group that would overfill a class stays in training, so the
    /// validation part of a class is never too large, and too small by less than its largest group if
    /// no group spans classes. Groups of one change nothing.
    #[must_use]
    pub fn split(&self, share: f64, seed: u64) -> Split {
        let by_class = self.by_class();
        let wanted = |members: &Vec<u32>| {
            let wanted = (members.len() as f64 * share).round() as usize;
            wanted.max(usize::from(share > 0.0)).min(members.len().saturating_sub(1))
        };
        let mut free: Vec<usize> = by_class.iter().map(wanted).collect();
        let mut split = Split { train: Vec::new(), valid: Vec::new() };
        for group in shuffled(by_class, self.groups, seed, "split") {
            let counts = class_counts(&group, self.classes);
            if counts.iter().all(|count| count.members <= free[count.class]) {
                counts.iter().for_each(|count| free[count.class] -= count.members);
                split.valid.extend(group);
            } else {
                split.train.extend(group);
            }
        }
        split.train.sort_unstable();
        split.valid.sort_unstable();
        split
    }

    /// The fold of each question, 0 to `folds`: each class is dealt out evenly, and each class
    /// starts at another fold, so that small classes do not all land in the first.
    ///
    /// A group lands in one fold: the largest groups are dealt first, each to the fold that has least of
    /// its classes, so that the folds of a class differ by no more than its largest group if no group
    /// spans classes. Groups of one change nothing.
    #[must_use]
    pub fn folds(&self, folds: usize, seed: u64, purpose: &str) -> Vec<u8> {
        let mut dealt = vec![vec![0; folds]; self.class_count];
        let mut fold_of = vec![0; self.classes.len()];
        let mut order = shuffled(self.by_class(), self.groups, seed, purpose);
        order.sort_by_key(|group| std::cmp::Reverse(group.len()));
        for group in order {
            let counts = class_counts(&group, self.classes);
            let first = counts.first().map_or(0, |count| count.class);
            let load = |fold: usize| -> usize {
                counts.iter().map(|count| count.members * dealt[count.class][fold]).sum()
            };
            let fold =
                (0..folds).map(|i| (first + i) % folds).min_by_key(|&f| load(f)).unwrap_or(0);
            counts.iter().for_each(|count| dealt[count.class][fold] += count.members);
            group.iter().for_each(|&member| fold_of[member as usize] = fold as u8);
        }
        fold_of
    }

    fn by_class(&self) -> Vec<Vec<u32>> {
        by_class(self.classes, self.class_count, 0..self.classes.len() as u32)
    }
}

/// The questions `members` of each class, in their order.
pub(crate) fn by_class(
    classes: &[u32],
    class_count: usize,
    members: impl IntoIterator<Item = u32>,
) -> Vec<Vec<u32>> {
    let mut by_class = vec![Vec::new(); class_count];
    for member in members {
        by_class[classes[member as usize] as usize].push(member);
    }
    by_class
}

/// A group of its own for each of `count` questions.
#[must_use]
pub fn singletons(count: usize) -> Vec<u32> {
    (0..count as u32).collect()
}

/// The groups, in the order in which their members occur in the shuffled classes.
fn shuffled(by_class: Vec<Vec<u32>>, groups: &[u32], seed: u64, purpose: &str) -> Vec<Vec<u32>> {
    let mut place: HashMap<u32, usize> = HashMap::with_capacity(groups.len());
    let mut order: Vec<Vec<u32>> = Vec::with_capacity(groups.len());
    for (class, mut members) in by_class.into_iter().enumerate() {
        members.shuffle(&mut rng(seed, purpose, class as u64));
        for member in members {
            let at = *place.entry(groups[member as usize]).or_insert(order.len());
            match order.get_mut(at) {
                Some(group) => group.push(member),
                None => order.push(vec![member]),
            }
        }
    }
    order
}

/// The members of one class in a group.
struct ClassCount {
    class: usize,
    members: usize,
}

/// The members of each class in a group, which lists its members class by class.
fn class_counts(group: &[u32], classes: &[u32]) -> Vec<ClassCount> {
    let class = |member: &u32| classes[*member as usize];
    let runs = group.chunk_by(|a, b| class(a) == class(b));
    runs.map(|run| ClassCount { class: class(&run[0]) as usize, members: run.len() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The split before there were groups.
    fn plain(classes: &[u32], count: usize, share: f64, seed: u64) -> Split {
        let mut split = Split { train: Vec::new(), valid: Vec::new() };
        for (class, mut members) in Strata::new(classes, &singletons(classes.len()), count)
            .by_class()
            .into_iter()
            .enumerate()
        {
            members.shuffle(&mut rng(seed, "split", class as u64));
            let wanted = ((members.len() as f64 * share).round() as usize).max(1);
            let valid = wanted.min(members.len().saturating_sub(1));
            split.valid.extend(&members[..valid]);
            split.train.extend(&members[valid..]);
        }
        split.train.sort_unstable();
        split.valid.sort_unstable();
        split
    }

    fn count(part: impl IntoIterator<Item = usize>, classes: &[u32], class: u32) -> usize {
        part.into_iter().filter(|&i| classes[i] == class).count()
    }

    fn indices(part: &[u32]) -> impl Iterator<Item = usize> {
        part.iter().map(|&i| i as usize)
    }

    /// Questions with their class and group; a group of `pure` ones has one class.
    fn grouped(pure: bool) -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
        proptest::collection::vec((0u32..4, 0u32..40), 1..200).prop_map(move |rows| {
            rows.into_iter().map(|(c, g)| (c, if pure { 4 * g + c } else { g })).unzip()
        })
    }

    fn largest(classes: &[u32], groups: &[u32], class: u32) -> usize {
        let mut sizes = HashMap::new();
        for (&c, &group) in classes.iter().zip(groups) {
            *sizes.entry(group).or_insert(0) += usize::from(c == class);
        }
        sizes.into_values().max().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn parts_are_disjoint_stratified_and_leave_every_class(
            classes in proptest::collection::vec(0u32..5, 1..200), seed in any::<u64>(),
        ) {
            let split = Strata::new(&classes, &singletons(classes.len()), 5).split(0.2, seed);
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, singletons(classes.len()));
            for class in 0..5 {
                let (train, valid) = (count(indices(&split.train), &classes, class), count(indices(&split.valid), &classes, class));
                prop_assert!(train + valid == 0 || train > 0);
                prop_assert!(train + valid < 2 || valid > 0);
                prop_assert!((valid as f64 - 0.2 * (train + valid) as f64).abs() <= 1.0);
            }
            prop_assert_eq!(&split, &plain(&classes, 5, 0.2, seed));
        }

        #[test]
        fn folds_are_even_in_each_class(classes in proptest::collection::vec(0u32..4, 1..200)) {
            let fold_of = Strata::new(&classes, &singletons(classes.len()), 4).folds(3, 1, "test");
            for class in 0..4 {
                let sizes = [0, 1, 2].map(|f| (0..classes.len()).filter(|&i| classes[i] == class && fold_of[i] == f).count());
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            }
        }

        #[test]
        fn no_group_is_cut((classes, groups) in grouped(false), seed in any::<u64>()) {
            let split = Strata::new(&classes, &groups, 4).split(0.2, seed);
            let valid: std::collections::HashSet<u32> = indices(&split.valid).map(|i| groups[i]).collect();
            prop_assert!(indices(&split.train).all(|i| !valid.contains(&groups[i])));
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, singletons(classes.len()));
            for class in 0..4 {
                let (train, valid) = (count(indices(&split.train), &classes, class), count(indices(&split.valid), &classes, class));
                prop_assert!(train + valid == 0 || train > 0);
                prop_assert!(valid as f64 <= 0.2 * (train + valid) as f64 + 1.0);
            }
            prop_assert_eq!(&split, &Strata::new(&classes, &groups, 4).split(0.2, seed));

            let fold_of = Strata::new(&classes, &groups, 4).folds(3, seed, "test");
            let mut fold_of_group = HashMap::new();
            for (fold, group) in fold_of.iter().zip(&groups) {
                prop_assert_eq!(fold_of_group.entry(group).or_insert(fold), &fold);
            }
        }

        #[test]
        fn shares_are_off_by_less_than_the_largest_group((classes, groups) in grouped(true), seed in any::<u64>()) {
            let split = Strata::new(&classes, &groups, 4).split(0.2, seed);
            let fold_of = Strata::new(&classes, &groups, 4).folds(3, seed, "test");
            for class in 0..4 {
                let (train, valid) = (count(indices(&split.train), &classes, class), count(indices(&split.valid), &classes, class));
                let (size, largest) = (train + valid, largest(&classes, &groups, class));
                prop_assert!(valid as f64 + largest as f64 >= 0.2 * size as f64);
                prop_assert!(valid as f64 <= 0.2 * size as f64 + 1.0);
                let sizes = [0, 1, 2].map(|f| (0..classes.len()).filter(|&i| classes[i] == class && fold_of[i] == f).count());
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= largest.max(1));
            }
        }
    }
}
