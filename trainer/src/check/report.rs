//! Findings → a table on a screen, or JSON.

use super::duplicates::GroupCounts;
use super::finding::{Finding, Place};
use super::kind::{FindingKind, Level};
use intent_data::parts::{PartRows, Role};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// One part of the data, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PartFacts {
    /// Role of the part.
    pub(crate) role: Role,
    /// The file that holds its texts.
    pub(crate) file: String,
    /// Good rows.
    pub(crate) rows: usize,
    /// Rows that cannot be used.
    pub(crate) bad_rows: usize,
}

/// All findings of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct KindSummary {
    /// Kind of the findings.
    pub(crate) kind: FindingKind,
    /// Severity.
    pub(crate) level: Level,
    /// Number of findings.
    pub(crate) count: usize,
    /// Title of the kind.
    pub(crate) title: &'static str,
    /// Remedy.
    pub(crate) remedy: &'static str,
}

/// Number of findings of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LevelCounts {
    /// Faults that `train` refuses, or that no model can answer.
    pub(crate) error: usize,
    /// Faults that cost accuracy or make the measures too good.
    pub(crate) warning: usize,
    /// Hints.
    pub(crate) note: usize,
}

/// Result of a check. Its JSON is the output of `--json`: fields are added to it, never changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CheckReport {
    /// Path of the data.
    pub(crate) data: String,
    /// The parts of the data.
    pub(crate) parts: Vec<PartFacts>,
    /// Labels of the training part; 0 if there are fewer than two.
    pub(crate) labels: usize,
    /// GroupCounts of duplicates and near-duplicates over all parts.
    pub(crate) near_duplicates: GroupCounts,
    /// Accuracy on questions that the model was not fitted on; none if none was fitted.
    pub(crate) out_of_fold_accuracy: Option<f64>,
    /// Findings of each level.
    pub(crate) counts: LevelCounts,
    /// Findings of each kind, the worst first.
    pub(crate) summary: Vec<KindSummary>,
    /// The findings, sorted by kind, then as the data has them or by how sure they are.
    pub(crate) findings: Vec<Finding>,
}

impl CheckReport {
    /// Sums `findings`, which are sorted by kind, up.
    #[must_use]
    pub(crate) fn new(
        data: &Path,
        parts: &[PartRows],
        labels: usize,
        near_duplicates: GroupCounts,
        findings: Vec<Finding>,
    ) -> Self {
        let parts = parts.iter().map(|part| PartFacts {
            role: part.role,
            file: part.path.display().to_string(),
            rows: part.rows.len(),
            bad_rows: part.problems.len(),
        });
        let summary = findings.chunk_by(|a, b| a.kind == b.kind).map(|alike| {
            let kind = alike[0].kind;
            let (title, remedy) = (kind.title(), kind.remedy());
            KindSummary { kind, level: kind.level(), count: alike.len(), title, remedy }
        });
        let count = |level: Level| findings.iter().filter(|f| f.level == level).count();
        CheckReport {
            data: data.display().to_string(),
            parts: parts.collect(),
            labels,
            near_duplicates,
            out_of_fold_accuracy: None,
            counts: LevelCounts {
                error: count(Level::Error),
                warning: count(Level::Warning),
                note: count(Level::Note),
            },
            summary: summary.collect(),
            findings,
        }
    }

    /// Whether there is an error or a warning.
    #[must_use]
    pub(crate) fn is_faulty(&self) -> bool {
        self.counts.error + self.counts.warning > 0
    }

    /// The report in words, with `limit` findings of each kind.
    #[must_use]
    pub(crate) fn text(&self, limit: usize) -> String {
        let mut text = String::new();
        // writing to a String cannot fail
        let _ = self.write(&mut text, limit);
        text
    }

    fn write(&self, out: &mut String, limit: usize) -> std::fmt::Result {
        for part in &self.parts {
            let role = format!("{:?}", part.role).to_lowercase();
            write!(out, "{role:8} {} questions in {}", part.rows, part.file)?;
            match part.bad_rows {
                0 => writeln!(out)?,
                bad => writeln!(out, ", {bad} bad rows")?,
            }
        }
        writeln!(out, "labels   {}", self.labels)?;
        if let Some(accuracy) = self.out_of_fold_accuracy {
            writeln!(out, "model    accuracy {accuracy:.4} on questions it was not fitted on")?;
        }
        let GroupCounts { groups, questions, largest } = self.near_duplicates;
        if groups > 0 {
            writeln!(
                out,
                "alike    {questions} questions in {groups} groups of near-duplicates, at most \
                 {largest} in one"
            )?;
        }
        for (summary, findings) in
            self.summary.iter().zip(self.findings.chunk_by(|a, b| a.kind == b.kind))
        {
            let level = format!("{:?}", summary.level).to_lowercase();
            writeln!(out, "\n{level}: {}: {}", summary.title, summary.count)?;
            findings.iter().take(limit).try_for_each(|finding| write_finding(out, finding))?;
            if findings.len() > limit {
                writeln!(out, "  … and {} more (--limit)", findings.len() - limit)?;
            }
            writeln!(out, "  → {}", summary.remedy)?;
        }
        let LevelCounts { error, warning, note } = self.counts;
        let lead = if self.findings.is_empty() { "" } else { "\n" };
        writeln!(out, "{lead}errors {error}, warnings {warning}, notes {note}")
    }
}

/// Rows of a finding that the text shows.
const MAX_SHOWN: usize = 3;

fn write_finding(out: &mut String, finding: &Finding) -> std::fmt::Result {
    match finding.rows.as_slice() {
        [one] => {
            writeln!(out, "  {}: {}", place(one), finding.message)?;
            write_text(out, one)?;
        }
        rows => {
            writeln!(out, "  {}", finding.message)?;
            for row in rows.iter().take(MAX_SHOWN) {
                writeln!(out, "    {}", place(row))?;
                write_text(out, row)?;
            }
            if rows.len() > MAX_SHOWN {
                writeln!(out, "    … and {} more rows", rows.len() - MAX_SHOWN)?;
            }
        }
    }
    match &finding.suggestion {
        Some(meant) => writeln!(out, "      probably {}", quoted(meant)),
        None => Ok(()),
    }
}

fn place(row: &Place) -> String {
    match &row.id {
        Some(id) => format!("{}:{} (ID {id})", row.file, row.line),
        None => format!("{}:{}", row.file, row.line),
    }
}

fn write_text(out: &mut String, row: &Place) -> std::fmt::Result {
    match (row.text.is_empty(), &row.label) {
        (true, _) => Ok(()),
        (false, None) => writeln!(out, "      {}", quoted(&row.text)),
        (false, Some(label)) => writeln!(out, "      {}  [{label}]", quoted(&row.text)),
    }
}

/// The beginning of a text, with what a terminal must not be sent escaped.
fn quoted(text: &str) -> String {
    const MAX_CHARS: usize = 90;
    let mut short: String = text.chars().take(MAX_CHARS).flat_map(char::escape_debug).collect();
    short = short.replace("\\'", "'");
    if text.chars().count() > MAX_CHARS {
        short.push('…');
    }
    format!("“{short}”")
}
