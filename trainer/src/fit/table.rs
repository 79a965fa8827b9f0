//! Folds the decoder into the embedding rows and quantises them.
//!
//! With margins o = (Σ x E + b)/σ and decisions (V o + c)/σ₂, the blended margin
//! o + β (V o + c)/σ₂ is linear in x: it equals Σ x E' + b' with M = (1 + β V/σ₂)/σ, E' = M E and
//! b' = M b + β c/σ₂. So serving needs no matrix product, and each n-gram's share of a margin is
//! its row.

use super::Choices;
use super::decoder::Decoder;
use super::features::Features;
use super::rows::Weights;
use crate::abstain::HeldOut;
use crate::calibrate::Calibration;
use intent_model::ModelInfo;
use intent_model::grams::Space;
use intent_model::layout::{self, LayoutError, Params};
use intent_model::rows::{stride, write_row};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// The parts of a fitted model before they are one.
pub(super) struct Table<'a> {
    pub(super) features: &'a Features,
    /// One hyperplane for each class.
    pub(super) rows: &'a [Weights],
    pub(super) sigma: f64,
    pub(super) decoder: Option<&'a Decoder>,
    pub(super) choices: Choices,
}

/// A fitted model, quantised.
#[derive(Clone, Debug)]
pub struct Fitted {
    space: Space,
    params: Params,
    rows: Vec<u8>,
    choices: Choices,
    held_out: Vec<HeldOut>,
}

impl Table<'_> {
    pub(super) fn fold(
        &self,
        ids: Vec<i32>,
        calibration: &Calibration,
        held_out: Vec<HeldOut>,
    ) -> Fitted {
        let classes = self.rows.len();
        let stride = stride(classes);
        let (matrix, shift) = self.map();
        let mut rows = vec![0; self.features.weights.len() * stride];
        rows.par_chunks_mut(stride).enumerate().for_each_init(
            || Array1::zeros(classes),
            |raw: &mut Array1<f64>, (i, row)| {
                raw.iter_mut().zip(self.rows).for_each(|(r, w)| *r = f64::from(w.values[i]));
                let weight = self.features.weights[i];
                if raw.iter().all(|v| *v == 0.0) {
                    return write_row(row, weight, &vec![0.0; classes]);
                }
                // the weight of the bucket goes into its row: x E = damp · (weight E) / norm
                let folded: Vec<f32> =
                    matrix.dot(raw).iter().map(|v| (v * f64::from(weight)) as f32).collect();
                write_row(row, weight, &folded);
            },
        );
        let bias: Array1<f64> = self.rows.iter().map(|w| f64::from(w.bias)).collect();
        let bias = matrix.dot(&bias) + shift;
        let narrow = |v: &Array1<f64>| v.iter().map(|x| *x as f32).collect();
        let params = Params {
            ids,
            bias: narrow(&bias),
            slope: narrow(&calibration.slope),
            offset: narrow(&calibration.offset),
        };
        Fitted { space: self.features.space, params, rows, choices: self.choices, held_out }
    }

    /// M and the constant that it does not cover.
    fn map(&self) -> (Array2<f64>, Array1<f64>) {
        let classes = self.rows.len();
        let mut matrix = Array2::eye(classes);
        let mut shift = Array1::zeros(classes);
        if let Some(decoder) = self.decoder {
            matrix.scaled_add(self.choices.blend / decoder.sigma, &decoder.v);
            shift.scaled_add(self.choices.blend / decoder.sigma, &decoder.c);
        }
        (matrix / self.sigma, shift)
    }
}

impl Fitted {
    /// The bytes of the model.
    ///
    /// # Errors
    /// Where the description does not fit the model.
    pub fn encode(&self, info: &ModelInfo) -> Result<Vec<u8>, LayoutError> {
        layout::encode(self.space, &self.params, &self.rows, info)
    }

    /// The training questions as cross-validation answered them.
    #[must_use]
    pub fn held_out(&self) -> &[HeldOut] {
        &self.held_out
    }

    /// What cross-validation chose.
    #[must_use]
    pub fn choices(&self) -> Choices {
        self.choices
    }
}
