//! The decoder: for each class a linear SVM (linfa-svm) whose inputs are the out-of-fold margins of all classes
//! (stacked generalisation, Wolpert 1992). It learns which classes are confused.
//!
//! linfa-svm builds the dense Gram matrix of its records, so each SVM is fitted to the questions of its class, up
//! to a maximum, and a seeded sample of the others. Never `shrinking(true)`: in 0.8.1 it indexes out
//! of bounds. f64 and eps 1e-3: f32 with the default eps does not converge.

use super::settings::Settings;
use crate::progress::Stage;
use crate::random::rng;
use linfa::traits::Fit;
use linfa::{Dataset, ParamGuard};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, Axis};
use rand::seq::index;
use rayon::prelude::*;

/// Maximum number of positives of one SVM: with 250 negatives its Gram matrix has 41 MB.
const MAX_POSITIVES: usize = 2000;

/// Questions whose decision values are computed at once: their margins are copied, and all of them would
/// be 200 MB.
const CHUNK: usize = 4096;

/// An SVM has at least this many inputs, or one for each class if there are fewer classes.
const MIN_INPUTS: usize = 8;

/// Out-of-fold margins to fit a decoder to.
#[derive(Clone, Copy)]
pub(super) struct MarginSample<'a> {
    /// Questions × classes.
    pub(super) margins: &'a Array2<f64>,
    /// The class of each question.
    pub(super) classes: &'a [u32],
    /// The questions to fit to.
    pub(super) members: &'a [u32],
}

/// Hyperplanes over margins: the decision value for margins `o` is (V o + c) / `sigma`.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    /// classes × classes.
    pub(super) v: Array2<f64>,
    /// The offset of each class.
    pub(super) c: Array1<f64>,
    /// Standard deviation of V o + c over the sample.
    pub(super) sigma: f64,
}

impl Decoder {
    /// Fits one SVM for each class.
    pub(super) fn fit(sample: MarginSample<'_>, settings: &Settings, stage: &dyn Stage) -> Self {
        let count = sample.margins.ncols();
        let planes: Vec<Hyperplane> = (0..count as u32)
            .into_par_iter()
            .map(|class| {
                let plane = Hyperplane::fit(sample, class, settings);
                stage.tick();
                plane
            })
            .collect();
        let mut v = Array2::zeros((count, count));
        for (mut row, plane) in v.outer_iter_mut().zip(&planes) {
            row.assign(&plane.normal);
        }
        let c: Array1<f64> = planes.iter().map(|plane| plane.offset).collect();
        let mut decoder = Decoder { v, c, sigma: 1.0 };
        let sigma = decoder.decide(sample.margins, sample.members).std(0.0);
        if sigma > 0.0 {
            decoder.sigma = sigma;
        }
        decoder
    }

    /// Writes the decision values of the rows `members`, in standard deviations.
    pub(super) fn decide_into(
        &self,
        into: &mut Array2<f64>,
        margins: &Array2<f64>,
        members: &[u32],
    ) {
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

/// The hyperplane of one class.
struct Hyperplane {
    normal: Array1<f64>,
    offset: f64,
}

impl Hyperplane {
    /// Fits the SVM of `class`. Zeros if the class has no example or the solver fails: its margin then stays as
    /// it is.
    fn fit(sample: MarginSample<'_>, class: u32, settings: &Settings) -> Self {
        let MarginSample { margins, classes, members } = sample;
        let mut plane = Hyperplane { normal: Array1::zeros(margins.ncols()), offset: 0.0 };
        let (positives, negatives): (Vec<u32>, Vec<u32>) =
            members.iter().partition(|&&i| classes[i as usize] == class);
        let mut rng = rng(settings.seed, "decoder-sample", u64::from(class));
        let mut draw = |all: &[u32], max: usize| -> Vec<usize> {
            let mut picked = index::sample(&mut rng, all.len(), all.len().min(max)).into_vec();
            picked.sort_unstable();
            picked.into_iter().map(|i| all[i] as usize).collect()
        };
        let chosen =
            [draw(&positives, MAX_POSITIVES), draw(&negatives, settings.decoder_negatives)]
                .concat();
        if positives.is_empty() || negatives.is_empty() {
            return plane;
        }
        let inputs = inputs(margins, &positives, class, settings.decoder_inputs);
        let records = margins.select(Axis(0), &chosen).select(Axis(1), &inputs);
        let targets: Array1<bool> = chosen.iter().map(|&i| classes[i] == class).collect();
        let params = Svm::<f64, bool>::params()
            .eps(1e-3)
            .pos_neg_weights(settings.decoder_c, settings.decoder_c)
            .linear_kernel();
        let Ok(params) = params.check() else { return plane };
        if let Ok(svm) = params.fit(&Dataset::new(records.clone(), targets)) {
            // alpha has the sign of the class
            let normal = records.t().dot(&Array1::from(svm.alpha.clone()));
            inputs.iter().zip(&normal).for_each(|(&input, weight)| plane.normal[input] = *weight);
            plane.offset = -svm.rho;
        }
        plane
    }
}

/// The classes whose margins are the inputs of the SVM of `class`, ascending: `class` itself and the classes with
/// the greatest average margins on its questions, `positives`; the fraction `fraction` of all classes.
fn inputs(margins: &Array2<f64>, positives: &[u32], class: u32, fraction: f64) -> Vec<usize> {
    let count = margins.ncols();
    let mut sums = Array1::<f64>::zeros(count);
    for &i in positives {
        sums += &margins.row(i as usize);
    }
    sums[class as usize] = f64::INFINITY;
    let mut nearest: Vec<usize> = (0..count).collect();
    nearest.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]).then(a.cmp(&b)));
    nearest.truncate(((count as f64 * fraction) as usize).max(MIN_INPUTS));
    nearest.sort_unstable();
    nearest
}
