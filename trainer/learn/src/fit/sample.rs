//! The part of the questions that a classifier is fitted to.

use super::features::FeatureMatrix;

/// A part of the questions, with the text vectors and classes of all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// The vectors of all texts.
    pub(super) features: &'a FeatureMatrix,
    /// The class of each text.
    pub(super) classes: &'a [u32],
    /// The number of classes.
    pub(super) class_count: usize,
    /// The indices of the texts to fit to.
    pub(super) members: &'a [u32],
}
