//! Learns an intent model from labelled questions, and measures it. Reads no files, runs no wasm, shows
//! nothing.
//!
//! # Layout
//!
//! In the order of the data flow: [`near`] → [`split`] → [`fit`] → [`calibrate`] → [`abstain`] →
//! [`evaluate`], over [`stats`] and [`random`]; [`progress`] is how long work is shown.
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
