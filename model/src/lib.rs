//! How text becomes intents. Pure: no I/O, no clock, no randomness, no global state.
//!
//! The trainer and the guest both call this crate, so that training and serving compute the same. The same code
//! runs over a slice (trainer, native callers) and over the guest's passive data segment: both are a [`Source`].
//!
//! # Layout
//!
//! In the order in which a query meets them:
//!
//! - [`tokens`]: text → folded, bracketed tokens
//! - [`lexicon`]: spelling correction of unknown words
//! - [`grams`]: tokens → hashed buckets with their counts, one [`grams::Bag`] a family
//! - [`rows`]: bucket → row, through the trait [`Rows`]
//! - [`classify`]: rows → margins → probabilities → the first k
//! - [`decide`]: margins → an intent, candidates to choose from, or out of scope
//! - [`explain`]: the share of each n-gram in a margin, with its byte range in the text
//! - [`correction`]: which words of a text were corrected
//! - [`layout`]: the byte format of a model: reading with checks, and writing
//! - [`params`]: parameters of the classes, thresholds
//! - [`info`]: a model's description of itself
//! - [`source`]: access to the tables of a model, in memory or in the guest's data segment; [`model`]: a model over
//!   either
//! - [`word`]: the sub-word vector of a single word, as in fastText
//!
//! # Without any wasm
//!
//! `intent-trainer extract models/intent/1/intent.wasm --out intent.model` takes a model's bytes out of its
//! component. They are read as they are: [`Model::from_bytes`] checks them once and copies nothing, so they
//! can be a file that is mapped, or `include_bytes!`. The answers are those of the component, bit for bit:
//! the trainer's self-test demands that before it writes a version.
//!
//! ```no_run
//! let bytes = std::fs::read("intent.model")?;
//! let model = intent_model::Model::from_bytes(&bytes)?;
//! let answer = model.classify("je peux prendre du doliprane enceinte ?")?;
//! println!("{} {:.8}", answer.intent, answer.probability);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A model is `Sync`: threads share one. A question takes some 10 µs (36 characters, 51 classes) and a few
//! kilobytes, which are freed. The crate is `no_std` with `alloc`, and has no unsafe code.
//!
//! The same on a model of two intents that has learned nothing: the second is more frequent, and that is all
//! that it knows.
//!
//! ```
//! use intent_model::grams::Space;
//! use intent_model::{ClassifyError, MAX_QUERY_BYTES, Model, ModelInfo, Params, layout, rows};
//!
//! let space = Space { word_bits: 4, subword_bits: 4, pair_bits: 0, ..Space::default() };
//! let table = vec![0; 32 * rows::stride(2, space.row_bits)];
//! let params = Params {
//!     ids: vec![7, 26],
//!     bias: vec![0.0, 1.0],
//!     slope: vec![1.0; 2],
//!     taper: 0.0,
//!     offset: vec![0.0; 2],
//! };
//! let info = ModelInfo { label_names: vec!["price".into(), "dose".into()], ..ModelInfo::default() };
//! let bytes = layout::encode(space, &params, &table, &info)?;
//!
//! let model = Model::from_bytes(&bytes)?;
//! let answer = model.classify("quelle dose ?")?;
//! assert_eq!(answer.intent, 26);
//! assert!((answer.probability - 0.731).abs() < 0.001); // 1 / (1 + 1/e)
//! assert_eq!(model.classify(" "), Err(ClassifyError::Empty));
//! let long = "a".repeat(MAX_QUERY_BYTES + 1);
//! assert!(matches!(model.classify(&long), Err(ClassifyError::TooLong { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod classify;
pub mod correction;
pub mod decide;
pub mod explain;
pub mod grams;
pub mod info;
pub mod layout;
pub mod lexicon;
pub mod model;
pub mod params;
pub mod rows;
pub mod source;
pub mod tokens;
pub mod word;

pub use classify::{ClassifyError, MAX_QUERY_BYTES, Prediction};
pub use correction::Correction;
pub use decide::Decision;
pub use explain::{Contribution, Explanation, Family};
pub use info::ModelInfo;
pub use layout::LayoutError;
pub use lexicon::Lexicon;
pub use model::{Model, SliceModel};
pub use params::{Params, Thresholds};
pub use rows::Rows;
pub use source::{SliceReader, SliceSource, Source};
