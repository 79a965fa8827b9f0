//! Measures answers whose right class is known.
//!
//! # Layout
//!
//! `answer` → `confusion` (counts, with `scores`: precision, recall, F1) and `confidence` (calibration, risk and
//! coverage) → `evaluation`, all figures of one list of answers → [`bootstrap`], their confidence intervals.

mod answer;
pub mod bootstrap;
mod confidence;
mod confusion;
mod evaluation;
mod scores;

pub use answer::Answer;
pub use bootstrap::Intervals;
pub use confidence::{Bin, RiskCoverage, RiskPoint};
pub use confusion::Confusion;
pub use evaluation::{ClassFigures, Evaluation, HeadlineFigures};
pub use scores::ClassCounts;
