//! All parts of a data set, with the places of their rows: what a check reads.

use crate::columns::Needs;
use crate::files::Files;
use crate::problem::{DataError, Problem};
use crate::record::Record;
use crate::source::{self, PartFiles};
use intent_dataset::Labels;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Role of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Training part.
    Train,
    /// Validation part.
    Valid,
    /// Test part.
    Test,
}

/// One part, read leniently.
#[derive(Debug)]
pub struct PartRows {
    /// Role of the part.
    pub role: Role,
    /// The file that holds the texts.
    pub path: PathBuf,
    /// The good rows. Those of the training and validation parts are labelled.
    pub rows: Vec<Record>,
    /// The bad ones.
    pub problems: Vec<Problem>,
    /// The names of integer labels that lie beside the file.
    pub names: Option<BTreeMap<i32, String>>,
}

/// File names of the validation part, without their extension.
const VALID: [&str; 4] = ["valid", "val", "validation", "dev"];

/// Reads a file, which is taken as a training part, or the training part of a directory or an archive
/// and, where they are beside it, its validation and test parts.
///
/// # Errors
/// If there is no training part, a file cannot be read, or one is not in a shape that is
/// read at all.
pub fn read(files: &Files) -> Result<Vec<PartRows>, DataError> {
    let mut parts = vec![rows(files, source::part(files, "train")?, Role::Train)?];
    if files.is_dir() {
        let root = source::root(files, "train");
        let valid = VALID.iter().map(|name| (*name, Role::Valid));
        let mut others = valid.chain([("test", Role::Test)]).peekable();
        while let Some((name, role)) = others.next() {
            match source::part_in(files, &root, name) {
                Ok(part) => {
                    parts.push(rows(files, part, role)?);
                    while others.next_if(|next| next.1 == role).is_some() {}
                }
                Err(DataError::Shape { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(parts)
}

/// The classes of the training part, named as [`source::labelled`] names them; none if there are
/// fewer than two.
#[must_use]
pub fn labels(parts: &[PartRows]) -> Option<Labels> {
    let train = || parts.iter().filter(|part| part.role == Role::Train);
    let keys = train().flat_map(|part| part.rows.iter().filter_map(|r| r.label.as_deref()));
    let mut labels = Labels::new(keys).ok()?;
    if let Some(names) = train().next().and_then(|part| part.names.clone()) {
        labels.set_names(names);
    }
    Some(labels)
}

fn rows(files: &Files, part: PartFiles, role: Role) -> Result<PartRows, DataError> {
    // a test part may have no labels
    let needs = Needs { id: false, text: true, label: role != Role::Test };
    let (file, (rows, mut problems)) = match part {
        PartFiles::Pair(input, output) if role == Role::Test && !files.is_file(&output) => {
            let read = source::read(files, &input, needs)?;
            (input, read)
        }
        PartFiles::Pair(input, output) => {
            let read = source::join(files, &input, &output)?;
            (input, read)
        }
        PartFiles::File(file) => {
            let read = source::read(files, &file, needs)?;
            (file, read)
        }
    };
    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    let names = source::names_beside(files, &file)?;
    Ok(PartRows { role, path: files.shown(&file), rows, problems, names })
}
