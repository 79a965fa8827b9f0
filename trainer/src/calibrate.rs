//! Cross-validated scores → slope and offset of each class, so that softmax(slope·s + offset) is
//! a probability.
//!
//! Two kinds: *temperature*, one slope for all classes (Guo et al. 2017), and *Platt*, a slope and
//! an offset for each class (Platt 1999, by Lin, Lin and Weng's Newton method in linfa), then a
//! temperature. Platt's offsets know the classes' frequencies, which helps imbalanced data and
//! can harm on balanced data. Cross-validation chooses.

use crate::abstain::HeldOut;
use crate::split;
use linfa::ParamGuard;
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One slope for all classes.
    Temperature,
    /// A slope and an offset for each class.
    Platt,
}

/// logit = slope ∘ score + offset.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Which kind it is.
    pub kind: Kind,
    /// One for each class.
    pub slope: Array1<f64>,
    /// One for each class.
    pub offset: Array1<f64>,
}

const FOLDS: usize = 3;

impl Calibration {
    /// Fits to `scores` (questions × classes) that no question had a part in its own of. `kind`
    /// fixes the kind; otherwise the one with the better mean of accuracy and macro F1 over 3
    /// folds is taken.
    #[must_use]
    pub fn fit(scores: &Array2<f64>, classes: &[u32], seed: u64, kind: Option<Kind>) -> Self {
        let kind = kind.unwrap_or_else(|| choose(scores, classes, seed));
        Self::of_kind(kind, scores, classes)
    }

    fn of_kind(kind: Kind, scores: &Array2<f64>, classes: &[u32]) -> Self {
        let count = scores.ncols();
        let (slope, offset) = match kind {
            Kind::Temperature => (Array1::ones(count), Array1::zeros(count)),
            Kind::Platt => platt(scores, classes),
        };
        let sharpness = sharpness(scores * &slope + &offset, classes);
        Calibration { kind, slope: slope * sharpness, offset: offset * sharpness }
    }

    /// The answers that `scores` (questions × classes) give to questions of `classes`.
    #[must_use]
    pub fn held_out(&self, scores: &Array2<f64>, classes: &[u32]) -> Vec<HeldOut> {
        let questions = scores.outer_iter().zip(classes);
        let answer = |(scores, &class): (ArrayView1<'_, f64>, &u32)| {
            let logits = &scores * &self.slope + &self.offset;
            let first = argmax(logits.iter().copied());
            let top = logits[first];
            let total: f64 = logits.iter().map(|z| (z - top).exp()).sum();
            let margin = scores.iter().fold(f64::NEG_INFINITY, |m, s| m.max(*s));
            HeldOut {
                right: first == class as usize,
                probability: (1.0 / total) as f32,
                margin: margin as f32,
            }
        };
        questions.map(answer).collect()
    }
}

/// Slope and offset of each class by Platt's method; the plain score where it fails.
fn platt(scores: &Array2<f64>, classes: &[u32]) -> (Array1<f64>, Array1<f64>) {
    let fits: Vec<(f64, f64)> = (0..scores.ncols())
        .into_par_iter()
        .map(|class| {
            let column = scores.column(class).to_owned();
            let targets: Array1<bool> = classes.iter().map(|&c| c as usize == class).collect();
            let Ok(params) = PlattParams::<f64, ()>::default().check() else { return (1.0, 0.0) };
            match platt_newton_method(column.view(), targets.view(), &params) {
                // p = 1/(1 + exp(a s + b)): the logit is -(a s + b)
                Ok((a, b)) if a.is_finite() && b.is_finite() && a < 0.0 => (-a, -b),
                _ => (1.0, 0.0),
            }
        })
        .collect();
    (fits.iter().map(|f| f.0).collect(), fits.iter().map(|f| f.1).collect())
}

/// The factor on the logits that makes the labels most likely: golden-section search over
/// its logarithm, the likelihood being concave in the factor. 18 steps leave 0.2 % of it open.
fn sharpness(mut logits: Array2<f64>, classes: &[u32]) -> f64 {
    for mut row in logits.outer_iter_mut() {
        let top = row.iter().fold(f64::NEG_INFINITY, |m, z| m.max(*z));
        row -= top;
    }
    let loss = |x: f64| -> f64 {
        let factor = x.exp();
        let losses: Vec<f64> = (0..classes.len())
            .into_par_iter()
            .map(|i| -log_probability(logits.row(i), classes[i] as usize, factor))
            .collect();
        // summed in order: the same on any number of threads
        losses.iter().sum()
    };
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.02f64.ln(), 50f64.ln());
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut loss_a, mut loss_b) = (loss(a), loss(b));
    for _ in 0..18 {
        if loss_a < loss_b {
            (high, b, loss_b) = (b, a, loss_a);
            a = high - ratio * (high - low);
            loss_a = loss(a);
        } else {
            (low, a, loss_a) = (a, b, loss_b);
            b = low + ratio * (high - low);
            loss_b = loss(b);
        }
    }
    f64::midpoint(low, high).exp()
}

/// Of `class`, by logits of which the greatest is 0. Terms below e^-20 of it are left out: of
/// 1000 classes they would change the sum by 2e-6.
fn log_probability(logits: ArrayView1<'_, f64>, class: usize, factor: f64) -> f64 {
    let total: f64 = logits.iter().map(|z| factor * z).filter(|d| *d > -20.0).map(f64::exp).sum();
    factor * logits[class] - total.ln()
}

fn choose(scores: &Array2<f64>, classes: &[u32], seed: u64) -> Kind {
    let count = scores.ncols();
    let fold_of =
        split::folds(classes, &split::alone(classes.len()), count, FOLDS, seed, "calibration");
    let value = |kind: Kind| -> f64 {
        let mut answers = vec![0; classes.len()];
        for fold in 0..FOLDS as u8 {
            let of = |inside: bool| -> Vec<usize> {
                (0..classes.len()).filter(|&i| (fold_of[i] != fold) == inside).collect()
            };
            let inside = of(true);
            let own: Vec<u32> = inside.iter().map(|&i| classes[i]).collect();
            let fit = Calibration::of_kind(kind, &scores.select(Axis(0), &inside), &own);
            for i in of(false) {
                let logits = &scores.row(i) * &fit.slope + &fit.offset;
                answers[i] = argmax(logits.iter().copied()) as u32;
            }
        }
        let figures = crate::evaluate::summary(classes, &answers, count);
        f64::midpoint(figures.accuracy, figures.macro_f1)
    };
    if value(Kind::Platt) > value(Kind::Temperature) { Kind::Platt } else { Kind::Temperature }
}

/// The index of the greatest value; the first of equals.
pub(crate) fn argmax(values: impl Iterator<Item = f64>) -> usize {
    let best = values.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map_or(0, |(i, _)| i)
}
