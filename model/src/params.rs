//! The numbers that every query reads in full: the parameters of the classes, and the thresholds.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Bytes of the parameters of one class.
pub const PARAMS_PER_CLASS: usize = 16;

/// Parameters of the classes: 16 bytes each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Id of each class, ascending.
    pub ids: Vec<i32>,
    /// Margin of each class for a text without known n-grams.
    pub bias: Vec<f32>,
    /// Slope of the calibration: logit = factor × (slope × margin + offset); for the factor see `taper`.
    pub slope: Vec<f32>,
    /// Offset of the calibration.
    pub offset: Vec<f32>,
    /// Taper of the calibration: factor = exp(-taper × greatest margin), the exponent clamped to ±1. Stored in the
    /// header.
    pub taper: f32,
}

impl Params {
    /// Decodes the parameters of `bytes.len() / 16` classes; `taper` is the header's.
    #[must_use]
    pub fn decode(bytes: &[u8], taper: f32) -> Self {
        let classes = bytes.len() / PARAMS_PER_CLASS;
        let fields = |part: usize| {
            bytes[part * 4 * classes..(part + 1) * 4 * classes].as_chunks::<4>().0.iter()
        };
        let floats = |part| fields(part).map(|b| f32::from_le_bytes(*b)).collect();
        Params {
            ids: fields(0).map(|b| i32::from_le_bytes(*b)).collect(),
            bias: floats(1),
            slope: floats(2),
            offset: floats(3),
            taper,
        }
    }

    pub(crate) fn encode(&self) -> impl Iterator<Item = [u8; 4]> {
        let floats = self.bias.iter().chain(&self.slope).chain(&self.offset);
        self.ids.iter().map(|i| i.to_le_bytes()).chain(floats.map(|f| f.to_le_bytes()))
    }

    /// Checks that the parameters fit each other.
    ///
    /// # Errors
    /// Says which do not: lengths that differ, ids that do not ascend, numbers that are not finite.
    pub fn validate(&self) -> Result<(), &'static str> {
        let classes = self.ids.len();
        if [&self.bias, &self.slope, &self.offset].iter().any(|v| v.len() != classes) {
            return Err("parameters of different lengths");
        }
        if !self.ids.is_sorted_by(|a, b| a < b) {
            return Err("the ids are not in ascending order");
        }
        let floats = self.bias.iter().chain(&self.slope).chain(&self.offset);
        if !floats.chain([&self.taper]).all(|f| f.is_finite()) {
            return Err("a parameter is not a finite number");
        }
        Ok(())
    }
}

/// Thresholds below which a model does not answer, and the candidate mass of unsure decisions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Unsure below this probability of the most probable intent; 0 is never.
    pub unsure_below: f32,
    /// Out of scope below this greatest margin; negative infinity is never.
    pub out_of_scope_below: f32,
    /// The candidates of an unsure decision are the fewest most probable intents that reach this probability together.
    pub candidate_mass: f32,
}

impl Thresholds {
    /// Thresholds with which every query is answered.
    pub const ALWAYS_ANSWER: Thresholds = Thresholds {
        unsure_below: 0.0,
        out_of_scope_below: f32::NEG_INFINITY,
        candidate_mass: 0.95,
    };

    /// Checks the range of each threshold.
    ///
    /// # Errors
    /// The name and the value of the first threshold that is out of its range.
    pub fn validate(&self) -> Result<(), (&'static str, f32)> {
        let share = |value: f32| (0.0..=1.0).contains(&value);
        let margin = self.out_of_scope_below;
        [
            ("unsure_below", self.unsure_below, share(self.unsure_below)),
            ("out_of_scope_below", margin, margin.is_finite() || margin == f32::NEG_INFINITY),
            ("candidate_mass", self.candidate_mass, share(self.candidate_mass)),
        ]
        .into_iter()
        .find_map(|(name, value, good)| (!good).then_some((name, value)))
        .map_or(Ok(()), Err)
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::ALWAYS_ANSWER
    }
}
