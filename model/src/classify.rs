//! Rows → margins → probabilities → the most probable intents.
//!
//! After spelling correction ([`crate::lexicon`]), F is the bag of one family of a text (words, sub-words, pairs,
//! vectors), c_b the count of bucket b in it, E_b its row and w_b the `weight` of the row.
//!
//! ```text
//! tf(c)   = 1 + ln c                           sub-linear term frequency of a bucket seen c times
//! ‖F‖²    = Σ_b (tf(c_b) w_b)²                 for each family F
//! margin  = bias + Σ_F (1/‖F‖) Σ_b tf(c_b) E_b
//! f       = exp(-taper × greatest margin)      the exponent clamped to ±1
//! p       = softmax(f (slope ∘ margin + offset))
//! ```
//!
//! Buckets are added in the order of their first occurrence, in f32 without fused multiply-add, and ln and exp are
//! those of libm: native code and every WebAssembly engine give the same bits.

use crate::grams::{Bag, Features, Space};
use crate::model::Model;
use crate::params::Params;
use crate::rows::{self, Rows};
use crate::source::Source;
use alloc::vec;
use alloc::vec::Vec;
use thiserror::Error;

/// The longest query that a model classifies, in UTF-8 bytes. Rambling questions of 60 words
/// have about 400; the bound keeps the work and the memory of one request small.
pub const MAX_QUERY_BYTES: usize = 4096;

/// An intent for a text, with its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Id of the intent.
    pub intent: i32,
    /// Calibrated probability, in [0, 1].
    pub probability: f32,
    /// Decision value before calibration, unbounded.
    pub margin: f32,
}

/// Why a query got no answer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ClassifyError {
    /// Nothing but white space.
    #[error("the query holds nothing but white space")]
    Empty,
    /// More than [`MAX_QUERY_BYTES`].
    #[error("the query has {actual} bytes; the limit is {limit}")]
    TooLong {
        /// Bytes in the query.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// An explanation was asked for an intent that the model does not have.
    #[error("the model has no intent {0}")]
    UnknownIntent(i32),
}

impl<S: Source> Model<S> {
    /// The most probable intent of `text`.
    ///
    /// # Errors
    /// If the text is blank or too long.
    pub fn classify(&self, text: &str) -> Result<Prediction, ClassifyError> {
        // never `None`: a model has at least two classes
        most_probable(&self.margins(text)?, &self.params).ok_or(ClassifyError::Empty)
    }

    /// The `k` most probable intents of `text`, the most probable first.
    ///
    /// # Errors
    /// If the text is blank or too long.
    pub fn classify_top(&self, text: &str, k: usize) -> Result<Vec<Prediction>, ClassifyError> {
        Ok(top_k(&self.margins(text)?, &self.params, k))
    }

    /// The margin of each class for `text`, in the order of [`Params::ids`].
    ///
    /// # Errors
    /// If the text is blank or longer than [`MAX_QUERY_BYTES`].
    pub fn margins(&self, text: &str) -> Result<Vec<f32>, ClassifyError> {
        if text.len() > MAX_QUERY_BYTES {
            return Err(ClassifyError::TooLong { actual: text.len(), limit: MAX_QUERY_BYTES });
        }
        if text.trim().is_empty() {
            return Err(ClassifyError::Empty);
        }
        let (space, mut reader) = (&self.header.space, self.source.reader());
        let features = Features::extract(text, space, &mut reader);
        let mut margins = self.params.bias.clone();
        if space.rank == 0 {
            features.add_to(space, &mut reader, &mut margins);
            return Ok(margins);
        }
        let mut coordinates = vec![0f32; space.rank as usize];
        features.add_to(space, &mut reader, &mut coordinates);
        let first = space.table_starts()[4];
        for (class, margin) in (0u32..).zip(&mut margins) {
            let row = reader.row(first + class);
            *margin += rows::scale(row) * rows::dot(row, space.row_bits, &coordinates);
        }
        Ok(margins)
    }
}

impl Features {
    /// Adds the rows of the families, each family L2-normalised, to `into`, which is as wide as a row: margins, or
    /// coordinates.
    fn add_to(&self, space: &Space, rows: &mut impl Rows, into: &mut [f32]) {
        for (bag, first) in self.families().into_iter().zip(space.table_starts()) {
            add_family(bag, first, space.row_bits, rows, into);
        }
    }
}

/// Adds the rows of the L2-normalised family `bag`, whose table starts at row `first`, to `into`.
fn add_family(bag: &Bag, first: u32, bits: u8, rows: &mut impl Rows, into: &mut [f32]) {
    if bag.counts().is_empty() {
        return;
    }
    // whole rows of values, padding included, so that the loop below has no tail
    let mut sum = vec![0f32; rows::padded_len(rows::stride(into.len(), bits), bits)];
    let mut squared_norm = 0f32;
    for block in bag.counts().chunks(rows::FETCH_BLOCK) {
        for (slot, &(bucket, _)) in block.iter().enumerate() {
            rows.fetch(slot, first + bucket);
        }
        for (slot, &(_, count)) in block.iter().enumerate() {
            let row = rows.fetched(slot);
            let tf = sublinear_tf(count);
            let x = tf * rows::weight(row);
            squared_norm += x * x;
            rows::add_scaled(row, bits, tf * rows::scale(row), &mut sum);
        }
    }
    if squared_norm > 0.0 {
        let inverse = 1.0 / libm::sqrtf(squared_norm);
        for (value, sum) in into.iter_mut().zip(&sum) {
            *value += inverse * sum;
        }
    }
}

/// Sub-linear term frequency: 1 + ln `count`.
#[must_use]
pub fn sublinear_tf(count: u32) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + libm::logf(count as f32) }
}

/// The most probable class; `None` if there are no classes.
#[must_use]
pub fn most_probable(margins: &[f32], params: &Params) -> Option<Prediction> {
    let logits = logits(margins, params);
    let best = (0..logits.len()).reduce(|a, b| if logits[b] > logits[a] { b } else { a })?;
    let (top, total) = normaliser(&logits);
    Some(prediction(best, margins, params, libm::expf(logits[best] - top) / total))
}

/// The prediction of one class, by its index in [`Params::ids`]; `None` if there is no such index.
#[must_use]
pub fn class_prediction(class: usize, margins: &[f32], params: &Params) -> Option<Prediction> {
    let logits = logits(margins, params);
    let (top, total) = normaliser(&logits);
    let probability = libm::expf(logits.get(class)? - top) / total;
    Some(prediction(class, margins, params, probability))
}

/// The `k` most probable classes, the most probable first; ties in the order of the ids.
#[must_use]
pub fn top_k(margins: &[f32], params: &Params, k: usize) -> Vec<Prediction> {
    let logits = logits(margins, params);
    let (top, total) = normaliser(&logits);
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
    order.truncate(k);
    order
        .into_iter()
        .map(|i| prediction(i, margins, params, libm::expf(logits[i] - top) / total))
        .collect()
}

fn prediction(class: usize, margins: &[f32], params: &Params, probability: f32) -> Prediction {
    Prediction { intent: params.ids[class], probability, margin: margins[class] }
}

fn logits(margins: &[f32], params: &Params) -> Vec<f32> {
    let greatest = margins.iter().fold(f32::NEG_INFINITY, |m, x| m.max(*x));
    let factor = libm::expf((-params.taper * greatest).clamp(-1.0, 1.0));
    margins
        .iter()
        .zip(&params.slope)
        .zip(&params.offset)
        .map(|((margin, slope), offset)| factor * (slope * margin + offset))
        .collect()
}

/// The greatest logit, and the sum of exp(logit - greatest). Summands below e^-20 are left out: ten of them are less
/// than half a unit in the last place of the sum.
fn normaliser(logits: &[f32]) -> (f32, f32) {
    let top = logits.iter().fold(f32::NEG_INFINITY, |m, z| m.max(*z));
    let total = logits.iter().map(|z| z - top).filter(|d| *d > -20.0).map(libm::expf).sum();
    (top, total)
}
