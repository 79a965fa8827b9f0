//! Reads labelled questions from files.
//!
//! Accepted: one CSV, TSV or JSONL file with a text and a label column; the Posos challenge's pair
//! `input_train.csv` + `output_train.csv`, joined by ID; a directory that holds either; an encrypted
//! archive of any of them, which is opened in memory.
//!
//! From bytes to data sets:
//!
//! - [`passphrase`], [`openpgp`], [`archive`]: decrypt and unpack in memory
//! - [`files`]: the bytes of a file, on disk or in an archive
//! - [`columns`]: the accepted column names
//! - `table`, `jsonl`: one parser for each format; both return [`Record`]s and [`Problem`]s
//! - [`source`]: finds the files of a part, joins them, makes a data set
//! - [`parts`]: all parts with their bad rows, for `check`
#![forbid(unsafe_code)]

pub mod archive;
pub mod columns;
pub mod files;
mod jsonl;
pub mod openpgp;
pub mod parts;
pub mod passphrase;
mod problem;
mod record;
pub mod source;
mod table;

pub use problem::{DataError, Fault, Problem};
pub use record::Record;
