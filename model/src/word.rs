//! The sub-word vector of a single word, as in fastText.

use crate::grams::{Space, each_subword};
use crate::rows::{self, Rows};
use crate::tokens::{BEGIN, END};
use alloc::vec;
use alloc::vec::Vec;

/// The sum of the sub-word rows of `word`: one value for each class, zeros where none of its
/// n-grams is known. The word is taken as it is: fold it first where it comes from a text.
#[must_use]
pub fn sum(word: &str, space: &Space, classes: usize, rows: &mut impl Rows) -> Vec<f32> {
    let mut token = vec![BEGIN];
    token.extend(word.chars());
    token.push(END);
    let mut sum = vec![0f32; classes];
    each_subword(&token, space, |bucket, _| {
        let row = rows.row(space.word_rows() + bucket);
        let scale = rows::scale(row);
        for (sum, value) in sum.iter_mut().zip(rows::values(row)) {
            *sum += scale * f32::from(*value as i8);
        }
    });
    sum
}

/// [`sum`], L2-normalised. This is what finalfusion answers for the word from the exported
/// `.fifu`.
#[must_use]
pub fn vector(word: &str, space: &Space, classes: usize, rows: &mut impl Rows) -> Vec<f32> {
    let mut vector = sum(word, space, classes, rows);
    let norm = norm(&vector);
    if norm > 0.0 {
        vector.iter_mut().for_each(|v| *v /= norm);
    }
    vector
}

/// Euclidean length.
#[must_use]
pub fn norm(vector: &[f32]) -> f32 {
    libm::sqrtf(vector.iter().map(|v| v * v).sum())
}
