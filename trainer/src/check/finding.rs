//! A fault and the rows that show it.

use super::kind::{FindingKind, Level};
use intent_data::Record;
use intent_data::parts::Role;
use serde::Serialize;
use std::path::Path;

/// A valid row and its origin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// Role of its part.
    pub(crate) role: Role,
    /// Path of its file.
    pub(crate) path: &'a Path,
    /// The fields of the row.
    pub(crate) record: &'a Record,
}

impl Row<'_> {
    /// The row in the form that a finding shows.
    #[must_use]
    pub(crate) fn place(&self) -> Place {
        Place {
            file: self.path.display().to_string(),
            line: self.record.line,
            id: self.record.id.clone(),
            text: self.record.text.clone(),
            label: self.record.label.clone(),
        }
    }
}

/// A row of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// File that holds the text.
    pub(crate) file: String,
    /// Line on which the row begins, from 1.
    pub(crate) line: u64,
    /// The ID column, if there is one.
    pub(crate) id: Option<String>,
    /// The text; empty if it cannot be read.
    pub(crate) text: String,
    /// The label, if there is one.
    pub(crate) label: Option<String>,
}

/// A fault in the data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// Kind of the fault.
    pub(crate) kind: FindingKind,
    /// Severity.
    pub(crate) level: Level,
    /// Description of what was found.
    pub(crate) message: String,
    /// The rows that show it, at most [`MAX_ROWS`].
    pub(crate) rows: Vec<Place>,
    /// The text or label that was probably meant.
    pub(crate) suggestion: Option<String>,
    /// A similarity, probability or share; `docs/check.md` says which.
    pub(crate) score: Option<f64>,
}

/// Rows that a finding holds: of a text that occurs a thousand times, the first ones will do.
pub(crate) const MAX_ROWS: usize = 20;

impl Finding {
    /// A finding that shows `rows`.
    #[must_use]
    pub(crate) fn new<'a>(
        kind: FindingKind,
        message: impl Into<String>,
        rows: impl IntoIterator<Item = &'a Row<'a>>,
    ) -> Self {
        let rows = rows.into_iter().take(MAX_ROWS).map(Row::place).collect();
        let (level, message) = (kind.level(), message.into());
        Finding { kind, level, message, rows, suggestion: None, score: None }
    }
}
