//! Finds the files of a data set and joins them.

use crate::archive::Unpacked;
use crate::columns::Needs;
use crate::files::Files;
use crate::problem::{DataError, Fault, Problem};
use crate::record::Record;
use crate::{jsonl, table};
use intent_dataset::{Dataset, Labels};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Handling of bad rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRows {
    /// Bad rows are an error.
    Refuse,
    /// Bad rows are skipped and reported.
    Skip,
}

pub(super) type Parsed = (Vec<Record>, Vec<Problem>);

/// Reads labelled questions: a file, one of a challenge's pair, a directory or an archive. The
/// problems are those of the rows left out.
///
/// # Errors
/// If nothing is found, a file cannot be read, rows are bad (and not to be skipped), or
/// there are fewer than two classes.
pub fn labelled(files: &Files, bad: BadRows) -> Result<(Dataset, Vec<Problem>), DataError> {
    let (rows, mut problems, first) = match part(files, "train")? {
        PartFiles::Pair(input, output) => {
            let (rows, problems) = join(files, &input, &output)?;
            (rows, problems, input)
        }
        PartFiles::File(file) => {
            let (rows, problems) =
                read(files, &file, Needs { id: false, text: true, label: true })?;
            (rows, problems, file)
        }
    };
    if bad == BadRows::Refuse && !problems.is_empty() {
        return Err(DataError::Rows(problems));
    }
    let label = |r: &Record| r.label.clone().unwrap_or_default();
    let keys: Vec<String> = rows.iter().map(label).collect();
    let mut labels = Labels::new(keys.iter().map(String::as_str))?;
    if let Some(names) = names_beside(files, &first)? {
        labels.set_names(names);
    }
    let classes = keys.iter().filter_map(|k| labels.class_of(k)).collect();
    let texts = rows.into_iter().map(|r| r.text).collect();
    problems.sort_by_key(|p| p.line);
    Ok((Dataset { texts, classes, labels }, problems))
}

/// Reads questions, with the labels and IDs that their file has: a file, or the test part of a
/// directory or an archive.
///
/// # Errors
/// If nothing is found, the file cannot be read or a row is bad.
pub fn questions(files: &Files) -> Result<Vec<Record>, DataError> {
    let needs = Needs { id: false, text: true, label: false };
    let (rows, problems) = match part(files, "test")? {
        PartFiles::Pair(input, output) if files.is_dir() && files.is_file(&output) => {
            join(files, &input, &output)?
        }
        PartFiles::Pair(file, _) | PartFiles::File(file) => read(files, &file, needs)?,
    };
    if problems.is_empty() { Ok(rows) } else { Err(DataError::Rows(problems)) }
}

pub(super) enum PartFiles {
    Pair(PathBuf, PathBuf),
    File(PathBuf),
}

/// The files of the part `name` (train or test).
pub(super) fn part(files: &Files, name: &str) -> Result<PartFiles, DataError> {
    let path = files.given();
    if files.is_dir() {
        return part_in(files, &root(files, name), name);
    }
    // a file, or nothing at all
    std::fs::metadata(path).map_err(|e| DataError::read(path, e))?;
    let is_input = path.file_name().is_some_and(|n| *n == *format!("input_{name}.csv"));
    Ok(if is_input {
        PartFiles::Pair(path.to_owned(), path.with_file_name(format!("output_{name}.csv")))
    } else {
        PartFiles::File(path.to_owned())
    })
}

/// The directory of the part `name`.
pub(super) fn root(files: &Files, name: &str) -> PathBuf {
    files.root(&names(name))
}

/// Whether an archive holds the part `name`.
#[must_use]
pub fn holds(unpacked: &Unpacked, name: &str) -> bool {
    let names = names(name);
    let is_named =
        |file: &PathBuf| file.file_name().is_some_and(|f| names.iter().any(|n| *f == **n));
    unpacked.keys().any(is_named)
}

fn names(name: &str) -> [String; 4] {
    let [csv, tsv, jsonl] = named(name);
    [format!("input_{name}.csv"), csv, tsv, jsonl]
}

fn named(name: &str) -> [String; 3] {
    ["csv", "tsv", "jsonl"].map(|extension| format!("{name}.{extension}"))
}

/// The files of the part `name` in the directory `dir`.
pub(super) fn part_in(files: &Files, dir: &Path, name: &str) -> Result<PartFiles, DataError> {
    let (input, output) = (format!("input_{name}.csv"), format!("output_{name}.csv"));
    if files.is_file(&dir.join(&input)) {
        return Ok(PartFiles::Pair(dir.join(input), dir.join(output)));
    }
    let mut found = named(name).into_iter().map(|file| dir.join(file));
    if let Some(file) = found.find(|file| files.is_file(file)) {
        return Ok(PartFiles::File(file));
    }
    Err(DataError::shape(
        &files.shown(dir),
        format!("holds neither {input} with {output}, nor {name}.csv, {name}.tsv or {name}.jsonl"),
    ))
}

pub(super) fn read(files: &Files, file: &Path, needs: Needs) -> Result<Parsed, DataError> {
    let (bytes, shown) = (files.read(file)?, files.shown(file));
    match file.extension().and_then(|e| e.to_str()) {
        Some("jsonl" | "ndjson") => Ok(jsonl::parse(&shown, &bytes, needs)),
        _ => table::parse(&shown, &bytes, needs),
    }
}

/// Joins the challenge's pair by ID, in the order of the questions.
pub(super) fn join(files: &Files, input: &Path, output: &Path) -> Result<Parsed, DataError> {
    let (mut rows, mut problems) =
        read(files, input, Needs { id: true, text: true, label: false })?;
    let (labels, more) = read(files, output, Needs { id: true, text: false, label: true })?;
    let (input, output) = (&files.shown(input), &files.shown(output));
    problems.extend(more);
    let mut by_id: HashMap<String, (u64, Option<String>)> = HashMap::new();
    for row in labels {
        let id = row.id.unwrap_or_default();
        if let Some((first, _)) = by_id.get(&id) {
            let what = format!("ID {id} again (first on line {first})");
            problems.push(Problem::new(output, row.line, Fault::Id, what));
        } else {
            by_id.insert(id, (row.line, row.label));
        }
    }
    let mut seen: HashMap<String, u64> = HashMap::new();
    rows.retain_mut(|row| {
        let id = row.id.clone().unwrap_or_default();
        if let Some(first) = seen.get(&id) {
            let what = format!("ID {id} again (first on line {first})");
            problems.push(Problem::new(input, row.line, Fault::Id, what));
            return false;
        }
        seen.insert(id.clone(), row.line);
        match by_id.remove(&id) {
            Some((_, label)) => row.label = label,
            None => {
                let what = format!("ID {id} has no label in {}", output.display());
                problems.push(Problem::new(input, row.line, Fault::Id, what));
            }
        }
        row.label.is_some()
    });
    for (id, (line, _)) in by_id {
        if !seen.contains_key(&id) {
            let what = format!("ID {id} has no question in {}", input.display());
            problems.push(Problem::new(output, line, Fault::Id, what));
        }
    }
    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok((rows, problems))
}

/// The names of integer labels that the `intents.csv` beside `file` gives, if there is one.
pub(super) fn names_beside(
    files: &Files,
    file: &Path,
) -> Result<Option<BTreeMap<i32, String>>, DataError> {
    let names = file.parent().map(|d| d.join("intents.csv")).filter(|f| files.is_file(f));
    names.map(|names| intent_names(&files.shown(&names), &files.read(&names)?)).transpose()
}

/// The names of integer labels: a table with the columns `intent` and `name`.
fn intent_names(path: &Path, bytes: &[u8]) -> Result<BTreeMap<i32, String>, DataError> {
    let rows: Result<Vec<BTreeMap<String, String>>, _> =
        csv::Reader::from_reader(bytes).deserialize().collect();
    let mut names = BTreeMap::new();
    for (line, row) in (2..).zip(rows.map_err(|e| DataError::shape(path, e.to_string()))?) {
        match (row.get("intent").and_then(|i| i.trim().parse().ok()), row.get("name")) {
            (Some(intent), Some(name)) => names.insert(intent, name.trim().to_owned()),
            _ => {
                return Err(DataError::shape(path, format!("row {line} lacks `intent` or `name`")));
            }
        };
    }
    Ok(names)
}
