//! The commands of `intent-trainer`.
//!
//! # Layout
//!
//! The data flow, a crate each: `intent-data` → `intent-learn` → `intent-bake`; [`export`] writes what comes
//! out. [`commands`] string them together, [`args`] is their configuration. [`check`], [`tune`] and
//! [`variability`] run parts of it more than once.
#![forbid(unsafe_code)]

pub mod args;
pub mod check;
pub mod commands;
pub mod config;
pub mod explain;
pub mod export;
pub mod pretrained;
pub mod progress;
pub mod tune;
pub mod variability;
