//! Folds the head into the rows and quantises them.
//!
//! With margins o = (Σ x E + b)/σ and decisions (V o + c)/σ₂, the blended margin
//! o + β (V o + c)/σ₂ is linear in x: it equals Σ x E' + b' with M = (1 + β V/σ₂)/σ, E' = M E and
//! b' = M b + β c/σ₂. So serving needs no matrix product, and the share of each n-gram in a margin
//! is its row.

use super::block::{Block, Lanes};
use super::features::{BucketVector, Features};
use super::head::{Choices, Head, MarginMap};
use super::low_rank;
use crate::abstain::HeldOut;
use intent_model::ModelInfo;
use intent_model::grams::Space;
use intent_model::rows::{stride, write_row};
use intent_model::{LayoutError, Params, layout};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Buckets whose rows are written at once: a matrix product reads the basis once for all of them.
const CHUNK: usize = 64;

/// A fitted model, quantised.
#[derive(Clone, Debug)]
pub struct Fitted {
    space: Space,
    params: Params,
    rows: Vec<u8>,
    head: Head,
}

/// Folds `head` into the `blocks`, which hold the hyperplanes of the classes `ids`, and quantises the rows.
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
    let reader = RowReader { features, blocks, map: head.map(classes) };
    let count = features.weights.len();
    let basis = (space.rank > 0).then(|| {
        let shape = low_rank::Shape { buckets: count, classes, rank: space.rank as usize };
        low_rank::basis(shape, seed, |i, row| {
            reader.read(i, &mut Array1::zeros(classes), row);
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
                reader.read(i, &mut raw, row);
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
    let bias = reader.bias(classes);
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

/// Builds the rows of the table.
struct RowReader<'a> {
    features: &'a Features,
    blocks: &'a [Block],
    map: MarginMap,
}

impl RowReader<'_> {
    /// Writes the row of bucket `i`, a value for each class, to `row`. `raw` is scratch space.
    fn read(&self, i: usize, raw: &mut Array1<f64>, row: &mut [f32]) {
        match self.features.vector(i) {
            None => concatenate_lanes(raw, self.blocks, |block| &block.weights[i]),
            Some(vector) => project(raw, self.blocks, vector),
        }
        if raw.iter().all(|v| *v == 0.0) {
            return row.fill(0.0);
        }
        // the weight of the bucket goes into its row: x E = tf · (weight E) / norm
        let gain = f64::from(self.features.weights[i]) * f64::from(self.features.gain(i));
        row.iter_mut().zip(&self.map.linear(raw)).for_each(|(v, m)| *v = (m * gain) as f32);
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

impl Fitted {
    /// The bytes of the model.
    ///
    /// # Errors
    /// If `info` does not fit the model.
    pub fn encode(&self, info: &ModelInfo) -> Result<Vec<u8>, LayoutError> {
        layout::encode(self.space, &self.params, &self.rows, info)
    }

    /// The out-of-fold answers to the training questions.
    #[must_use]
    pub fn held_out(&self) -> &[HeldOut] {
        &self.head.held_out
    }

    /// The decisions of cross-validation.
    #[must_use]
    pub fn choices(&self) -> Choices {
        self.head.choices
    }
}
