//! What a model says of itself. Part of its bytes, in the postcard format.

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
    /// True where the model was fitted again on all questions after measuring.
    pub refitted: bool,
}

/// Figures measured on questions that the measured fit had not seen; shares in [0, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Questions measured on.
    pub questions: u32,
    /// Share of questions whose first intent is right.
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
