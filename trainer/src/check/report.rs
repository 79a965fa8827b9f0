//! Findings → a table on a screen, or JSON.

use super::duplicates::Groups;
use super::{Finding, Kind, Level, Place};
use intent_data::parts::{Role, Rows};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// One part of the data, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartFacts {
    /// What it is for.
    pub role: Role,
    /// The file that holds its texts.
    pub file: String,
    /// Good rows.
    pub rows: usize,
    /// Rows that cannot be used.
    pub bad_rows: usize,
}

/// All findings of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Which.
    pub kind: Kind,
    /// How bad it is.
    pub level: Level,
    /// How many there are.
    pub count: usize,
    /// What it is.
    pub title: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// How many findings there are of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// What `train` refuses, or no model can answer.
    pub error: usize,
    /// What costs accuracy or makes figures too good.
    pub warning: usize,
    /// What is worth knowing.
    pub note: usize,
}

/// What a check found. Its JSON is the command's `--json`: fields are added to it, never changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What was checked.
    pub data: String,
    /// Its parts.
    pub parts: Vec<PartFacts>,
    /// Labels of the training part; 0 where there are fewer than two.
    pub labels: usize,
    /// Groups of duplicates and near-duplicates over all parts.
    pub near_duplicates: Groups,
    /// Accuracy on questions that the model was not fitted on; none where none was fitted.
    pub out_of_fold_accuracy: Option<f64>,
    /// Findings of each level.
    pub counts: Counts,
    /// Findings of each kind, the worst first.
    pub summary: Vec<Summary>,
    /// The findings, sorted by kind, then as the data has them or by how sure they are.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Sums `findings`, which are sorted by kind, up.
    #[must_use]
    pub fn new(
        data: &Path,
        parts: &[Rows],
        labels: usize,
        near_duplicates: Groups,
        out_of_fold_accuracy: Option<f64>,
        findings: Vec<Finding>,
    ) -> Self {
        let parts = parts.iter().map(|part| PartFacts {
            role: part.role,
            file: part.path.display().to_string(),
            rows: part.rows.len(),
            bad_rows: part.problems.len(),
        });
        let summary = findings.chunk_by(|a, b| a.kind == b.kind).map(|of| {
            let kind = of[0].kind;
            let (title, remedy) = (kind.title(), kind.remedy());
            Summary { kind, level: kind.level(), count: of.len(), title, remedy }
        });
        let of = |level: Level| findings.iter().filter(|f| f.level == level).count();
        Report {
            data: data.display().to_string(),
            parts: parts.collect(),
            labels,
            near_duplicates,
            out_of_fold_accuracy,
            counts: Counts {
                error: of(Level::Error),
                warning: of(Level::Warning),
                note: of(Level::Note),
            },
            summary: summary.collect(),
            findings,
        }
    }

    /// Whether there is anything to mend.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.counts.error + self.counts.warning > 0
    }

    /// The report in words, with `limit` findings of each kind.
    #[must_use]
    pub fn text(&self, limit: usize) -> String {
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
        let Groups { groups, questions, largest } = self.near_duplicates;
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
        let Counts { error, warning, note } = self.counts;
        let lead = if self.findings.is_empty() { "" } else { "\n" };
        writeln!(out, "{lead}errors {error}, warnings {warning}, notes {note}")
    }
}

/// Rows of a finding that a screen shows.
const SHOWN: usize = 3;

fn write_finding(out: &mut String, finding: &Finding) -> std::fmt::Result {
    match finding.rows.as_slice() {
        [one] => {
            writeln!(out, "  {}: {}", place(one), finding.message)?;
            write_text(out, one)?;
        }
        rows => {
            writeln!(out, "  {}", finding.message)?;
            for row in rows.iter().take(SHOWN) {
                writeln!(out, "    {}", place(row))?;
                write_text(out, row)?;
            }
            if rows.len() > SHOWN {
                writeln!(out, "    … and {} more rows", rows.len() - SHOWN)?;
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
    const WIDTH: usize = 90;
    let mut short: String = text.chars().take(WIDTH).flat_map(char::escape_debug).collect();
    short = short.replace("\\'", "'");
    if text.chars().count() > WIDTH {
        short.push('…');
    }
    format!("“{short}”")
}
