//! The sub-word vector of a single word, as in fastText.

use crate::grams::{Space, each_subword};
use crate::rows::{self, Rows};
use crate::tokens::{BEGIN, END};
use alloc::vec;
use alloc::vec::Vec;

/// The sum of the sub-word rows of `word`: as many values as a row of a model of `classes` classes
/// has, zeros where none of its n-grams is known. The word is taken as it is: fold it first where it comes from a text.
#[must_use]
pub fn sum(word: &str, space: &Space, classes: usize, rows: &mut impl Rows) -> Vec<f32> {
    let mut token = vec![BEGIN];
    token.extend(word.chars());
    token.push(END);
    let width = space.width(classes);
    let mut sum = vec![0f32; rows::padded(rows::stride(width, space.row_bits), space.row_bits)];
    each_subword(&token, space, |bucket, _| {
        let row = rows.row(space.word_rows() + bucket);
        rows::add(row, space.row_bits, rows::scale(row), &mut sum);
    });
    sum.truncate(width);
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
