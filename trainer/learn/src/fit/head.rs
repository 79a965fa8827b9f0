//! Margins out of fold → what is laid over the rows: the decoder, its weight, the calibration.

use super::Settings;
use super::decoder::Decoder;
use super::out_of_fold::OutOfFold;
use crate::abstain::HeldOut;
use crate::calibrate::{self, Calibration};
use crate::progress::Progress;
use crate::split;
use ndarray::{Array1, Array2};
use serde::Serialize;
use std::borrow::Cow;

/// What cross-validation decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choices {
    /// Whether the name of each class is one of the questions that are fitted on.
    pub names: bool,
    /// Power of the n-grams' selectivity in their weights; 0 where it did not help.
    pub selectivity: f64,
    /// Share of naive Bayes beside the SVMs; 0 where it did not help.
    pub evidence: f64,
    /// Share of the embeddings beside both; 0 where it did not help.
    pub embeddings: f64,
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

impl Head {
    /// Learns from the margins `out`.
    pub(super) fn learn(
        out: &OutOfFold,
        settings: &Settings,
        names: bool,
        choices: Option<Choices>,
        progress: &dyn Progress,
    ) -> Self {
        let (scores, blend) = out.blended(settings, choices.map(|c| c.blend), progress);
        let decoder = (blend > 0.0).then(|| {
            let all: Vec<u32> = (0..out.classes.len() as u32).collect();
            let count = out.margins.ncols();
            let bar = progress.stage("decoder", count);
            Decoder::fit(&out.margins, &out.classes, &all, count, settings, &*bar)
        });
        let bar = progress.stage("calibration", 1);
        let calibration =
            Calibration::fit(&scores, &out.classes, settings.seed, choices.map(|c| c.calibration));
        bar.tick();
        let choices = Choices {
            names,
            selectivity: out.exponent,
            evidence: out.bayes.share,
            embeddings: out.embeddings.share,
            blend,
            calibration: calibration.kind,
        };
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
    /// Cross-validated margins with the decoder blended in, and its weight: that of [`BLENDS`] with
    /// the best cross-validated accuracy, if that is no noise; `fixed` where given. Holds one matrix
    /// beside the margins: each has up to 200 MB.
    pub(super) fn blended(
        &self,
        settings: &Settings,
        fixed: Option<f64>,
        progress: &dyn Progress,
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
            let decoder = Decoder::fit(margins, &self.classes, &of(true), count, settings, &*bar);
            let asked = of(false);
            decoder.decide_into(&mut decisions, margins, &asked);
            // the other folds were a tenth of training clinc150 (4.7 of 42 CPU s for all three)
            if fold == 0 && fixed.is_none() && !self.gains(&decisions, &asked) {
                return (Cow::Borrowed(margins), 0.0);
            }
        }
        let blend = fixed.unwrap_or_else(|| self.best_blend(&decisions));
        if blend == 0.0 {
            return (Cow::Borrowed(margins), 0.0);
        }
        decisions.zip_mut_with(margins, |decision, margin| *decision = margin + *decision * blend);
        (Cow::Owned(decisions), blend)
    }

    /// That of [`BLENDS`] by which most questions are answered rightly, the first of equals. It must be
    /// better than none by more than one standard error of the difference: a decoder is several more fits.
    fn best_blend(&self, decisions: &Array2<f64>) -> f64 {
        let all: Vec<u32> = (0..self.classes.len() as u32).collect();
        let none = self.right(decisions, 0.0, &all);
        let able = BLENDS.into_iter().filter_map(|blend| {
            let own = self.right(decisions, blend, &all);
            let changed = own.iter().zip(&none).filter(|(own, none)| own != none).count();
            let gain = count(&own) as f64 - count(&none) as f64;
            (gain > (changed as f64).sqrt()).then_some((blend, gain))
        });
        able.reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(0.0, |best| best.0)
    }

    /// Whether any of [`BLENDS`] answers more of the questions `asked` rightly than none does.
    fn gains(&self, decisions: &Array2<f64>, asked: &[u32]) -> bool {
        let right = |blend: f64| count(&self.right(decisions, blend, asked));
        BLENDS.into_iter().any(|blend| right(blend) > right(0.0))
    }

    /// Which of the questions `asked` are answered rightly.
    fn right(&self, decisions: &Array2<f64>, blend: f64, asked: &[u32]) -> Vec<bool> {
        let answered = |&i: &u32| {
            let row = self.margins.row(i as usize).into_iter().zip(decisions.row(i as usize));
            let answer = calibrate::argmax(row.map(|(margin, decision)| margin + decision * blend));
            answer == self.classes[i as usize] as usize
        };
        asked.iter().map(answered).collect()
    }
}

fn count(right: &[bool]) -> usize {
    right.iter().filter(|right| **right).count()
}
