//! Cross-validated scores → slope and offset of each class and a taper, so that
//! softmax(exp(-taper · greatest score) (slope · score + offset)) is a probability.
//!
//! Two kinds: *temperature*, one slope for all classes (Guo et al. 2017), and *Platt*, a slope and
//! an offset for each class (Platt 1999, by Lin, Lin and Weng's Newton method in linfa), then a
//! temperature. Platt's offsets know the classes' frequencies, which helps imbalanced data and
//! can harm on balanced data. Cross-validation chooses. Either is sharpened, [`sharpen`].

mod sharpen;

use crate::abstain::HeldOut;
use crate::split;
use linfa::ParamGuard;
use linfa::composing::platt_scaling::{PlattParams, platt_newton_method};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sharpen::Sharpening;

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One slope for all classes.
    Temperature,
    /// A slope and an offset for each class.
    Platt,
}

/// logit = exp(-taper × greatest score) (slope ∘ score + offset), the exponent held within ±1.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Which kind it is.
    pub kind: Kind,
    /// One for each class.
    pub slope: Array1<f64>,
    /// One for each class.
    pub offset: Array1<f64>,
    /// How much less sharp the logits are where the greatest score is one greater.
    pub taper: f64,
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
        let (slope, offset) = lines(kind, scores, classes);
        let greatest: Vec<f64> = scores.outer_iter().map(greatest).collect();
        let fit = Sharpening::fit(scores * &slope + &offset, &greatest, classes);
        let factor = fit.sharpness.exp();
        Calibration { kind, slope: slope * factor, offset: offset * factor, taper: fit.taper }
    }

    /// The probability of each class by the `scores` of a question.
    #[must_use]
    pub fn probabilities(&self, scores: ArrayView1<'_, f64>) -> Array1<f64> {
        let taper = Sharpening { sharpness: 0.0, taper: self.taper };
        let mut values = (&scores * &self.slope + &self.offset) * taper.factor(greatest(scores));
        let top = greatest(values.view());
        values.mapv_inplace(|z| (z - top).exp());
        let total = values.sum();
        values / total
    }

    /// The answers that `scores` (questions × classes) give to questions of `classes`.
    #[must_use]
    pub fn held_out(&self, scores: &Array2<f64>, classes: &[u32]) -> Vec<HeldOut> {
        let questions = scores.outer_iter().zip(classes);
        let answer = |(scores, &class): (ArrayView1<'_, f64>, &u32)| {
            let probabilities = self.probabilities(scores);
            let first = argmax(probabilities.iter().copied());
            HeldOut {
                right: first == class as usize,
                probability: probabilities[first] as f32,
                margin: greatest(scores) as f32,
            }
        };
        questions.map(answer).collect()
    }
}

/// Slope and offset of each class, not sharpened.
fn lines(kind: Kind, scores: &Array2<f64>, classes: &[u32]) -> (Array1<f64>, Array1<f64>) {
    let count = scores.ncols();
    match kind {
        Kind::Temperature => (Array1::ones(count), Array1::zeros(count)),
        Kind::Platt => platt(scores, classes),
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
            // sharpening keeps the order of the classes
            let (slope, offset) = lines(kind, &scores.select(Axis(0), &inside), &own);
            for i in of(false) {
                let logits = &scores.row(i) * &slope + &offset;
                answers[i] = argmax(logits.iter().copied()) as u32;
            }
        }
        let figures = crate::evaluate::summary(classes, &answers, count);
        f64::midpoint(figures.accuracy, figures.macro_f1)
    };
    if value(Kind::Platt) > value(Kind::Temperature) { Kind::Platt } else { Kind::Temperature }
}

fn greatest(values: ArrayView1<'_, f64>) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v))
}

/// The index of the greatest value; the first of equals.
#[must_use]
pub fn argmax(values: impl Iterator<Item = f64>) -> usize {
    let best = values.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map_or(0, |(i, _)| i)
}
