//! `check`: finds what is wrong with a data set, where, and says what to do.
//!
//! One module for each family of faults; each takes the rows and returns findings.
//!
//! - [`finding`]: a fault with the rows that show it
//! - [`kind`]: the kinds of faults: severity, title, remedy
//! - [`texts`], [`encoding`], [`classes`], [`duplicates`], [`model`]: find faults
//! - [`report`]: the findings as text or JSON

mod classes;
mod duplicates;
mod encoding;
mod finding;
mod kind;
mod model;
mod report;
mod texts;

pub(crate) use report::CheckReport;

use finding::Row;
use intent_data::DataError;
use intent_data::parts::{self, PartRows, Role};
use intent_dataset::{Dataset, Labels};
use intent_learn::fit::Settings;
use intent_learn::progress::Progress;
use std::path::Path;

/// Options of a check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckOptions {
    /// Settings of the fit that the labels are checked by; none leaves those checks out.
    pub(crate) model: Option<Settings>,
    /// Jaccard similarity from which texts are near-duplicates, over 0 and at most 1.
    pub(crate) similar: f64,
}

/// Checks the parts of a data set, read from `data`.
///
/// # Errors
/// If no row can be read.
pub(crate) fn check(
    data: &Path,
    parts: &[PartRows],
    options: CheckOptions,
    progress: &dyn Progress,
) -> Result<CheckReport, DataError> {
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
    let report = CheckReport::new(data, parts, classes, groups, findings);
    Ok(CheckReport { out_of_fold_accuracy: out_of_fold, ..report })
}

/// The labelled rows as a data set to fit on.
fn dataset<'a>(train: &[Row<'a>], labels: Labels) -> (Vec<Row<'a>>, Dataset) {
    let class = |r: &Row<'_>| r.record.label.as_deref().and_then(|l| labels.class_of(l));
    let rows: Vec<Row<'a>> = train.iter().copied().filter(|r| class(r).is_some()).collect();
    let texts = rows.iter().map(|r| r.record.text.clone()).collect();
    let classes = rows.iter().filter_map(class).collect();
    (rows, Dataset { texts, classes, labels })
}
