//! One answer, and the bins by which probabilities are judged.

/// Bins of the calibration error and of the reliability table.
pub(super) const BINS: usize = 15;

/// One answer of a model to a question whose class is known.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The right class.
    pub truth: u32,
    /// The class that was answered.
    pub class: u32,
    /// The probability of that class.
    pub probability: f64,
}

impl Answer {
    /// Whether the answer is right.
    pub(super) fn is_right(&self) -> bool {
        self.truth == self.class
    }

    /// The index of the bin that the probability falls into.
    pub(super) fn bin(&self) -> usize {
        ((self.probability * BINS as f64) as usize).min(BINS - 1)
    }
}
