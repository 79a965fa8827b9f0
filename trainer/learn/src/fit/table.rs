//! Merges the decoder into the rows, and quantises them.
//!
//! With E, b: weights and bias of the linear classifiers; σ: the standard deviation of their margins; V, c, σ₂:
//! the decoder; β: its blend weight; x: the vector of a text,
//!
//! ```text
//! o  = (Σ_f x(f) E(f) + b) / σ                margins of the linear classifiers
//! d  = (V o + c) / σ₂                         decision values of the decoder
//! o + β d = Σ_f x(f) E'(f) + b'               with M = (1 + β V/σ₂)/σ,  E' = M E,  b' = M b + β c/σ₂
//! ```
//!
//! So serving needs no matrix product, and the row of an n-gram is what it contributes to each margin.

use super::block::{Block, Lanes};
use super::features::{BucketVector, FeatureMatrix};
use super::head::{Choices, Head, MarginMap};
use super::low_rank;
use crate::abstain::OutOfFoldAnswer;
use intent_model::ModelInfo;
use intent_model::grams::Space;
use intent_model::rows::{stride, write_row};
use intent_model::{LayoutError, Params, layout};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Rows that are built at once: one matrix product with the low-rank basis serves all of them.
const CHUNK: usize = 64;

/// A fitted model, quantised.
#[derive(Clone, Debug)]
pub struct QuantisedModel {
    space: Space,
    params: Params,
    rows_and_lexicon: Vec<u8>,
    head: Head,
}

/// Builds the quantised rows: the coefficients in `blocks`, of the classes `ids`, with the decoder of `head`.
pub(super) fn build(
    features: &FeatureMatrix,
    blocks: &[Block],
    ids: Vec<i32>,
    head: Head,
    seed: u64,
) -> QuantisedModel {
    let classes = ids.len();
    let space = features.space;
    let stride = stride(space.width(classes), space.row_bits);
    let builder = RowBuilder { features, blocks, map: head.map(classes) };
    let count = features.weights.len();
    let basis = (space.rank > 0).then(|| {
        let shape = low_rank::Shape { buckets: count, classes, rank: space.rank as usize };
        low_rank::basis(shape, seed, |i, row| {
            builder.write_values(i, &mut Array1::zeros(classes), row);
        })
    });
    let mut rows = vec![0; space.row_count(classes) * stride];
    let (gram_rows, class_rows) = rows.split_at_mut(count * stride);
    gram_rows.par_chunks_mut(CHUNK * stride).enumerate().for_each(|(chunk, rows)| {
        let first = chunk * CHUNK;
        let mut values = Array2::zeros((rows.len() / stride, classes));
        let mut raw = Array1::zeros(classes);
        for (i, mut row) in (first..).zip(values.outer_iter_mut()) {
            if let Some(row) = row.as_slice_mut() {
                builder.write_values(i, &mut raw, row);
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
        for (row, coordinates) in class_rows.chunks_mut(stride).zip(basis.outer_iter()) {
            write_row(row, space.row_bits, 0.0, &coordinates.to_vec());
        }
    }
    rows.extend_from_slice(&features.lexicon);
    let bias = builder.bias(classes);
    let narrow = |v: &Array1<f64>| v.iter().map(|x| *x as f32).collect();
    let params = Params {
        ids,
        bias: narrow(&bias),
        slope: narrow(&head.calibration.slope),
        offset: narrow(&head.calibration.offset),
        taper: head.calibration.taper as f32,
    };
    QuantisedModel { space: features.space, params, rows_and_lexicon: rows, head }
}

/// Computes the rows, not yet quantised.
struct RowBuilder<'a> {
    features: &'a FeatureMatrix,
    blocks: &'a [Block],
    map: MarginMap,
}

impl RowBuilder<'_> {
    /// Writes the row of bucket `i`, a value for each class, to `row`. `raw` is scratch space for the weights of
    /// the linear classifiers.
    fn write_values(&self, i: usize, raw: &mut Array1<f64>, row: &mut [f32]) {
        match self.features.vector(i) {
            None => concatenate_lanes(raw, self.blocks, |block| &block.weights[i]),
            Some(vector) => project(raw, self.blocks, vector),
        }
        if raw.iter().all(|v| *v == 0.0) {
            return row.fill(0.0);
        }
        // x(f) = tf · weight · family norm / L2 norm: the factors that depend on the bucket alone go into its row
        let factor = f64::from(self.features.weights[i]) * f64::from(self.features.family_norm(i));
        row.iter_mut().zip(&self.map.linear(raw)).for_each(|(v, m)| *v = (m * factor) as f32);
    }

    /// The bias of each class.
    fn bias(&self, classes: usize) -> Array1<f64> {
        let mut bias = Array1::zeros(classes);
        concatenate_lanes(&mut bias, self.blocks, |block| &block.bias);
        self.map.linear(&bias) + &self.map.shift
    }
}

/// Concatenates one lane array for each block.
fn concatenate_lanes<'a>(
    into: &mut Array1<f64>,
    blocks: &'a [Block],
    lanes: impl Fn(&'a Block) -> &'a Lanes,
) {
    let lanes = blocks.iter().flat_map(lanes);
    into.iter_mut().zip(lanes).for_each(|(value, lane)| *value = f64::from(*lane));
}

/// Multiplies a pretrained vector with the weights of its columns.
fn project(into: &mut Array1<f64>, blocks: &[Block], vector: BucketVector<'_>) {
    into.fill(0.0);
    for (column, x) in (vector.first..).zip(vector.values) {
        let lanes = blocks.iter().flat_map(|block| &block.weights[column]);
        into.iter_mut().zip(lanes).for_each(|(sum, lane)| *sum += f64::from(x * lane));
    }
}

impl QuantisedModel {
    /// The bytes of the model.
    ///
    /// # Errors
    /// If `info` does not fit the model.
    pub fn encode(&self, info: &ModelInfo) -> Result<Vec<u8>, LayoutError> {
        layout::encode(self.space, &self.params, &self.rows_and_lexicon, info)
    }

    /// The out-of-fold answers to the training questions.
    #[must_use]
    pub fn out_of_fold_answers(&self) -> &[OutOfFoldAnswer] {
        &self.head.out_of_fold_answers
    }

    /// What cross-validation chose.
    #[must_use]
    pub fn choices(&self) -> Choices {
        self.head.choices
    }
}
