//! The commands of `intent-trainer`.
//!
//! # Layout
//!
//! The data flow, a crate each: `intent-data` reads → `intent-learn` fits → `intent-bake` bakes.
//! Here, from the command line inwards:
//!
//! - [`args`]: the command line
//! - [`commands`]: the commands, a module each
//! - `questions`: reads the questions of a command
//! - `config`: training settings as TOML
//! - `check`, [`tune`], `variability`, `explain`: the work of the commands of these names
//! - `figures`: the table of the performance measures
//! - [`export`]: the files and the text that come out
//! - `progress`: progress bars
#![forbid(unsafe_code)]

pub mod args;
mod check;
pub mod commands;
mod config;
mod explain;
pub mod export;
mod figures;
pub mod pretrained;
mod progress;
mod questions;
pub mod tune;
mod variability;
