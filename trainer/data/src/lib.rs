//! Files → labelled questions.
//!
//! Three shapes are read: one CSV, TSV or JSONL file with a text and a label column; the Posos
//! challenge's pair `input_train.csv` + `output_train.csv`, joined by ID; a directory that holds
//! either. Each may lie in an encrypted archive, which is opened in memory ([`openpgp`], [`archive`]);
//! [`files`] gives the bytes from there or from disk. One reader a format ([`table`], [`jsonl`]) gives the same [`Record`]s; [`source`]
//! finds and joins them.
#![forbid(unsafe_code)]

pub mod archive;
pub mod files;
pub mod jsonl;
pub mod openpgp;
pub mod parts;
pub mod passphrase;
pub mod problem;
pub mod source;
pub mod table;

pub use problem::{DataError, Fault, Problem};

/// One row as its file holds it, white space around the fields removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The ID column, where there is one.
    pub id: Option<String>,
    /// The text column, where it was asked for.
    pub text: String,
    /// The label column, where there is one.
    pub label: Option<String>,
}
