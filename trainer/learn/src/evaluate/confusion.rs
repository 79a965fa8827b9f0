//! The confusion matrix, by its cells that are not empty: of 5,000 classes a dense one has 25 million.

use serde::Serialize;
use std::collections::BTreeMap;

/// Questions by class (row) and class answered (column). In JSON a list of `[row, column, questions]`,
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
    /// Of pairs of the class that is right and the class answered, all below `classes`.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (u32, u32)>, classes: usize) -> Self {
        let mut confusion =
            Confusion { cells: BTreeMap::new(), asked: vec![0; classes], given: vec![0; classes] };
        for (truth, answer) in pairs {
            *confusion.cells.entry((truth, answer)).or_default() += 1;
            confusion.asked[truth as usize] += 1;
            confusion.given[answer as usize] += 1;
        }
        confusion
    }

    /// Number of classes.
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

    /// Answers of a class.
    #[must_use]
    pub fn given(&self, class: usize) -> u32 {
        self.given[class]
    }

    /// Right answers.
    #[must_use]
    pub fn right(&self) -> u32 {
        self.cells().filter(|(truth, answer, _)| truth == answer).map(|(.., count)| count).sum()
    }

    /// The cells that are not empty, by row and column: class, class answered, questions.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize, u32)> {
        self.cells.iter().map(|(&(truth, answer), &count)| (truth as usize, answer as usize, count))
    }

    /// Precision, recall and F1 of a class; 0 where there is nothing to divide by.
    #[must_use]
    pub fn figures(&self, class: usize) -> (f64, f64, f64) {
        let right = f64::from(self.count(class, class));
        let share = |of: u32| if of == 0 { 0.0 } else { right / f64::from(of) };
        let (precision, recall) = (share(self.given(class)), share(self.asked(class)));
        let both = precision + recall;
        let f1 = if both > 0.0 { 2.0 * precision * recall / both } else { 0.0 };
        (precision, recall, f1)
    }
}

impl From<Confusion> for Vec<(u32, u32, u32)> {
    fn from(confusion: Confusion) -> Self {
        confusion.cells.into_iter().map(|((truth, answer), count)| (truth, answer, count)).collect()
    }
}
