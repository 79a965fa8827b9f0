//! The confusion matrix. Only cells that are not empty are stored: with 5,000 classes a dense matrix has
//! 25 million.

use super::scores::{Averages, ClassCounts};
use serde::Serialize;
use std::collections::BTreeMap;

/// Questions by class (row) and class answered (column). In JSON it is a list of `[row, column, questions]`,
/// rows and columns ascending, cells without questions left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "Vec<(u32, u32, u32)>")]
pub struct Confusion {
    cells: BTreeMap<(u32, u32), u32>,
    /// Questions of each class.
    asked: Vec<u32>,
    /// Answers of each class.
    given: Vec<u32>,
}

impl Confusion {
    /// Counts `pairs` of the right class and the class answered, all below `classes`.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (u32, u32)>, classes: usize) -> Self {
        let mut confusion =
            Confusion { cells: BTreeMap::new(), asked: vec![0; classes], given: vec![0; classes] };
        for (truth, answer) in pairs {
            *confusion.cells.entry((truth, answer)).or_default() += 1;
            confusion.asked[truth as usize] += 1;
            confusion.given[answer as usize] += 1;
        }
        confusion
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.asked.len()
    }

    /// Questions of class `truth` that were answered with `answer`.
    #[must_use]
    pub fn count(&self, truth: usize, answer: usize) -> u32 {
        self.cells.get(&(truth as u32, answer as u32)).copied().unwrap_or(0)
    }

    /// Questions of a class.
    #[must_use]
    pub fn asked(&self, class: usize) -> u32 {
        self.asked[class]
    }

    /// Right answers.
    pub(super) fn right(&self) -> u32 {
        self.cells().filter(|(truth, answer, _)| truth == answer).map(|(.., count)| count).sum()
    }

    /// The cells that are not empty, by row and column: class, class answered, questions.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize, u32)> {
        self.cells.iter().map(|(&(truth, answer), &count)| (truth as usize, answer as usize, count))
    }

    /// The counts of a class.
    pub(super) fn counts(&self, class: usize) -> ClassCounts {
        let (asked, given) = (self.asked[class], self.given[class]);
        ClassCounts { right: self.count(class, class), asked, given }
    }

    /// Accuracy and the macro averages.
    pub(crate) fn averages(&self) -> Averages {
        Averages::from_counts((0..self.classes()).map(|class| self.counts(class)))
    }
}

impl From<Confusion> for Vec<(u32, u32, u32)> {
    fn from(confusion: Confusion) -> Self {
        confusion.cells.into_iter().map(|((truth, answer), count)| (truth, answer, count)).collect()
    }
}
