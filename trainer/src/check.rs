//! A data set → what is wrong with it, where, and what to do.
//!
//! One module a family of faults; each takes the [`Row`]s and gives [`Finding`]s. [`kind`] says how
//! bad a fault is and its remedy, [`report`] puts the findings on a screen or into JSON.

pub mod classes;
pub mod duplicates;
pub mod encoding;
pub mod kind;
pub mod model;
pub mod report;
pub mod texts;

pub use kind::{Kind, Level};
pub use report::Report;

use intent_data::parts::{self, Role, Rows};
use intent_data::{DataError, Record};
use intent_dataset::{Dataset, Labels};
use intent_learn::fit::Settings;
use intent_learn::progress::Progress;
use serde::Serialize;
use std::path::Path;

/// One good row and where it is from.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// What its part is for.
    pub role: Role,
    /// Its file.
    pub path: &'a Path,
    /// What it holds.
    pub record: &'a Record,
}

impl Row<'_> {
    /// The row as a finding shows it.
    #[must_use]
    pub fn place(&self) -> Place {
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
pub struct Place {
    /// File that holds the text.
    pub file: String,
    /// Line on which the row begins, from 1.
    pub line: u64,
    /// The ID column, where there is one.
    pub id: Option<String>,
    /// The text; empty where it cannot be read.
    pub text: String,
    /// The label, where there is one.
    pub label: Option<String>,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Which.
    pub kind: Kind,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub message: String,
    /// The rows that show it, at most [`ROWS`].
    pub rows: Vec<Place>,
    /// What was probably meant: a text or a label.
    pub suggestion: Option<String>,
    /// A similarity, probability or share; `docs/check.md` says which.
    pub score: Option<f64>,
}

/// Rows that a finding holds: of a text that is there a thousand times, the first will do.
pub const ROWS: usize = 20;

impl Finding {
    /// A finding that shows `rows`.
    #[must_use]
    pub fn new<'a>(
        kind: Kind,
        message: impl Into<String>,
        rows: impl IntoIterator<Item = &'a Row<'a>>,
    ) -> Self {
        let rows = rows.into_iter().take(ROWS).map(Row::place).collect();
        let (level, message) = (kind.level(), message.into());
        Finding { kind, level, message, rows, suggestion: None, score: None }
    }
}

/// What a check depends on but the data.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Settings of the fit that the labels are checked by; none leaves those checks out.
    pub model: Option<Settings>,
    /// Jaccard similarity from which texts are near-duplicates, over 0 and at most 1.
    pub similar: f64,
}

/// Checks the parts of a data set, read from `data`.
///
/// # Errors
/// Where no row can be read.
pub fn check(
    data: &Path,
    parts: &[Rows],
    options: Options,
    progress: &dyn Progress,
) -> Result<Report, DataError> {
    let rows: Vec<Row<'_>> = parts
        .iter()
        .flat_map(|part| {
            part.rows.iter().map(|record| Row { role: part.role, path: &part.path, record })
        })
        .collect();
    if rows.is_empty() && parts.iter().all(|part| part.problems.is_empty()) {
        return Err(DataError::Shape {
            path: data.display().to_string(),
            what: "has no row: nothing to check".to_owned(),
        });
    }
    let train: Vec<Row<'_>> = rows.iter().copied().filter(|r| r.role == Role::Train).collect();
    let labels = parts::labels(parts);
    let mut findings = texts::bad_rows(parts);
    findings.extend(texts::texts(&rows));
    findings.extend(encoding::findings(&rows));
    findings.extend(classes::findings(&rows, labels.as_ref()));
    let (duplicates, groups) = duplicates::findings(&rows, options.similar, progress);
    findings.extend(duplicates);
    let mut out_of_fold = None;
    if let (Some(settings), Some(labels)) = (options.model, labels.clone()) {
        let (rows, data) = dataset(&train, labels);
        let (doubts, accuracy) = model::findings(&rows, &data, &settings, progress);
        findings.extend(doubts);
        out_of_fold = Some(accuracy);
    }
    // stable: within a kind, in the order in which they were found
    findings.sort_by_key(|f| f.kind);
    let classes = labels.map_or(0, |l| l.len());
    Ok(Report::new(data, parts, classes, groups, out_of_fold, findings))
}

/// The labelled rows as a data set to fit on.
fn dataset<'a>(train: &[Row<'a>], labels: Labels) -> (Vec<Row<'a>>, Dataset) {
    let class = |r: &Row<'_>| r.record.label.as_deref().and_then(|l| labels.class_of(l));
    let rows: Vec<Row<'a>> = train.iter().copied().filter(|r| class(r).is_some()).collect();
    let texts = rows.iter().map(|r| r.record.text.clone()).collect();
    let classes = rows.iter().filter_map(class).collect();
    (rows, Dataset { texts, classes, labels })
}
