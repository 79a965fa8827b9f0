//! The decoder: one linear SVM (linfa-svm) for each class over the out-of-fold margins. It learns
//! which classes are taken for which.
//!
//! linfa-svm builds the dense Gram matrix of what it is given, so each SVM sees all positives,
//! capped, and a seeded sample of negatives. Never `shrinking(true)`: in 0.8.1 it indexes out
//! of bounds. f64 and eps 1e-3: f32 with the default eps does not converge.

use super::Settings;
use crate::progress::Stage;
use crate::random::rng;
use linfa::traits::Fit;
use linfa::{Dataset, ParamGuard};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, Axis};
use rand::seq::index::sample;
use rayon::prelude::*;

/// The most positives that one SVM sees: with 250 negatives its Gram matrix has 41 MB.
const MAX_POSITIVES: usize = 2000;

/// Questions whose decision values are computed at once: their margins are copied, which would be
/// 200 MB of all.
const CHUNK: usize = 4096;

/// The fewest margins that one SVM sees, where there are as many classes.
const MIN_INPUTS: usize = 8;

/// Hyperplanes over margins: the decision value for margins `o` is (V o + c) / `sigma`.
#[derive(Clone, Debug)]
pub struct Decoder {
    /// classes × classes.
    pub v: Array2<f64>,
    /// One for each class.
    pub c: Array1<f64>,
    /// Standard deviation of V o + c over what was fitted on.
    pub sigma: f64,
}

impl Decoder {
    /// Fits one SVM for each class on the questions `members` of `margins` (questions × classes).
    #[must_use]
    pub fn fit(
        margins: &Array2<f64>,
        classes: &[u32],
        members: &[u32],
        count: usize,
        settings: &Settings,
        bar: &dyn Stage,
    ) -> Self {
        let planes: Vec<(Array1<f64>, f64)> = (0..count as u32)
            .into_par_iter()
            .map(|class| {
                let plane = plane(margins, classes, members, class, settings);
                bar.tick();
                plane
            })
            .collect();
        let mut v = Array2::zeros((count, count));
        for (mut row, (plane, _)) in v.outer_iter_mut().zip(&planes) {
            row.assign(plane);
        }
        let c: Array1<f64> = planes.iter().map(|(_, c)| *c).collect();
        let mut decoder = Decoder { v, c, sigma: 1.0 };
        let sigma = decoder.decide(margins, members).std(0.0);
        if sigma > 0.0 {
            decoder.sigma = sigma;
        }
        decoder
    }

    /// Writes the decision values, in standard deviations, of the rows `members`.
    pub fn decide_into(&self, into: &mut Array2<f64>, margins: &Array2<f64>, members: &[u32]) {
        let decisions = self.decide(margins, members) / self.sigma;
        for (&i, decision) in members.iter().zip(decisions.outer_iter()) {
            into.row_mut(i as usize).assign(&decision);
        }
    }

    /// V o + c for the rows `members`.
    fn decide(&self, margins: &Array2<f64>, members: &[u32]) -> Array2<f64> {
        let mut decisions = Array2::zeros((members.len(), self.c.len()));
        let parts = decisions.axis_chunks_iter_mut(Axis(0), CHUNK);
        for (members, mut part) in members.chunks(CHUNK).zip(parts) {
            let indices: Vec<usize> = members.iter().map(|&i| i as usize).collect();
            part.assign(&(margins.select(Axis(0), &indices).dot(&self.v.t()) + &self.c));
        }
        decisions
    }
}

/// The hyperplane of one class; all zeros where it has no example or the solver fails, which
/// leaves the class to its rows.
fn plane(
    margins: &Array2<f64>,
    classes: &[u32],
    members: &[u32],
    class: u32,
    settings: &Settings,
) -> (Array1<f64>, f64) {
    let zeros = || (Array1::zeros(margins.ncols()), 0.0);
    let (positives, negatives): (Vec<u32>, Vec<u32>) =
        members.iter().partition(|&&i| classes[i as usize] == class);
    let mut rng = rng(settings.seed, "decoder-sample", u64::from(class));
    let mut draw = |from: &[u32], most: usize| -> Vec<usize> {
        let mut picked = sample(&mut rng, from.len(), from.len().min(most)).into_vec();
        picked.sort_unstable();
        picked.into_iter().map(|i| from[i] as usize).collect()
    };
    let chosen =
        [draw(&positives, MAX_POSITIVES), draw(&negatives, settings.decoder_negatives)].concat();
    if positives.is_empty() || negatives.is_empty() {
        return zeros();
    }
    let inputs = inputs(margins, &positives, class, settings.decoder_inputs);
    let records = margins.select(Axis(0), &chosen).select(Axis(1), &inputs);
    let targets: Array1<bool> = chosen.iter().map(|&i| classes[i] == class).collect();
    let params = Svm::<f64, bool>::params()
        .eps(1e-3)
        .pos_neg_weights(settings.decoder_c, settings.decoder_c)
        .linear_kernel();
    let Ok(params) = params.check() else { return zeros() };
    match params.fit(&Dataset::new(records.clone(), targets)) {
        Ok(svm) => {
            // alpha carries its sign already
            let normal = records.t().dot(&Array1::from(svm.alpha.clone()));
            let (mut plane, _) = zeros();
            inputs.iter().zip(&normal).for_each(|(&input, weight)| plane[input] = *weight);
            (plane, -svm.rho)
        }
        Err(_) => zeros(),
    }
}

/// The classes, ascending, whose margins the SVM of `class` sees: `class` itself and those that
/// its questions `positives` come nearest to on average, `share` of all.
fn inputs(margins: &Array2<f64>, positives: &[u32], class: u32, share: f64) -> Vec<usize> {
    let count = margins.ncols();
    let mut sums = Array1::<f64>::zeros(count);
    for &i in positives {
        sums += &margins.row(i as usize);
    }
    sums[class as usize] = f64::INFINITY;
    let mut nearest: Vec<usize> = (0..count).collect();
    nearest.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]).then(a.cmp(&b)));
    nearest.truncate(((count as f64 * share) as usize).max(MIN_INPUTS));
    nearest.sort_unstable();
    nearest
}
