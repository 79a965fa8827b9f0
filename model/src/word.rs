//! The sub-word vector of a single word, as in fastText.

use crate::grams::{Space, each_subword};
use crate::rows::{self, Rows};
use crate::tokens::{BEGIN, END};
use alloc::vec;
use alloc::vec::Vec;

/// The L2-normalised sum of the sub-word rows of `word`: one value for each class, zeros where
/// none of its n-grams is known. The word is taken as it is: fold it first where it comes from
/// a text.
///
/// This is what finalfusion answers for the word from the exported `.fifu`.
#[must_use]
pub fn vector(word: &str, space: &Space, classes: usize, rows: &mut impl Rows) -> Vec<f32> {
    let mut token = vec![BEGIN];
    token.extend(word.chars());
    token.push(END);
    let mut sum = vec![0f32; classes];
    each_subword(&token, space, |bucket| {
        let row = rows.row(space.word_rows() + bucket);
        let scale = rows::scale(row);
        for (sum, value) in sum.iter_mut().zip(rows::values(row)) {
            *sum += scale * f32::from(*value as i8);
        }
    });
    let norm = libm::sqrtf(sum.iter().map(|v| v * v).sum());
    if norm > 0.0 {
        sum.iter_mut().for_each(|v| *v /= norm);
    }
    sum
}
