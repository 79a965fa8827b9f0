//! Calibration: out-of-fold margins (with the decoder added) → a slope and an offset for each class, and a taper, so
//! that softmax(exp(-taper · greatest margin) (slope · margin + offset)) is a calibrated probability.
//!
//! There are two kinds. *Platt*: first a slope and an offset for each class (Platt 1999, by Lin, Lin and Weng's
//! Newton method in linfa), then a factor on all logits ([`sharpen`]). *Temperature*: the factor alone (Guo et al.
//! 2017). Platt's offsets follow the class frequencies, which helps on imbalanced data and can harm on balanced
//! data; cross-validation chooses.

mod sharpen;

use crate::abstain::OutOfFoldAnswer;
use crate::evaluate::Confusion;
use crate::split::{self, Strata};
use linfa::ParamGuard;
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sharpen::Sharpening;

/// The kind of calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The same slope for all classes: only the factor of [`sharpen`] is fitted.
    Temperature,
    /// A slope and an offset for each class, then the factor.
    Platt,
}

/// logit = exp(-taper × greatest margin) (slope ∘ margin + offset), the exponent held within ±1.
#[derive(Clone, Debug)]
pub(crate) struct Calibration {
    /// The kind.
    pub(crate) kind: Kind,
    /// The slope of each class.
    pub(crate) slope: Array1<f64>,
    /// The offset of each class.
    pub(crate) offset: Array1<f64>,
    /// How much the logarithm of the factor falls when the greatest margin grows by 1.
    pub(crate) taper: f64,
}

/// Folds of the cross-validation that chooses the kind.
const FOLDS: usize = 3;

impl Calibration {
    /// Fits to out-of-fold `margins` (questions × classes). `kind` fixes the kind; otherwise the one with
    /// the better mean of accuracy and macro F1 over 3 folds is taken.
    #[must_use]
    pub(crate) fn fit(
        margins: &Array2<f64>,
        classes: &[u32],
        seed: u64,
        kind: Option<Kind>,
    ) -> Self {
        let kind = kind.unwrap_or_else(|| choose_kind(margins, classes, seed));
        let Lines { slope, offset } = Lines::fit(kind, margins, classes);
        let greatest: Vec<f64> = margins.outer_iter().map(greatest).collect();
        let fit = Sharpening::fit(margins * &slope + &offset, &greatest, classes);
        let factor = fit.sharpness.exp();
        Calibration { kind, slope: slope * factor, offset: offset * factor, taper: fit.taper }
    }

    /// The probability of each class, from the `margins` of a question.
    #[must_use]
    pub(crate) fn probabilities(&self, margins: ArrayView1<'_, f64>) -> Array1<f64> {
        let taper = Sharpening { sharpness: 0.0, taper: self.taper };
        let mut values = (&margins * &self.slope + &self.offset) * taper.factor(greatest(margins));
        let top = greatest(values.view());
        values.mapv_inplace(|z| (z - top).exp());
        let total = values.sum();
        values / total
    }

    /// The answers that the out-of-fold `margins` (questions × classes) give to questions of `classes`.
    #[must_use]
    pub(crate) fn answers(&self, margins: &Array2<f64>, classes: &[u32]) -> Vec<OutOfFoldAnswer> {
        let questions = margins.outer_iter().zip(classes);
        let answer = |(margins, &class): (ArrayView1<'_, f64>, &u32)| {
            let probabilities = self.probabilities(margins);
            let first = argmax(probabilities.iter().copied());
            OutOfFoldAnswer {
                right: first == class as usize,
                probability: probabilities[first] as f32,
                margin: greatest(margins) as f32,
            }
        };
        questions.map(answer).collect()
    }
}

/// Slope and offset of each class, before [`sharpen`].
struct Lines {
    slope: Array1<f64>,
    offset: Array1<f64>,
}

impl Lines {
    fn fit(kind: Kind, margins: &Array2<f64>, classes: &[u32]) -> Self {
        let count = margins.ncols();
        match kind {
            Kind::Temperature => Lines { slope: Array1::ones(count), offset: Array1::zeros(count) },
            Kind::Platt => Lines::platt(margins, classes),
        }
    }

    /// Platt's method; slope 1 and offset 0 for a class for which it fails.
    fn platt(margins: &Array2<f64>, classes: &[u32]) -> Self {
        let fits: Vec<(f64, f64)> = (0..margins.ncols())
            .into_par_iter()
            .map(|class| {
                let column = margins.column(class).to_owned();
                let targets: Array1<bool> = classes.iter().map(|&c| c as usize == class).collect();
                let Ok(params) = PlattParams::<f64, ()>::default().check() else {
                    return (1.0, 0.0);
                };
                match platt_newton_method(column.view(), targets.view(), &params) {
                    // p = 1/(1 + exp(a s + b)): the logit is -(a s + b)
                    Ok((a, b)) if a.is_finite() && b.is_finite() && a < 0.0 => (-a, -b),
                    _ => (1.0, 0.0),
                }
            })
            .collect();
        Lines {
            slope: fits.iter().map(|fit| fit.0).collect(),
            offset: fits.iter().map(|fit| fit.1).collect(),
        }
    }
}

/// The kind with the better mean of accuracy and macro F1 in cross-validation.
fn choose_kind(margins: &Array2<f64>, classes: &[u32], seed: u64) -> Kind {
    let count = margins.ncols();
    let groups = split::singletons(classes.len());
    let fold_of = Strata::new(classes, &groups, count).folds(FOLDS, seed, "calibration");
    let value = |kind: Kind| -> f64 {
        let mut answers = vec![0; classes.len()];
        for fold in 0..FOLDS as u8 {
            let (held_out, training): (Vec<usize>, Vec<usize>) =
                (0..classes.len()).partition(|&i| fold_of[i] == fold);
            let truth: Vec<u32> = training.iter().map(|&i| classes[i]).collect();
            // without sharpening, which changes no answer
            let Lines { slope, offset } =
                Lines::fit(kind, &margins.select(Axis(0), &training), &truth);
            for i in held_out {
                let logits = &margins.row(i) * &slope + &offset;
                answers[i] = argmax(logits.iter().copied()) as u32;
            }
        }
        let pairs = classes.iter().copied().zip(answers);
        let averages = Confusion::from_pairs(pairs, count).averages();
        f64::midpoint(averages.accuracy, averages.macro_f1)
    };
    if value(Kind::Platt) > value(Kind::Temperature) { Kind::Platt } else { Kind::Temperature }
}

/// The greatest value.
fn greatest(values: ArrayView1<'_, f64>) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v))
}

/// The index of the greatest value; the first one of equals.
#[must_use]
pub fn argmax(values: impl Iterator<Item = f64>) -> usize {
    let best = values.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map_or(0, |(i, _)| i)
}
