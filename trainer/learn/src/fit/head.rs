//! The head: what follows the linear classifiers, fitted to out-of-fold margins. It is the decoder, its blend
//! weight and the calibration.

use super::decoder::{Decoder, MarginSample};
use super::out_of_fold::OutOfFold;
use super::settings::Settings;
use crate::abstain::OutOfFoldAnswer;
use crate::calibrate::{self, Calibration};
use crate::progress::Progress;
use crate::split::Strata;
use ndarray::{Array1, Array2};
use serde::Serialize;
use std::borrow::Cow;

/// What cross-validation chose.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choices {
    /// Whether the name of each class is one of the training questions.
    pub names: bool,
    /// Exponent of the selectivity in the weights of the n-grams; 0 if it did not help.
    #[serde(rename = "selectivity")]
    pub selectivity_exponent: f64,
    /// Mixing strength of naive Bayes beside the SVMs; 0 if it did not help. `metrics.json` has called it `evidence`
    /// from the first, and its readers rely on that.
    #[serde(rename = "evidence")]
    pub naive_bayes: f64,
    /// Mixing strength of the embeddings beside both; 0 if they did not help.
    pub embeddings: f64,
    /// Blend weight of the decoder; 0 if it did not help.
    pub blend: f64,
    /// The kind of calibration.
    pub calibration: calibrate::Kind,
}

/// Blend weights of the decoder to choose from.
const BLENDS: [f64; 3] = [0.0, 0.25, 0.5];
/// Folds of the cross-validation of the decoder.
const DECODER_FOLDS: usize = 3;
/// Maximum number of classes for which a decoder is fitted: its cost grows with their square.
const MAX_DECODER_CLASSES: usize = 300;

/// The fitted head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Standard deviation of the out-of-fold margins of the linear classifiers.
    pub(super) sigma: f64,
    /// The decoder, if it helped.
    pub(super) decoder: Option<Decoder>,
    /// From margin to logit.
    pub(super) calibration: Calibration,
    /// What cross-validation chose.
    pub(super) choices: Choices,
    /// The out-of-fold answers to the questions.
    pub(super) out_of_fold_answers: Vec<OutOfFoldAnswer>,
}

impl Head {
    /// Fits to the margins of `out_of_fold`. `choices` fixes the blend weight and the kind of calibration.
    pub(super) fn fit(
        out_of_fold: &OutOfFold,
        settings: &Settings,
        names: bool,
        choices: Option<Choices>,
        progress: &dyn Progress,
    ) -> Self {
        let OutOfFold { margins, classes, .. } = out_of_fold;
        let Blended { margins: blended, weight: blend } =
            out_of_fold.blended(settings, choices.map(|c| c.blend), progress);
        let decoder = (blend > 0.0).then(|| {
            let all: Vec<u32> = (0..classes.len() as u32).collect();
            let stage = progress.stage("decoder", margins.ncols());
            Decoder::fit(MarginSample { margins, classes, members: &all }, settings, &*stage)
        });
        let stage = progress.stage("calibration", 1);
        let kind = choices.map(|c| c.calibration);
        let calibration = Calibration::fit(&blended, classes, settings.seed, kind);
        stage.tick();
        let choices = Choices {
            names,
            selectivity_exponent: out_of_fold.exponent,
            naive_bayes: out_of_fold.naive_bayes.strength,
            embeddings: out_of_fold.embeddings.strength,
            blend,
            calibration: calibration.kind,
        };
        let out_of_fold_answers = calibration.answers(&blended, classes);
        Head { sigma: out_of_fold.sigma, decoder, calibration, choices, out_of_fold_answers }
    }

    /// The affine map from the margins of the linear classifiers to those of the model, for `classes` classes.
    pub(super) fn map(&self, classes: usize) -> MarginMap {
        let mut shift = Array1::zeros(classes);
        let matrix = self.decoder.as_ref().map(|decoder| {
            let mut matrix = Array2::eye(classes);
            matrix.scaled_add(self.choices.blend / decoder.sigma, &decoder.v);
            shift.scaled_add(self.choices.blend / decoder.sigma, &decoder.c);
            matrix / self.sigma
        });
        MarginMap { matrix, sigma: self.sigma, shift }
    }
}

/// margin = M (Σ x E + b) + shift; see [`super::table`].
pub(super) struct MarginMap {
    /// M; `None` if it is 1/σ times the identity.
    matrix: Option<Array2<f64>>,
    sigma: f64,
    /// The constant part of each margin.
    pub(super) shift: Array1<f64>,
}

impl MarginMap {
    /// M times `raw`, the weights or the bias of the linear classifiers.
    pub(super) fn linear(&self, raw: &Array1<f64>) -> Array1<f64> {
        self.matrix.as_ref().map_or_else(|| raw / self.sigma, |matrix| matrix.dot(raw))
    }
}

/// Out-of-fold margins with the decoder added.
pub(super) struct Blended<'a> {
    /// Questions × classes.
    pub(super) margins: Cow<'a, Array2<f64>>,
    /// The blend weight of the decoder.
    pub(super) weight: f64,
}

impl<'a> Blended<'a> {
    fn without_decoder(margins: &'a Array2<f64>) -> Self {
        Blended { margins: Cow::Borrowed(margins), weight: 0.0 }
    }
}

impl OutOfFold {
    /// The margins plus the blend weight times the decision values of the decoder, each question by a decoder
    /// fitted without its fold. The blend weight is `fixed`, or chosen by [`OutOfFold::best_blend`]. The result is
    /// written over the decision values: a matrix has up to 200 MB.
    pub(super) fn blended(
        &self,
        settings: &Settings,
        fixed: Option<f64>,
        progress: &dyn Progress,
    ) -> Blended<'_> {
        let (margins, count) = (&self.margins, self.margins.ncols());
        if count > MAX_DECODER_CLASSES || fixed == Some(0.0) {
            return Blended::without_decoder(margins);
        }
        let strata = Strata::new(&self.classes, &self.groups, count);
        let fold_of = strata.folds(DECODER_FOLDS, settings.seed, "decoder");
        let stage = progress.stage("decoder, cross-validated", count * DECODER_FOLDS);
        let mut decision_values = Array2::zeros(margins.raw_dim());
        for fold in 0..DECODER_FOLDS as u8 {
            let (held_out, training): (Vec<u32>, Vec<u32>) =
                (0..self.classes.len() as u32).partition(|&i| fold_of[i as usize] == fold);
            let classes = &self.classes;
            let sample = MarginSample { margins, classes, members: &training };
            let decoder = Decoder::fit(sample, settings, &*stage);
            decoder.decide_into(&mut decision_values, margins, &held_out);
            // stop if the decoder gains nothing on the first fold: all three take 4.7 of the 42 CPU s of a training
            // on clinc150
            if fold == 0 && fixed.is_none() && !self.gains(&decision_values, &held_out) {
                return Blended::without_decoder(margins);
            }
        }
        let blend = fixed.unwrap_or_else(|| self.best_blend(&decision_values));
        if blend == 0.0 {
            return Blended::without_decoder(margins);
        }
        decision_values
            .zip_mut_with(margins, |decision, margin| *decision = margin + *decision * blend);
        Blended { margins: Cow::Owned(decision_values), weight: blend }
    }

    /// The blend weight of [`BLENDS`] with which most questions are answered correctly, the first of equals; 0
    /// unless it gains more than one standard error of the difference, as a decoder costs one more fit, and all its
    /// folds again in a refit.
    fn best_blend(&self, decision_values: &Array2<f64>) -> f64 {
        let all: Vec<u32> = (0..self.classes.len() as u32).collect();
        let none = self.right(decision_values, 0.0, &all);
        let gains = BLENDS.into_iter().filter_map(|blend| {
            let with = self.right(decision_values, blend, &all);
            let changed = with.iter().zip(&none).filter(|(with, none)| with != none).count();
            let gain = count(&with) as f64 - count(&none) as f64;
            (gain > (changed as f64).sqrt()).then_some((blend, gain))
        });
        gains.reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(0.0, |best| best.0)
    }

    /// Whether any blend weight answers more of the questions `members` correctly than 0 does.
    fn gains(&self, decision_values: &Array2<f64>, members: &[u32]) -> bool {
        let right = |blend: f64| count(&self.right(decision_values, blend, members));
        BLENDS.into_iter().any(|blend| right(blend) > right(0.0))
    }

    /// For each of the questions `members`, whether it is answered correctly.
    fn right(&self, decision_values: &Array2<f64>, blend: f64, members: &[u32]) -> Vec<bool> {
        let is_right = |&i: &u32| {
            let row = self.margins.row(i as usize).into_iter().zip(decision_values.row(i as usize));
            let answer = calibrate::argmax(row.map(|(margin, decision)| margin + decision * blend));
            answer == self.classes[i as usize] as usize
        };
        members.iter().map(is_right).collect()
    }
}

fn count(right: &[bool]) -> usize {
    right.iter().filter(|right| **right).count()
}
