//! Reads the questions of a command: labelled ones to learn from, and those to answer.

use crate::args::Opening;
use intent_data::source::{self, BadRows};
use intent_data::{DataError, Record};
use intent_dataset::Dataset;
use std::path::Path;

/// Reads labelled questions, and their number of bad rows, which are reported on standard error and
/// left out if `skip_bad_rows`.
///
/// # Errors
/// If the data cannot be read, or has bad rows that are not to be skipped.
pub(crate) fn labelled(
    opening: &Opening,
    path: &Path,
    skip_bad_rows: bool,
    quiet: bool,
) -> Result<(Dataset, usize), DataError> {
    let bad = if skip_bad_rows { BadRows::Skip } else { BadRows::Refuse };
    let (data, problems) = source::labelled(&opening.open(path, quiet)?, bad)?;
    problems.iter().for_each(|problem| eprintln!("left out: {problem}"));
    Ok((data, problems.len()))
}

/// A question to answer.
pub(crate) struct Question {
    /// The ID column, or else the number of the row, from 0.
    pub(crate) id: String,
    /// The text.
    pub(crate) text: String,
    /// The label column, if there is one.
    pub(crate) label: Option<String>,
    /// File and line, for messages.
    pub(crate) place: String,
}

/// Reads the questions to answer, in the order of their file.
///
/// # Errors
/// If they cannot be read, or a row is bad.
pub(crate) fn unlabelled(
    opening: &Opening,
    path: &Path,
    quiet: bool,
) -> Result<Vec<Question>, DataError> {
    let records = source::questions(&opening.open(path, quiet)?)?;
    let question = |(row, record): (usize, Record)| Question {
        id: record.id.unwrap_or_else(|| row.to_string()),
        place: format!("{}:{}", path.display(), record.line),
        text: record.text,
        label: record.label,
    };
    Ok(records.into_iter().enumerate().map(question).collect())
}

/// The index of the class that `label` means: a name, or else an id.
pub(crate) fn find_class<'a>(
    classes: impl Iterator<Item = (i32, &'a str)> + Clone,
    label: &str,
) -> Option<usize> {
    let by_name = classes.clone().position(|(_, name)| name == label);
    let by_id = || {
        let label: i32 = label.parse().ok()?;
        classes.clone().position(|(id, _)| id == label)
    };
    by_name.or_else(by_id)
}
