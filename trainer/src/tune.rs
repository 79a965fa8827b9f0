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
//! - `trial`: one configuration, measured
//! - [`metric`]: what is maximized, with its standard error
//! - `size`: the bytes of a component, before any fit
//! - `propose`: what to try next
//! - [`judge`]: fits and answers a fold, until interrupted
//! - `study`: the trials on disk, to go on with
//! - [`verdict`]: the challenger against the defaults
//! - `report`: `best.toml`, `search.svg`, the summary

pub mod judge;
pub mod metric;
pub(crate) mod propose;
pub(crate) mod report;
pub(crate) mod size;
pub(crate) mod study;
mod trial;
pub mod verdict;

pub use trial::{FOLDS, Trial};
pub(crate) use trial::{best, search_folds};
