//! Faults of a file, and their places.

use crate::archive::ArchiveError;
use crate::openpgp::OpenError;
use crate::passphrase::PassphraseError;
use intent_dataset::LabelsError;
use std::fmt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Kinds of bad rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The text is empty.
    NoText,
    /// The label is empty.
    NoLabel,
    /// The bytes are not UTF-8.
    Encoding,
    /// Not the fields that the other rows have.
    Shape,
    /// The ID is missing, there again, or in one file of a pair only.
    Id,
}

/// One bad row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File that holds the row.
    pub path: PathBuf,
    /// Line on which the row begins, from 1.
    pub line: u64,
    /// Kind of the fault.
    pub fault: Fault,
    /// The fault in words.
    pub what: String,
}

impl Problem {
    pub(crate) fn new(path: &Path, line: u64, fault: Fault, what: impl Into<String>) -> Self {
        Problem { path: path.to_owned(), line, fault, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// Errors of reading data.
#[derive(Debug, Error)]
pub enum DataError {
    /// The file or directory cannot be read.
    #[error("{path}: {cause}")]
    Read {
        /// Path of the file.
        path: String,
        /// The underlying error.
        cause: std::io::Error,
    },
    /// The file is not in a shape that is read.
    #[error("{path}: {what}")]
    Shape {
        /// Path of the file.
        path: String,
        /// The fault and the remedy.
        what: String,
    },
    /// The archive is not opened.
    #[error("{path}: {cause}")]
    Opening {
        /// Path of the file.
        path: String,
        /// The cause.
        cause: OpenError,
    },
    /// The content of the archive cannot be unpacked.
    #[error("{path}: {cause}")]
    Archive {
        /// Path of the file.
        path: String,
        /// The cause.
        cause: ArchiveError,
    },
    /// There is no passphrase.
    #[error("{0}")]
    Passphrase(PassphraseError),
    /// Some rows are bad.
    #[error("{}", bad_rows(.0))]
    Rows(Vec<Problem>),
    /// The labels do not make classes.
    #[error(transparent)]
    Labels(#[from] LabelsError),
    /// The rows are good and do not make a data set.
    #[error("{0}")]
    Unfit(String),
}

impl DataError {
    pub(crate) fn shape(path: &Path, what: impl Into<String>) -> Self {
        DataError::Shape { path: path.display().to_string(), what: what.into() }
    }

    pub(crate) fn read(path: &Path, cause: std::io::Error) -> Self {
        DataError::Read { path: path.display().to_string(), cause }
    }
}

impl From<PassphraseError> for DataError {
    fn from(error: PassphraseError) -> Self {
        DataError::Passphrase(error)
    }
}

/// Bad rows that a message lists.
const MAX_LISTED: usize = 20;

fn bad_rows(problems: &[Problem]) -> String {
    let mut text = format!(
        "{} bad row{} (mend them, or pass --skip-bad-rows to train without them):",
        problems.len(),
        if problems.len() == 1 { "" } else { "s" }
    );
    for problem in problems.iter().take(MAX_LISTED) {
        text.push_str(&format!("\n  {problem}"));
    }
    if problems.len() > MAX_LISTED {
        text.push_str(&format!("\n  … and {} more", problems.len() - MAX_LISTED));
    }
    text
}
