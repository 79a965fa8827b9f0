//! How text becomes intents. Pure: no I/O, no clock, no randomness, no global state.
//!
//! The trainer and the guest both call this crate, so that training and serving cannot
//! drift apart. The same code runs over a slice (trainer, native callers) and over the
//! guest's passive data segment: both are [`Rows`].
//!
//! # Layout
//!
//! In the order in which a query meets them:
//!
//! - [`tokens`]: text → folded, bracketed tokens
//! - [`grams`]: tokens → hashed buckets with their counts, one [`grams::Bag`] a family
//! - [`rows`]: bucket → embedding row, through the trait [`Rows`]
//! - [`classify`]: rows → margins → probabilities → the first k
//! - [`decide`]: margins → to answer, to ask back, or out of scope
//! - [`explain`]: each n-gram's share of a margin, with its bytes in the text
//! - [`layout`]: the flat little-endian bytes of a model, and their checked decoder
//! - [`info`]: what a model says of itself
//! - [`word`]: the sub-word vector of a single word, as in fastText
//!
//! # Example
//!
//! ```no_run
//! # let bytes: Vec<u8> = Vec::new();
//! let model = intent_model::Model::from_bytes(&bytes)?;
//! let answer = model.classify("je peux prendre du doliprane enceinte ?")?;
//! println!("{} {:.8}", answer.intent, answer.probability);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod classify;
pub mod decide;
pub mod explain;
pub mod grams;
pub mod info;
pub mod layout;
pub mod rows;
pub mod tokens;
pub mod word;

pub use classify::{ClassifyError, Prediction};
pub use decide::{Decision, Thresholds};
pub use explain::{Contribution, Explanation, Family};
pub use info::ModelInfo;
pub use layout::{LayoutError, Model};
pub use rows::Rows;

/// The longest query that a model classifies, in UTF-8 bytes. Rambling questions of 60 words
/// have about 400; the bound keeps the work and the memory of one request small.
pub const MAX_QUERY_BYTES: usize = 4096;
