//! Labelled questions to fit on.

use super::features::Features;

/// Questions to fit on, with their vectors and classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// The vectors of all texts.
    pub(super) features: &'a Features,
    /// The class of each text.
    pub(super) classes: &'a [u32],
    /// The number of classes.
    pub(super) class_count: usize,
    /// The texts to fit on.
    pub(super) members: &'a [u32],
}
