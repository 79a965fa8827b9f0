//! A model's description of itself. Part of its bytes, in the postcard format.

use crate::params::Thresholds;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Describes a model: where it comes from and how good it was when measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name of the model.
    pub name: String,
    /// Version of the model, 1 or greater.
    pub version: u32,
    /// The name of each class, in ascending order of its id.
    pub label_names: Vec<String>,
    /// SHA-256 of the training data, in hexadecimal.
    pub data_digest: String,
    /// Questions that the model was fitted on.
    pub training_questions: u32,
    /// Seed of every random choice made in training.
    pub seed: u64,
    /// Figures of the validation part, if there was one.
    pub validation: Option<Figures>,
    /// True if the model was fitted again, to all questions, after measuring.
    pub refitted: bool,
    /// Thresholds of not answering, with their figures; `None` if the model always answers.
    pub abstention: Option<Abstention>,
    /// Golden questions with the expected answers, asked before the model serves. The questions are made up, not taken
    /// from the training data.
    pub golden: Vec<Golden>,
}

/// A question and what a model answers to it, bit for bit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Golden {
    /// The question.
    pub query: String,
    /// The intent.
    pub intent: i32,
    /// Its probability.
    pub probability: f32,
}

/// Thresholds below which the model does not answer, with what was asked for and what they reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Abstention {
    /// The thresholds; also in the header, where serving reads them.
    pub thresholds: Thresholds,
    /// The precision that was asked for.
    pub wanted_precision: Option<f64>,
    /// The coverage that was asked for.
    pub wanted_coverage: Option<f64>,
    /// The share of in-scope questions to keep in scope that was asked for.
    pub wanted_scope_recall: Option<f64>,
    /// Measured on the training questions by cross-validation: the thresholds were chosen on them.
    pub cross_validated: Selective,
    /// Measured on the validation part, which had no part in choosing the thresholds.
    pub validation: Option<Selective>,
}

/// Selective figures, of a model that may abstain: shares, in [0, 1], of questions that are all in scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Selective {
    /// Share of questions that get an intent.
    pub coverage: f64,
    /// Share of those whose intent is correct; 0 if there are none.
    pub precision: f64,
    /// Share of questions that it is unsure about.
    pub unsure: f64,
    /// Share of the unsure ones whose candidates include the correct intent; `None` if that was not measured, or
    /// there are none.
    pub candidates_right: Option<f64>,
    /// Share of questions that are called out of scope, incorrectly.
    pub out_of_scope: f64,
}

/// Figures measured on questions that the measured fit had not seen; shares in [0, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Questions measured on.
    pub questions: u32,
    /// Share of questions whose most probable intent is correct.
    pub accuracy: f64,
    /// Unweighted mean of the classes' precisions.
    pub macro_precision: f64,
    /// Unweighted mean of the classes' recalls.
    pub macro_recall: f64,
    /// Unweighted mean of the classes' F1 values.
    pub macro_f1: f64,
    /// Expected calibration error, 15 equal-width bins.
    pub ece: f64,
}
