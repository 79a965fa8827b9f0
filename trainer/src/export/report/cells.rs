//! The cells of the confusion matrix that are not empty, and the questions behind them.

use super::measured::Measured;
use serde::Serialize;
use std::collections::BTreeMap;

/// Questions listed for a cell: of greater ones, the most telling. Bounds the page where the
/// validation part is large.
pub(super) const MAX_LISTED: usize = 200;

/// A cell: as an array in JSON, to be short.
#[derive(Serialize)]
pub(super) struct Cell<'a>(
    /// Class that is right.
    u32,
    /// Class answered.
    u32,
    /// Questions.
    usize,
    /// Probability and text of those listed: of right answers the least sure first, of wrong ones
    /// the surest. Empty if the questions are not to be shown.
    Vec<(f64, &'a str)>,
);

/// All cells, by row and column.
pub(super) fn fill<'a>(measured: &Measured<'a>) -> Vec<Cell<'a>> {
    let mut cells: BTreeMap<(u32, u32), Vec<(f64, &str)>> = BTreeMap::new();
    for (a, text) in measured.answers.iter().zip(&measured.valid.texts) {
        let probability = (a.probability * 1e4).round() / 1e4;
        cells.entry((a.truth, a.class)).or_default().push((probability, text));
    }
    let cell = |((truth, class), mut questions): ((u32, u32), Vec<(f64, &'a str)>)| {
        let count = questions.len();
        questions.sort_by(|a, b| {
            let by_probability = a.0.total_cmp(&b.0);
            let telling = if truth == class { by_probability } else { by_probability.reverse() };
            telling.then_with(|| a.1.cmp(b.1))
        });
        questions.truncate(if measured.texts { MAX_LISTED } else { 0 });
        Cell(truth, class, count, questions)
    };
    cells.into_iter().map(cell).collect()
}
