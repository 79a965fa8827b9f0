//! How much each n-gram says about the class: the information gain of seeing it.
//!
//! Of an n-gram f that the share p(k|f) of its questions of class k has, in a data set where q(k) of all
//! questions have that class, it is the Kullback-Leibler divergence Σ p ln (p/q), here divided by ln K.
//! The shares are smoothed by [`PRIOR`] questions that are distributed as the data set is, so that an
//! n-gram seen once is not taken for a sure sign.
//!
//! It knows the labels, so it is only ever computed from the questions that a fit may see.

use super::features::Features;

/// Questions distributed as all are, which each n-gram is taken to have been seen in beside its own.
const PRIOR: f64 = 5.0;
/// The least: an n-gram that says nothing keeps a weight.
const LEAST: f32 = 1e-3;

/// The questions of each class.
pub(super) fn by_class(classes: &[u32], count: usize, members: &[u32]) -> Vec<Vec<u32>> {
    let mut of = vec![Vec::new(); count];
    members.iter().for_each(|&i| of[classes[i as usize] as usize].push(i));
    of
}

/// The selectivity of each bucket of n-grams, in [1e-3, 1], by the questions `of` of each class. Those that
/// none of them has are taken for n-grams seen once: with 1, the n-grams that a question does not share with
/// the others would be most of its length, and margins, so probabilities, would grow with the data set (the
/// sample's ECE by `scripts/measure` was .060, and is .045).
pub(super) fn selectivity(features: &Features, of: &[Vec<u32>]) -> Vec<f32> {
    let width = features.grams();
    let all: usize = of.iter().map(Vec::len).sum();
    let mut total = vec![0u32; width];
    of.iter().flatten().for_each(|&i| each(features, i, |column, _| total[column] += 1));
    // Σ p ln (p/q) of the classes that have the n-gram, and the share of all that those classes are
    let mut sums = vec![(0f64, 0f64); width];
    let mut tally = Tally::new(width);
    for members in of {
        let q = members.len() as f64 / all as f64;
        tally.count(features, members, |_| 1.0);
        tally.take(|column, own| {
            let p = (f64::from(own) + PRIOR * q) / (f64::from(total[column]) + PRIOR);
            sums[column].0 += p * (p / q).ln();
            sums[column].1 += q;
        });
    }
    let most = (of.len() as f64).ln();
    if most == 0.0 {
        return vec![1.0; width];
    }
    let of_column = |(&total, (sum, with)): (&u32, &(f64, f64))| {
        // of a class that has it not, p/q is this
        let ratio = PRIOR / (f64::from(total) + PRIOR);
        let without = (1.0 - with).max(0.0) * ratio * ratio.ln();
        (((sum + without) / most) as f32).clamp(LEAST, 1.0)
    };
    let mut own: Vec<f32> = total.iter().zip(&sums).map(of_column).collect();
    let seen_once = || own.iter().zip(&total).filter(|of| *of.1 == 1).map(|of| f64::from(*of.0));
    let count = seen_once().count();
    let usual = if count > 0 { (seen_once().sum::<f64>() / count as f64) as f32 } else { 1.0 };
    own.iter_mut().zip(&total).filter(|of| *of.1 == 0).for_each(|of| *of.0 = usual);
    own
}

/// Gives the columns of question `i` that are n-grams, with their values.
fn each(features: &Features, i: u32, mut give: impl FnMut(usize, f32)) {
    let row = features.row(i);
    for (&column, &value) in row.columns.iter().zip(row.values) {
        if (column as usize) < features.grams() {
            give(column as usize, value);
        }
    }
}

/// Sums by column of which few are not zero.
pub(super) struct Tally {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl Tally {
    pub(super) fn new(width: usize) -> Self {
        Tally { sums: vec![0.0; width], touched: Vec::new() }
    }

    /// Adds what `what` makes of the values of the questions `members`.
    pub(super) fn count(
        &mut self,
        features: &Features,
        members: &[u32],
        what: impl Fn(f32) -> f32,
    ) {
        for &i in members {
            each(features, i, |column, value| {
                let sum = &mut self.sums[column];
                if *sum == 0.0 {
                    self.touched.push(column as u32);
                }
                *sum += what(value);
            });
        }
    }

    /// Gives each column that is not zero with its sum, and sets it to zero.
    pub(super) fn take(&mut self, mut give: impl FnMut(usize, f32)) {
        for column in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[column as usize]);
            give(column as usize, sum);
        }
    }
}
