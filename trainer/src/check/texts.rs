//! Rows that cannot be used, and texts that a host would refuse.

use super::finding::{Finding, Place, Row};
use super::kind::FindingKind;
use intent_data::parts::PartRows;
use intent_data::{Fault, Problem};
use intent_model::MAX_QUERY_BYTES;
use intent_model::tokens::Tokens;

/// The rows that were left out when the data was read.
#[must_use]
pub(crate) fn bad_rows(parts: &[PartRows]) -> Vec<Finding> {
    parts.iter().flat_map(|part| part.problems.iter().map(bad_row)).collect()
}

fn bad_row(problem: &Problem) -> Finding {
    let kind = match problem.fault {
        Fault::NoText => FindingKind::EmptyText,
        Fault::NoLabel => FindingKind::NoLabel,
        Fault::Encoding => FindingKind::InvalidUtf8,
        Fault::Shape | Fault::Id => FindingKind::BadRow,
    };
    let file = problem.path.display().to_string();
    let (line, text) = (problem.line, String::new());
    let rows = vec![Place { file, line, id: None, text, label: None }];
    Finding { rows, ..Finding::new(kind, problem.what.clone(), []) }
}

/// Texts that are too long, or in which the model sees nothing.
#[must_use]
pub(crate) fn texts(rows: &[Row<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in rows {
        let text = &row.record.text;
        if text.len() > MAX_QUERY_BYTES {
            let message = format!("{} bytes; a query may have {MAX_QUERY_BYTES}", text.len());
            findings.push(Finding::new(FindingKind::TextTooLong, message, [row]));
        }
        if Tokens::new(text).plain().len() == 0 {
            findings.push(Finding::new(FindingKind::NoToken, "no token", [row]));
        }
    }
    findings
}
