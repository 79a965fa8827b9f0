//! Errors of the directory of a search.

use intent_store::publish;
use std::io;
use thiserror::Error;

/// Errors of the trials in a directory.
#[derive(Debug, Error)]
pub(crate) enum StudyError {
    /// The disk does not give or take them.
    #[error("{path}: {cause}")]
    Disk {
        /// Path of the file.
        path: String,
        /// The underlying error.
        cause: io::Error,
    },
    /// A file was not written.
    #[error(transparent)]
    Publish(#[from] publish::PublishError),
    /// There is a search, and it was not asked to go on.
    #[error("{0} holds a search already: --resume goes on with it, another --out starts a new one")]
    Taken(String),
    /// There is another search.
    #[error(
        "{dir} holds another search, which this one cannot go on with: {what}; give another --out"
    )]
    Other {
        /// The directory.
        dir: String,
        /// The difference.
        what: String,
    },
    /// Another process writes to it.
    #[error("{0}: another tune is at work in this directory")]
    Busy(String),
    /// A file holds what no search writes.
    #[error("{path}: {what}; remove the directory, or give another --out")]
    Damaged {
        /// Path of the file.
        path: String,
        /// The fault, with its line.
        what: String,
    },
}
