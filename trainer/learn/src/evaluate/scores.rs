//! Counts of one class → precision, recall and F1, and their averages over the classes.

use crate::stats::{self, Interval};

/// Counts of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    /// Right answers.
    pub right: u32,
    /// Questions of the class.
    pub asked: u32,
    /// Answers of the class.
    pub given: u32,
}

/// Precision, recall and F1 of one class; 0 if the denominator is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ClassScores {
    /// Share of the answers of the class that are right.
    pub(super) precision: f64,
    /// Share of the questions of the class that got it.
    pub(super) recall: f64,
    /// Harmonic mean of precision and recall.
    pub(super) f1: f64,
}

impl ClassCounts {
    /// The counts of each class below `classes`, from pairs of the right class and the class answered.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (u32, u32)>, classes: usize) -> Vec<Self> {
        let mut counts = vec![ClassCounts::default(); classes];
        for (truth, answer) in pairs {
            counts[truth as usize].asked += 1;
            counts[answer as usize].given += 1;
            counts[answer as usize].right += u32::from(truth == answer);
        }
        counts
    }

    /// Questions of the class and answers of it that are not right.
    #[must_use]
    pub fn wrong(&self) -> u32 {
        self.asked + self.given - 2 * self.right
    }

    /// F1, the harmonic mean of precision and recall: 2 right / (asked + given); 0 if the class does not occur.
    #[must_use]
    pub fn f1(&self) -> f64 {
        if self.occurs() {
            f64::from(2 * self.right) / f64::from(self.asked + self.given)
        } else {
            0.0
        }
    }

    /// Whether the class occurs, as truth or as answer.
    #[must_use]
    pub fn occurs(&self) -> bool {
        self.asked + self.given > 0
    }

    /// The scores of the class.
    pub(super) fn scores(&self) -> ClassScores {
        let right = f64::from(self.right);
        let share = |all: u32| if all == 0 { 0.0 } else { right / f64::from(all) };
        let (precision, recall) = (share(self.given), share(self.asked));
        ClassScores { precision, recall, f1: self.f1() }
    }

    /// The confidence interval of F1.
    pub(super) fn f1_interval(&self) -> Interval {
        stats::f1_interval(self.right.into(), self.wrong().into())
    }
}

/// Averages over all questions or classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Averages {
    /// Share of right answers.
    pub(crate) accuracy: f64,
    /// Unweighted mean over the classes that occur.
    pub(crate) macro_precision: f64,
    /// Unweighted mean over the classes that occur.
    pub(crate) macro_recall: f64,
    /// Unweighted mean over the classes that occur.
    pub(crate) macro_f1: f64,
}

impl Averages {
    /// The averages over `classes`, the counts of each class.
    pub(super) fn from_counts(classes: impl Iterator<Item = ClassCounts>) -> Self {
        let (mut sums, mut occurring, mut right, mut questions) = ([0.0; 3], 0u32, 0u32, 0u32);
        for counts in classes.filter(ClassCounts::occurs) {
            let ClassScores { precision, recall, f1 } = counts.scores();
            sums.iter_mut().zip([precision, recall, f1]).for_each(|(sum, score)| *sum += score);
            occurring += 1;
            right += counts.right;
            questions += counts.asked;
        }
        let count = f64::from(occurring.max(1));
        Averages {
            accuracy: f64::from(right) / f64::from(questions.max(1)),
            macro_precision: sums[0] / count,
            macro_recall: sums[1] / count,
            macro_f1: sums[2] / count,
        }
    }
}
