//! The search for better settings than the defaults.
//!
//! ```text
//! questions ─ 5 folds ─┬─ search (1 or 2): every trial ─→ the best 4
//!                      ├─ selection (1):   they and the defaults ─→ the challenger
//!                      └─ verdict (the rest): challenger − defaults, paired
//! ```
//!
//! The best of many trials on one validation set is the luckiest as well as the best. So the search
//! only nominates, and the verdict is measured on questions that had no part in any choice: each
//! fold is answered by a fit on all the others.
//!
//! - [`metric`]: what is made greatest, with its standard error
//! - [`size`]: the bytes of a component, before any fit
//! - [`propose`]: what to try next
//! - [`judge`]: fits and answers a fold, until interrupted
//! - [`study`]: the trials on disk, to go on with
//! - [`verdict`]: the challenger against the defaults
//! - [`report`]: `best.toml`, `search.svg`, the summary

pub mod judge;
pub mod metric;
pub mod propose;
pub mod report;
pub mod size;
pub mod study;
pub mod verdict;

use intent_learn::fit::Settings;
use metric::Estimate;

/// Folds of the data.
pub const FOLDS: usize = 5;
/// The search measures on a second fold where one has fewer questions than this.
const SEARCH_QUESTIONS: usize = 1500;

/// One configuration, measured on the search folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The configuration.
    pub settings: Settings,
    /// The metric.
    pub estimate: Estimate,
    /// The most bytes that its component has.
    pub bytes: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

/// How many folds the search measures on. With one of 2,000 questions an accuracy of 0.92 has a
/// standard error of 0.006; a third would leave the verdict too few.
#[must_use]
pub fn search_folds(questions: usize) -> usize {
    if questions / FOLDS < SEARCH_QUESTIONS { 2 } else { 1 }
}

/// The number of the best trial: the first of equals.
#[must_use]
pub fn best(trials: &[Trial]) -> usize {
    let value = |i: usize| trials[i].estimate.value;
    (1..trials.len()).fold(0, |best, i| if value(i) > value(best) { i } else { best })
}
