//! Trains intent classifiers and bakes them into components.
//!
//! # Layout
//!
//! The data flow, one module each: [`data`] → [`split`] → [`fit`] → [`calibrate`] → [`bake`] →
//! [`evaluate`] → [`export`]; [`commands`] string them together, [`args`] is their configuration.
#![forbid(unsafe_code)]

pub mod abstain;
pub mod args;
pub mod bake;
pub mod calibrate;
pub mod check;
pub mod commands;
pub mod config;
pub mod data;
pub mod evaluate;
pub mod explain;
pub mod export;
pub mod fit;
pub mod near;
pub mod progress;
pub mod random;
pub mod split;
pub mod stats;
pub mod tune;
pub mod variability;
