//! Margins out of fold → what is laid over the rows: the decoder, its weight, the calibration.

use super::decoder::Decoder;
use super::features::Features;
use super::rows::LANES;
use super::{Settings, blocks};
use crate::abstain::HeldOut;
use crate::calibrate::{self, Calibration};
use crate::data::Dataset;
use crate::progress::Progress;
use crate::random::rng;
use crate::split;
use ndarray::{Array1, Array2};
use rand::seq::index::sample;
use serde::Serialize;
use std::borrow::Cow;

/// What cross-validation decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choices {
    /// Weight of the decoder; 0 where it did not help.
    pub blend: f64,
    /// How margins become probabilities.
    pub calibration: calibrate::Kind,
}

/// Weights of the decoder that cross-validation chooses from.
const BLENDS: [f64; 3] = [0.0, 0.25, 0.5];
/// Folds of the decoder's own cross-validation.
const DECODER_FOLDS: usize = 3;
/// Of more classes no decoder is learned: its work grows with their square.
const MOST_DECODED: usize = 300;
/// Margins (questions × classes) that a head is learned from: 200 MB of f64. Of more data, a sample
/// of the questions is held out once.
const MOST_MARGINS: usize = 25_000_000;

/// What is laid over the rows.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Standard deviation of the margins that the rows give.
    pub sigma: f64,
    /// Where it helped.
    pub decoder: Option<Decoder>,
    /// Margin → logit.
    pub calibration: Calibration,
    /// What was decided on the way.
    pub choices: Choices,
    /// The questions that it was learned from, as cross-validation answered them.
    pub held_out: Vec<HeldOut>,
}

/// Margins of questions by rows that were not fitted on them.
pub(super) struct OutOfFold {
    /// Questions × classes, in standard deviations.
    pub(super) margins: Array2<f64>,
    /// The class of each question.
    pub(super) classes: Vec<u32>,
    /// The near-duplicates of each question have its number.
    pub(super) groups: Vec<u32>,
    sigma: f64,
}

impl Head {
    /// Learns from the margins `out`.
    pub(super) fn learn(
        out: &OutOfFold,
        settings: &Settings,
        choices: Option<Choices>,
        progress: &Progress,
    ) -> Self {
        let (scores, blend) = out.blended(settings, choices.map(|c| c.blend), progress);
        let decoder = (blend > 0.0).then(|| {
            let all: Vec<u32> = (0..out.classes.len() as u32).collect();
            let count = out.margins.ncols();
            let bar = progress.stage("decoder", count);
            Decoder::fit(&out.margins, &out.classes, &all, count, settings, &bar)
        });
        let bar = progress.stage("calibration", 1);
        let calibration =
            Calibration::fit(&scores, &out.classes, settings.seed, choices.map(|c| c.calibration));
        bar.tick();
        let choices = Choices { blend, calibration: calibration.kind };
        let held_out = calibration.held_out(&scores, &out.classes);
        Head { sigma: out.sigma, decoder, calibration, choices, held_out }
    }

    /// M and the constant of margin = M (Σ x E + b) + constant, for `classes` classes; no M where
    /// it is 1/σ everywhere.
    pub(super) fn map(&self, classes: usize) -> (Option<Array2<f64>>, Array1<f64>) {
        let mut shift = Array1::zeros(classes);
        let matrix = self.decoder.as_ref().map(|decoder| {
            let mut matrix = Array2::eye(classes);
            matrix.scaled_add(self.choices.blend / decoder.sigma, &decoder.v);
            shift.scaled_add(self.choices.blend / decoder.sigma, &decoder.c);
            matrix / self.sigma
        });
        (matrix, shift)
    }
}

impl OutOfFold {
    pub(super) fn of(
        features: &Features,
        data: &Dataset,
        groups: &[u32],
        settings: &Settings,
        progress: &Progress,
    ) -> Self {
        let (classes, folds) = (data.labels.len(), settings.folds);
        let most = (MOST_MARGINS / classes).max(1);
        let fold_of =
            split::folds(&data.classes, groups, classes, folds.into(), settings.seed, "rows");
        let asked = asked(&fold_of, most, settings.seed);
        // where a sample of one fold is enough, one fit is
        let fits = if asked.len() < data.len() { 1 } else { folds };
        let blocks_of = classes.div_ceil(LANES);
        let bar = progress.stage("out-of-fold margins", blocks_of * usize::from(fits));
        let mut margins = Array2::zeros((asked.len(), classes));
        for fold in 0..fits {
            let inside: Vec<u32> =
                (0..data.len() as u32).filter(|&i| fold_of[i as usize] != fold).collect();
            let outside: Vec<(usize, u32)> = asked
                .iter()
                .copied()
                .enumerate()
                .filter(|a| fold_of[a.1 as usize] == fold)
                .collect();
            let parts = blocks(features, data, &inside, settings, &bar, |block| {
                outside.iter().map(|&(_, i)| block.margins(features.row(i))).collect::<Vec<_>>()
            });
            for (block, part) in parts.iter().enumerate() {
                for (&(row, _), lanes) in outside.iter().zip(part) {
                    let first = block * LANES;
                    for class in first..classes.min(first + LANES) {
                        margins[(row, class)] = f64::from(lanes[class - first]);
                    }
                }
            }
        }
        let sigma = deviation(&margins);
        margins /= sigma;
        let of = |from: &[u32]| asked.iter().map(|&i| from[i as usize]).collect();
        OutOfFold { margins, classes: of(&data.classes), groups: of(groups), sigma }
    }

    /// Cross-validated margins with the decoder blended in, and its weight: that of [`BLENDS`] with
    /// the best cross-validated accuracy, the least of equals; `fixed` where given. Holds one matrix
    /// beside the margins: each has up to 200 MB.
    pub(super) fn blended(
        &self,
        settings: &Settings,
        fixed: Option<f64>,
        progress: &Progress,
    ) -> (Cow<'_, Array2<f64>>, f64) {
        let (margins, count) = (&self.margins, self.margins.ncols());
        if count > MOST_DECODED || fixed == Some(0.0) {
            return (Cow::Borrowed(margins), 0.0);
        }
        let (seed, folds) = (settings.seed, DECODER_FOLDS);
        let fold_of = split::folds(&self.classes, &self.groups, count, folds, seed, "decoder");
        let bar = progress.stage("decoder, cross-validated", count * folds);
        let mut decisions = Array2::zeros(margins.raw_dim());
        for fold in 0..folds as u8 {
            let of = |inside: bool| -> Vec<u32> {
                (0u32..)
                    .zip(&fold_of)
                    .filter(|(_, f)| (**f != fold) == inside)
                    .map(|m| m.0)
                    .collect()
            };
            let decoder = Decoder::fit(margins, &self.classes, &of(true), count, settings, &bar);
            decoder.decide_into(&mut decisions, margins, &of(false));
        }
        let blend = fixed.unwrap_or_else(|| self.best_blend(&decisions));
        if blend == 0.0 {
            return (Cow::Borrowed(margins), 0.0);
        }
        decisions.zip_mut_with(margins, |decision, margin| *decision = margin + *decision * blend);
        (Cow::Owned(decisions), blend)
    }

    /// That of [`BLENDS`] by which most questions are answered rightly; the first of equals.
    fn best_blend(&self, decisions: &Array2<f64>) -> f64 {
        let right = |blend: f64| {
            let rows = self.margins.outer_iter().zip(decisions.outer_iter());
            let answers = rows.map(|(margins, decisions)| {
                calibrate::argmax(margins.iter().zip(decisions).map(|(m, d)| m + d * blend))
            });
            answers.zip(&self.classes).filter(|(answer, class)| *answer == **class as usize).count()
        };
        let counted = BLENDS.map(|blend| (blend, right(blend)));
        counted.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(0.0, |best| best.0)
    }
}

/// The questions whose margins are computed, ascending: all, or `most` of the first fold.
fn asked(fold_of: &[u8], most: usize, seed: u64) -> Vec<u32> {
    if fold_of.len() <= most {
        return (0..fold_of.len() as u32).collect();
    }
    let first: Vec<u32> = (0u32..).zip(fold_of).filter(|f| *f.1 == 0).map(|f| f.0).collect();
    let mut rng = rng(seed, "held out", 0);
    let mut places = sample(&mut rng, first.len(), most.min(first.len())).into_vec();
    places.sort_unstable();
    places.into_iter().map(|place| first[place]).collect()
}

/// Standard deviation of all entries; 1 where they do not differ.
fn deviation(margins: &Array2<f64>) -> f64 {
    let sigma = margins.std(0.0);
    if sigma > 0.0 { sigma } else { 1.0 }
}
