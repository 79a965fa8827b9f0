//! Stratified, seeded splits that leave groups whole.

use crate::random::rng;
use rand::seq::SliceRandom;
use std::collections::HashMap;

/// Indices of a training and a validation part, each ascending.
#[derive(Debug, PartialEq, Eq)]
pub struct Split {
    /// What is fitted on.
    pub train: Vec<u32>,
    /// What is measured on.
    pub valid: Vec<u32>,
}

/// Puts `share` of each class, rounded, into the validation part: at least one question of a
/// class that has two, and never a class's last.
///
/// The questions of a group (those with the same number in `groups`, which has one for each
/// question) land on the same side. A group that would overfill a class stays in training, so a
/// class's validation part is never too large, and too small by less than its largest group where
/// groups do not span classes. Groups of one change nothing.
#[must_use]
pub fn stratified(classes: &[u32], groups: &[u32], count: usize, share: f64, seed: u64) -> Split {
    let by_class = by_class(classes, count);
    let wanted = |members: &Vec<u32>| {
        let wanted = (members.len() as f64 * share).round() as usize;
        wanted.max(usize::from(share > 0.0)).min(members.len().saturating_sub(1))
    };
    let mut free: Vec<usize> = by_class.iter().map(wanted).collect();
    let mut split = Split { train: Vec::new(), valid: Vec::new() };
    for group in shuffled(by_class, groups, seed, "split") {
        let counts = class_counts(&group, classes);
        if counts.iter().all(|&(class, n)| n <= free[class]) {
            counts.iter().for_each(|&(class, n)| free[class] -= n);
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
/// The questions of a group land in the same fold: the largest groups are dealt first, each to
/// the fold that has least of its classes, so that the folds of a class differ by no more than its
/// largest group where groups do not span classes. Groups of one change nothing.
#[must_use]
pub fn folds(
    classes: &[u32],
    groups: &[u32],
    count: usize,
    folds: usize,
    seed: u64,
    purpose: &str,
) -> Vec<u8> {
    let mut dealt = vec![vec![0; folds]; count];
    let mut fold_of = vec![0; classes.len()];
    let mut order = shuffled(by_class(classes, count), groups, seed, purpose);
    order.sort_by_key(|group| std::cmp::Reverse(group.len()));
    for group in order {
        let counts = class_counts(&group, classes);
        let first = counts.first().map_or(0, |c| c.0);
        let load = |fold: usize| -> usize { counts.iter().map(|&(c, n)| n * dealt[c][fold]).sum() };
        let fold = (0..folds).map(|i| (first + i) % folds).min_by_key(|&f| load(f)).unwrap_or(0);
        counts.iter().for_each(|&(class, n)| dealt[class][fold] += n);
        group.iter().for_each(|&member| fold_of[member as usize] = fold as u8);
    }
    fold_of
}

/// The groups, in the order in which the shuffled classes name them.
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

/// How many members each class has in a group; a group lists its members class by class.
fn class_counts(group: &[u32], classes: &[u32]) -> Vec<(usize, usize)> {
    let class = |member: &u32| classes[*member as usize];
    let runs = group.chunk_by(|a, b| class(a) == class(b));
    runs.map(|run| (class(&run[0]) as usize, run.len())).collect()
}

/// Each of `count` questions by itself.
#[must_use]
pub fn alone(count: usize) -> Vec<u32> {
    (0..count as u32).collect()
}

fn by_class(classes: &[u32], count: usize) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); count];
    for (i, &class) in (0u32..).zip(classes) {
        members[class as usize].push(i);
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The split before there were groups.
    fn plain(classes: &[u32], count: usize, share: f64, seed: u64) -> Split {
        let mut split = Split { train: Vec::new(), valid: Vec::new() };
        for (class, mut members) in by_class(classes, count).into_iter().enumerate() {
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

    fn of(part: impl IntoIterator<Item = usize>, classes: &[u32], class: u32) -> usize {
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
            let split = stratified(&classes, &alone(classes.len()), 5, 0.2, seed);
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, alone(classes.len()));
            for class in 0..5 {
                let (train, valid) = (of(indices(&split.train), &classes, class), of(indices(&split.valid), &classes, class));
                prop_assert!(train + valid == 0 || train > 0);
                prop_assert!(train + valid < 2 || valid > 0);
                prop_assert!((valid as f64 - 0.2 * (train + valid) as f64).abs() <= 1.0);
            }
            prop_assert_eq!(&split, &plain(&classes, 5, 0.2, seed));
        }

        #[test]
        fn folds_are_even_in_each_class(classes in proptest::collection::vec(0u32..4, 1..200)) {
            let fold_of = folds(&classes, &alone(classes.len()), 4, 3, 1, "test");
            for class in 0..4 {
                let sizes = [0, 1, 2].map(|f| (0..classes.len()).filter(|&i| classes[i] == class && fold_of[i] == f).count());
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            }
        }

        #[test]
        fn no_group_is_cut((classes, groups) in grouped(false), seed in any::<u64>()) {
            let split = stratified(&classes, &groups, 4, 0.2, seed);
            let valid: std::collections::HashSet<u32> = indices(&split.valid).map(|i| groups[i]).collect();
            prop_assert!(indices(&split.train).all(|i| !valid.contains(&groups[i])));
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, alone(classes.len()));
            for class in 0..4 {
                let (train, valid) = (of(indices(&split.train), &classes, class), of(indices(&split.valid), &classes, class));
                prop_assert!(train + valid == 0 || train > 0);
                prop_assert!(valid as f64 <= 0.2 * (train + valid) as f64 + 1.0);
            }
            prop_assert_eq!(&split, &stratified(&classes, &groups, 4, 0.2, seed));

            let fold_of = folds(&classes, &groups, 4, 3, seed, "test");
            let mut fold_of_group = HashMap::new();
            for (fold, group) in fold_of.iter().zip(&groups) {
                prop_assert_eq!(fold_of_group.entry(group).or_insert(fold), &fold);
            }
        }

        #[test]
        fn shares_are_off_by_less_than_the_largest_group((classes, groups) in grouped(true), seed in any::<u64>()) {
            let split = stratified(&classes, &groups, 4, 0.2, seed);
            let fold_of = folds(&classes, &groups, 4, 3, seed, "test");
            for class in 0..4 {
                let (train, valid) = (of(indices(&split.train), &classes, class), of(indices(&split.valid), &classes, class));
                let (size, largest) = (train + valid, largest(&classes, &groups, class));
                prop_assert!(valid as f64 + largest as f64 >= 0.2 * size as f64);
                prop_assert!(valid as f64 <= 0.2 * size as f64 + 1.0);
                let sizes = [0, 1, 2].map(|f| (0..classes.len()).filter(|&i| classes[i] == class && fold_of[i] == f).count());
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= largest.max(1));
            }
        }
    }
}
