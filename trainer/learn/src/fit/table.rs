//! Folds the decoder into the embedding rows and quantises them.
//!
//! With margins o = (Σ x E + b)/σ and decisions (V o + c)/σ₂, the blended margin
//! o + β (V o + c)/σ₂ is linear in x: it equals Σ x E' + b' with M = (1 + β V/σ₂)/σ, E' = M E and
//! b' = M b + β c/σ₂. So serving needs no matrix product, and each n-gram's share of a margin is
//! its row.

use super::features::Features;
use super::head::{Choices, Head};
use super::low_rank;
use super::rows::{Block, LANES};
use crate::abstain::HeldOut;
use intent_model::ModelInfo;
use intent_model::grams::Space;
use intent_model::rows::{stride, write_row};
use intent_model::{LayoutError, Params, layout};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Buckets whose rows are written at once: a product of matrices reads the basis once for all, not once
/// for each.
const CHUNK: usize = 64;

/// A fitted model, quantised.
#[derive(Clone, Debug)]
pub struct Fitted {
    space: Space,
    params: Params,
    rows: Vec<u8>,
    head: Head,
}

/// One table of `blocks`, which hold the hyperplanes of the classes `ids`, under `head`.
pub(super) fn fold(
    features: &Features,
    blocks: &[Block],
    ids: Vec<i32>,
    head: Head,
    seed: u64,
) -> Fitted {
    let classes = ids.len();
    let space = features.space;
    let stride = stride(space.width(classes), space.row_bits);
    let (matrix, shift) = head.map(classes);
    let mapped = |raw: &Array1<f64>| mapped(raw, matrix.as_ref(), head.sigma);
    let read = |i: usize, raw: &mut Array1<f64>, values: &mut [f32]| {
        match features.vector(i) {
            None => gather(raw, blocks, |block| &block.values[i]),
            Some((vector, first)) => project(raw, blocks, vector, first),
        }
        if raw.iter().all(|v| *v == 0.0) {
            return values.fill(0.0);
        }
        // the weight of the bucket goes into its row: x E = damp · (weight E) / norm
        let gain = f64::from(features.weights[i]) * f64::from(features.gain(i));
        values.iter_mut().zip(&mapped(raw)).for_each(|(v, m)| *v = (m * gain) as f32);
    };
    let count = features.weights.len();
    let basis = (space.rank > 0).then(|| {
        low_rank::basis(count, classes, space.rank as usize, seed, |i, values| {
            read(i, &mut Array1::zeros(classes), values);
        })
    });
    let mut rows = vec![0; space.row_count(classes) * stride];
    let (of_grams, of_classes) = rows.split_at_mut(count * stride);
    of_grams.par_chunks_mut(CHUNK * stride).enumerate().for_each(|(chunk, rows)| {
        let first = chunk * CHUNK;
        let mut values = Array2::zeros((rows.len() / stride, classes));
        let mut raw = Array1::zeros(classes);
        for (i, mut row) in (first..).zip(values.outer_iter_mut()) {
            if let Some(row) = row.as_slice_mut() {
                read(i, &mut raw, row);
            }
        }
        if let Some(basis) = &basis {
            values = values.dot(basis);
        }
        for (i, row) in (first..).zip(rows.chunks_mut(stride)) {
            let values = values.row(i - first);
            write_row(row, space.row_bits, features.weights[i], &values.to_vec());
        }
    });
    if let Some(basis) = &basis {
        for (row, of_class) in of_classes.chunks_mut(stride).zip(basis.outer_iter()) {
            write_row(row, space.row_bits, 0.0, &of_class.to_vec());
        }
    }
    rows.extend_from_slice(&features.words);
    let mut bias = Array1::zeros(classes);
    gather(&mut bias, blocks, |block| &block.bias);
    let bias = mapped(&bias) + shift;
    let narrow = |v: &Array1<f64>| v.iter().map(|x| *x as f32).collect();
    let params = Params {
        ids,
        bias: narrow(&bias),
        slope: narrow(&head.calibration.slope),
        offset: narrow(&head.calibration.offset),
        taper: head.calibration.taper as f32,
    };
    Fitted { space: features.space, params, rows, head }
}

/// Puts the lanes that `of` gives of each block behind each other.
fn gather<'a>(
    into: &mut Array1<f64>,
    blocks: &'a [Block],
    of: impl Fn(&'a Block) -> &'a [f32; LANES],
) {
    let lanes = blocks.iter().flat_map(of);
    into.iter_mut().zip(lanes).for_each(|(value, lane)| *value = f64::from(*lane));
}

/// A word's vector times the weights of its values, which begin at column `first`.
fn project(into: &mut Array1<f64>, blocks: &[Block], vector: &[f32], first: usize) {
    into.fill(0.0);
    for (column, x) in (first..).zip(vector) {
        let lanes = blocks.iter().flat_map(|block| &block.values[column]);
        into.iter_mut().zip(lanes).for_each(|(sum, lane)| *sum += f64::from(x * lane));
    }
}

fn mapped(raw: &Array1<f64>, matrix: Option<&Array2<f64>>, sigma: f64) -> Array1<f64> {
    matrix.map_or_else(|| raw / sigma, |matrix| matrix.dot(raw))
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
        &self.head.held_out
    }

    /// What cross-validation chose.
    #[must_use]
    pub fn choices(&self) -> Choices {
        self.head.choices
    }
}
