//! What every query needs in full.

use super::{LayoutError, PARAMS_PER_CLASS};
use alloc::vec::Vec;

/// What every query needs in full: 16 bytes for each class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Id of each class, ascending.
    pub ids: Vec<i32>,
    /// Margin of a text without features.
    pub bias: Vec<f32>,
    /// Calibration: logit = f (slope × margin + offset).
    pub slope: Vec<f32>,
    /// Calibration: logit = f (slope × margin + offset).
    pub offset: Vec<f32>,
    /// Calibration: f = exp(-taper × greatest margin), the exponent being at most 1 either way. Kept
    /// in the header.
    pub taper: f32,
}

impl Params {
    /// Decodes the parameters of `bytes.len() / 16` classes; `taper` is the header's.
    #[must_use]
    pub fn decode(bytes: &[u8], taper: f32) -> Self {
        let classes = bytes.len() / PARAMS_PER_CLASS;
        let words = |part: usize| {
            bytes[part * 4 * classes..(part + 1) * 4 * classes].as_chunks::<4>().0.iter()
        };
        let floats = |part| words(part).map(|b| f32::from_le_bytes(*b)).collect();
        Params {
            ids: words(0).map(|b| i32::from_le_bytes(*b)).collect(),
            bias: floats(1),
            slope: floats(2),
            offset: floats(3),
            taper,
        }
    }

    pub(super) fn encode(&self) -> impl Iterator<Item = [u8; 4]> {
        let floats = self.bias.iter().chain(&self.slope).chain(&self.offset);
        self.ids.iter().map(|i| i.to_le_bytes()).chain(floats.map(|f| f.to_le_bytes()))
    }

    pub(super) fn check(&self) -> Result<(), LayoutError> {
        let classes = self.ids.len();
        if [&self.bias, &self.slope, &self.offset].iter().any(|v| v.len() != classes) {
            return Err(LayoutError::Content("parameters of different lengths".into()));
        }
        if !self.ids.is_sorted_by(|a, b| a < b) {
            return Err(LayoutError::Content("the ids are not in ascending order".into()));
        }
        let floats = self.bias.iter().chain(&self.slope).chain(&self.offset);
        if !floats.chain([&self.taper]).all(|f| f.is_finite()) {
            return Err(LayoutError::Content("a parameter is not a finite number".into()));
        }
        Ok(())
    }
}
