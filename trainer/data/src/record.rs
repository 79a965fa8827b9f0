//! One row of a data set.

/// One row as its file holds it, white space around the fields removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The ID column, if there is one.
    pub id: Option<String>,
    /// The text column, where it was asked for.
    pub text: String,
    /// The label column, if there is one.
    pub label: Option<String>,
}
