//! Stratified, seeded splits.

use crate::random::rng;
use rand::seq::SliceRandom;

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
#[must_use]
pub fn stratified(classes: &[u32], count: usize, share: f64, seed: u64) -> Split {
    let mut split = Split { train: Vec::new(), valid: Vec::new() };
    for (class, mut members) in by_class(classes, count).into_iter().enumerate() {
        members.shuffle(&mut rng(seed, "split", class as u64));
        let wanted =
            ((members.len() as f64 * share).round() as usize).max(usize::from(share > 0.0));
        let valid = wanted.min(members.len().saturating_sub(1));
        split.valid.extend(&members[..valid]);
        split.train.extend(&members[valid..]);
    }
    split.train.sort_unstable();
    split.valid.sort_unstable();
    split
}

/// The fold of each question, 0 to `folds`: each class is dealt out evenly, and each class
/// starts at another fold, so that small classes do not all land in the first.
#[must_use]
pub fn folds(classes: &[u32], count: usize, folds: usize, seed: u64, purpose: &str) -> Vec<u8> {
    let mut fold_of = vec![0; classes.len()];
    for (class, mut members) in by_class(classes, count).into_iter().enumerate() {
        members.shuffle(&mut rng(seed, purpose, class as u64));
        for (i, &member) in members.iter().enumerate() {
            fold_of[member as usize] = ((i + class) % folds) as u8;
        }
    }
    fold_of
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

    proptest! {
        #[test]
        fn parts_are_disjoint_stratified_and_leave_every_class(
            classes in proptest::collection::vec(0u32..5, 1..200), seed in any::<u64>(),
        ) {
            let split = stratified(&classes, 5, 0.2, seed);
            let mut all = [split.train.clone(), split.valid.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..classes.len() as u32).collect::<Vec<_>>());
            for class in 0..5 {
                let of = |part: &[u32]| part.iter().filter(|&&i| classes[i as usize] == class).count();
                let (train, valid) = (of(&split.train), of(&split.valid));
                prop_assert!(train + valid == 0 || train > 0);
                prop_assert!(train + valid < 2 || valid > 0);
                prop_assert!((valid as f64 - 0.2 * (train + valid) as f64).abs() <= 1.0);
            }
            prop_assert_eq!(&split, &stratified(&classes, 5, 0.2, seed));
        }

        #[test]
        fn folds_are_even_in_each_class(classes in proptest::collection::vec(0u32..4, 1..200)) {
            let of = folds(&classes, 4, 3, 1, "test");
            for class in 0..4 {
                let sizes = [0, 1, 2].map(|f| (0..classes.len()).filter(|&i| classes[i] == class && of[i] == f).count());
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            }
        }
    }
}
