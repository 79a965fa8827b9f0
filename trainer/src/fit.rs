//! Labelled questions → a model.
//!
//! ```text
//! texts ─ features ─ x ─┬─ rows, 4 folds ─→ O, margins out of fold ─┬─ decoder (linfa-svm) ─→ V, c
//!                       │                                           └─ calibrate ─→ slope, offset
//!                       └─ rows, all ─────→ E, b ──── fold V into E ─→ one table: margin = Σ x E' + b'
//! ```
//!
//! The decoder only ever sees margins of questions that the rows were not fitted on: in-sample
//! margins are nearly separable and teach it nothing.

pub mod decoder;
pub mod features;
pub mod rows;
mod table;

use crate::calibrate::{self, Calibration};
use crate::data::Dataset;
use crate::progress::Progress;
use crate::split;
use decoder::Decoder;
use features::Features;
use intent_model::grams::Space;
use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use table::Table;

pub use table::Fitted;

/// Everything that training depends on but the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Seed of every random choice.
    pub seed: u64,
    /// log2 of the word family's buckets.
    pub word_bits: u8,
    /// log2 of the sub-word family's buckets.
    pub subword_bits: u8,
    /// Shortest character n-gram.
    pub min_n: u8,
    /// Longest character n-gram.
    pub max_n: u8,
    /// Penalty of the row SVMs.
    pub rows_c: f32,
    /// Passes over the data of the row SVMs.
    pub rows_passes: u32,
    /// Projected gradient at which a row SVM has converged.
    pub rows_tolerance: f32,
    /// Folds of the out-of-fold margins.
    pub folds: u8,
    /// Penalty of the decoder SVMs.
    pub decoder_c: f64,
    /// Random negatives of each decoder SVM. The dense Gram matrix is most of its CPU time, which
    /// grows with the square of this; more did not raise cross-validated accuracy.
    pub decoder_negatives: usize,
    /// Share of the classes whose margins a decoder SVM sees, those nearest to its class: all of
    /// them cost more CPU time and did not raise cross-validated accuracy.
    pub decoder_inputs: f64,
}

impl Default for Settings {
    fn default() -> Self {
        let space = Space::default();
        Settings {
            seed: 1,
            word_bits: space.word_bits,
            subword_bits: space.subword_bits,
            min_n: space.min_n,
            max_n: space.max_n,
            rows_c: 1.0,
            rows_passes: 12,
            rows_tolerance: 0.1,
            folds: 4,
            decoder_c: 0.05,
            decoder_negatives: 250,
            decoder_inputs: 1.0 / 3.0,
        }
    }
}

impl Settings {
    /// The feature space of these settings.
    #[must_use]
    pub fn space(&self) -> Space {
        Space {
            word_bits: self.word_bits,
            subword_bits: self.subword_bits,
            min_n: self.min_n,
            max_n: self.max_n,
        }
    }
}

/// What cross-validation decided: kept when the model is fitted again on all questions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Choices {
    /// Weight of the decoder; 0 where it did not help.
    pub blend: f64,
    /// How margins become probabilities.
    pub calibration: calibrate::Kind,
}

/// Weights of the decoder that cross-validation chooses from, beside 0.
const BLENDS: [f64; 2] = [0.25, 0.5];
/// Folds of the decoder's own cross-validation.
const DECODER_FOLDS: usize = 3;

/// Fits a model to `data`. `choices` fixes what an earlier fit decided.
#[must_use]
pub fn fit(
    data: &Dataset,
    settings: &Settings,
    choices: Option<Choices>,
    progress: &Progress,
) -> Fitted {
    let classes = data.labels.len();
    let features = Features::of(&data.texts, settings.space());
    let mut margins = out_of_fold(&features, data, settings, progress);
    let sigma = deviation(&margins);
    margins /= sigma;
    let (scores, blend) = match choices.map(|c| c.blend) {
        Some(0.0) => (margins.clone(), 0.0),
        fixed => blended(&margins, data, settings, fixed, progress),
    };
    let decoder = (blend > 0.0).then(|| {
        let all: Vec<u32> = (0..data.len() as u32).collect();
        let bar = progress.stage("decoder", classes);
        Decoder::fit(&margins, &data.classes, &all, classes, settings, &bar)
    });
    drop(margins);
    let bar = progress.stage("calibration", 1);
    let calibration =
        Calibration::fit(&scores, &data.classes, settings.seed, choices.map(|c| c.calibration));
    bar.tick();
    let held_out = calibration.held_out(&scores, &data.classes);
    let all: Vec<u32> = (0..data.len() as u32).collect();
    let bar = progress.stage("embeddings", classes);
    let rows: Vec<rows::Weights> = (0..classes as u32)
        .into_par_iter()
        .map(|class| {
            let weights = rows::fit(&features, &data.classes, class, &all, settings);
            bar.tick();
            weights
        })
        .collect();
    let choices = Choices { blend, calibration: calibration.kind };
    Table { features: &features, rows: &rows, sigma, decoder: decoder.as_ref(), choices }.fold(
        data.labels.ids().to_vec(),
        &calibration,
        held_out,
    )
}

/// The margin of each question for each class by rows fitted on the other folds: questions ×
/// classes.
fn out_of_fold(
    features: &Features,
    data: &Dataset,
    settings: &Settings,
    progress: &Progress,
) -> Array2<f64> {
    let (classes, folds) = (data.labels.len(), usize::from(settings.folds));
    let fold_of = split::folds(&data.classes, classes, folds, settings.seed, "rows");
    let members = |keep: &dyn Fn(u8) -> bool| -> Vec<u32> {
        (0..data.len() as u32).filter(|&i| keep(fold_of[i as usize])).collect()
    };
    let bar = progress.stage("out-of-fold margins", classes * folds);
    let mut margins = Array2::zeros((data.len(), classes));
    for fold in 0..folds as u8 {
        let (inside, outside) = (members(&|f| f != fold), members(&|f| f == fold));
        let columns: Vec<Vec<f32>> = (0..classes as u32)
            .into_par_iter()
            .map(|class| {
                let weights = rows::fit(features, &data.classes, class, &inside, settings);
                bar.tick();
                outside.iter().map(|&i| weights.margin(features.row(i))).collect()
            })
            .collect();
        for (class, column) in columns.iter().enumerate() {
            for (&i, &margin) in outside.iter().zip(column) {
                margins[(i as usize, class)] = f64::from(margin);
            }
        }
    }
    margins
}

/// Cross-validated margins with the decoder blended in, and its weight: `fixed`, or that of
/// [`BLENDS`] with the best cross-validated accuracy, or 0 where the rows alone are as good.
fn blended(
    margins: &Array2<f64>,
    data: &Dataset,
    settings: &Settings,
    fixed: Option<f64>,
    progress: &Progress,
) -> (Array2<f64>, f64) {
    let classes = data.labels.len();
    let fold_of = split::folds(&data.classes, classes, DECODER_FOLDS, settings.seed, "decoder");
    let bar = progress.stage("decoder, cross-validated", classes * DECODER_FOLDS);
    let mut decisions = Array2::zeros(margins.raw_dim());
    for fold in 0..DECODER_FOLDS as u8 {
        let of = |inside: bool| -> Vec<u32> {
            (0..data.len() as u32).filter(|&i| (fold_of[i as usize] != fold) == inside).collect()
        };
        let decoder = Decoder::fit(margins, &data.classes, &of(true), classes, settings, &bar);
        decoder.decide_into(&mut decisions, margins, &of(false));
    }
    let scores = |blend: f64| margins + &(&decisions * blend);
    if let Some(blend) = fixed {
        return (scores(blend), blend);
    }
    let mut best = (margins.clone(), 0.0, accuracy(margins, &data.classes));
    for blend in BLENDS {
        let scores = scores(blend);
        let accuracy = accuracy(&scores, &data.classes);
        if accuracy > best.2 {
            best = (scores, blend, accuracy);
        }
    }
    (best.0, best.1)
}

fn accuracy(scores: &Array2<f64>, classes: &[u32]) -> f64 {
    let right = scores
        .outer_iter()
        .zip(classes)
        .filter(|(row, class)| calibrate::argmax(row.iter().copied()) == **class as usize);
    right.count() as f64 / classes.len() as f64
}

/// Standard deviation of all entries; 1 where they do not differ.
fn deviation(margins: &Array2<f64>) -> f64 {
    let sigma = margins.std(0.0);
    if sigma > 0.0 { sigma } else { 1.0 }
}
