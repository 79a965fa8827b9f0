//! Learns an intent model from labelled questions, and measures it. Reads no files, runs no wasm, shows
//! nothing.
//!
//! # Layout
//!
//! In the order of the data flow:
//!
//! * [`near`] groups near-duplicates, and [`split`] leaves groups whole
//! * [`fit`] fits a model (its own documentation has the steps)
//! * [`calibrate`] turns margins into probabilities, as a step of the fit
//! * [`abstain`] chooses the thresholds below which a model does not answer
//! * [`evaluate`] measures answers
//!
//! Shared by all: [`stats`] (means and confidence intervals), [`random`] (seeded streams), [`progress`] (how long
//! work is reported).
#![forbid(unsafe_code)]

pub mod abstain;
pub mod calibrate;
pub mod evaluate;
pub mod fit;
pub mod near;
pub mod progress;
pub mod random;
pub mod split;
pub mod stats;
