//! The sub-word vector of a single word, as in fastText.

use crate::grams::for_each_subword;
use crate::model::Model;
use crate::rows::{self, Rows};
use crate::source::Source;
use crate::tokens::{BEGIN, END};
use alloc::vec;
use alloc::vec::Vec;

impl<S: Source> Model<S> {
    /// The sum of the sub-word rows of `word`, with one element for each value of a row; zeros if none of its n-grams
    /// is known. The word is not folded.
    #[must_use]
    pub fn word_sum(&self, word: &str) -> Vec<f32> {
        let (space, mut rows) = (&self.header.space, self.source.reader());
        let mut token = vec![BEGIN];
        token.extend(word.chars());
        token.push(END);
        let width = space.width(self.header.classes);
        let stride = rows::stride(width, space.row_bits);
        let mut sum = vec![0f32; rows::padded_len(stride, space.row_bits)];
        for_each_subword(&token, space, |bucket, _| {
            let row = rows.row(space.word_rows() + bucket);
            rows::add_scaled(row, space.row_bits, rows::scale(row), &mut sum);
        });
        sum.truncate(width);
        sum
    }

    /// [`Model::word_sum`], L2-normalised: finalfusion's answer for the word from the exported `.fifu`.
    #[must_use]
    pub fn word_vector(&self, word: &str) -> Vec<f32> {
        let mut vector = self.word_sum(word);
        let norm = norm(&vector);
        if norm > 0.0 {
            vector.iter_mut().for_each(|v| *v /= norm);
        }
        vector
    }
}

/// Euclidean length.
#[must_use]
pub fn norm(vector: &[f32]) -> f32 {
    libm::sqrtf(vector.iter().map(|v| v * v).sum())
}
