//! The selectivity of each n-gram: how much it says about the class (its information gain).
//!
//! With p(k) the fraction of class k among the questions that have the n-gram, q(k) that among all questions and K
//! the number of classes, it is the Kullback-Leibler divergence Σ_k p(k) ln (p(k)/q(k)), divided by ln K. p is
//! smoothed by [`PRIOR`] questions distributed as q, so that an n-gram seen once does not count as certain.
//!
//! It depends on the labels, so it is only computed from the questions of one fit.

use super::features::FeatureMatrix;

/// Number of questions, distributed as q, that are added to those of each n-gram.
const PRIOR: f64 = 5.0;
/// Minimum selectivity: an n-gram that says nothing about the class keeps some weight.
const MIN_SELECTIVITY: f32 = 1e-3;

/// The selectivity of each bucket of n-grams, in [1e-3, 1]. A bucket that no question has gets the average
/// selectivity of the buckets that one question has. With 1 instead, unknown n-grams would dominate the L2 norm of
/// a new question, and its margins and probabilities would depend on the size of the data set (the ECE on `data/sample`
/// by `scripts/measure` was .060, and is .045).
pub(super) fn selectivity(features: &FeatureMatrix, questions_by_class: &[Vec<u32>]) -> Vec<f32> {
    let columns = features.gram_columns();
    let all: usize = questions_by_class.iter().map(Vec::len).sum();
    let mut total = vec![0u32; columns];
    let questions = questions_by_class.iter().flatten();
    questions.for_each(|&i| each_gram(features, i, |column, _| total[column] += 1));
    let mut divergences = vec![Divergence::default(); columns];
    let mut counts = ColumnSums::new(columns);
    for members in questions_by_class {
        let q = members.len() as f64 / all as f64;
        counts.add(features, members, |_| 1.0);
        counts.drain(|column, count| {
            let p = (f64::from(count) + PRIOR * q) / (f64::from(total[column]) + PRIOR);
            divergences[column].sum += p * (p / q).ln();
            divergences[column].covered += q;
        });
    }
    let max = (questions_by_class.len() as f64).ln();
    if max == 0.0 {
        return vec![1.0; columns];
    }
    let totals = total.iter().zip(&divergences);
    let mut selectivity: Vec<f32> = totals
        .map(|(&total, divergence)| {
            ((divergence.complete(total) / max) as f32).clamp(MIN_SELECTIVITY, 1.0)
        })
        .collect();
    let seen_once = || {
        let columns = selectivity.iter().zip(&total);
        columns.filter(|(_, total)| **total == 1).map(|(value, _)| f64::from(*value))
    };
    let count = seen_once().count();
    let average = if count > 0 { (seen_once().sum::<f64>() / count as f64) as f32 } else { 1.0 };
    let unseen = selectivity.iter_mut().zip(&total).filter(|(_, total)| **total == 0);
    unseen.for_each(|(value, _)| *value = average);
    selectivity
}

/// A divergence that is being summed up, class by class.
#[derive(Clone, Copy, Default)]
struct Divergence {
    /// Σ p ln (p/q) over the classes that have the n-gram.
    sum: f64,
    /// Σ q over these classes.
    covered: f64,
}

impl Divergence {
    /// The divergence, once the classes without the n-gram are added; `total` questions have the n-gram.
    fn complete(&self, total: u32) -> f64 {
        // p/q of a class without the n-gram
        let ratio = PRIOR / (f64::from(total) + PRIOR);
        self.sum + (1.0 - self.covered).max(0.0) * ratio * ratio.ln()
    }
}

/// Calls `visit` with each n-gram column of question `i` and its value.
fn each_gram(features: &FeatureMatrix, i: u32, mut visit: impl FnMut(usize, f32)) {
    let row = features.row(i);
    for (&column, &value) in row.columns.iter().zip(row.values) {
        if (column as usize) < features.gram_columns() {
            visit(column as usize, value);
        }
    }
}

/// Sums by column, most of them zero.
pub(super) struct ColumnSums {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl ColumnSums {
    /// Zeros for `width` columns.
    pub(super) fn new(width: usize) -> Self {
        ColumnSums { sums: vec![0.0; width], touched: Vec::new() }
    }

    /// Adds `map` of each n-gram value of the questions `members`.
    pub(super) fn add(
        &mut self,
        features: &FeatureMatrix,
        members: &[u32],
        map: impl Fn(f32) -> f32,
    ) {
        for &i in members {
            each_gram(features, i, |column, value| {
                let sum = &mut self.sums[column];
                if *sum == 0.0 {
                    self.touched.push(column as u32);
                }
                *sum += map(value);
            });
        }
    }

    /// Calls `visit` with each column whose sum is not zero, and sets the sum to zero.
    pub(super) fn drain(&mut self, mut visit: impl FnMut(usize, f32)) {
        for column in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[column as usize]);
            visit(column as usize, sum);
        }
    }
}
