//! All parts of a data set, with the places of their rows: what a check reads.

use super::source::{self, Part};
use super::table::Needs;
use super::{DataError, Problem, Record};
use std::path::{Path, PathBuf};

/// Which use a part is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// To learn from.
    Train,
    /// To choose by.
    Valid,
    /// To measure on.
    Test,
}

/// One part, read leniently.
#[derive(Debug)]
pub struct Rows {
    /// What it is for.
    pub role: Role,
    /// The file that holds the texts.
    pub path: PathBuf,
    /// The good rows. Those of the training and validation parts are labelled.
    pub rows: Vec<Record>,
    /// The bad ones.
    pub problems: Vec<Problem>,
}

/// File names of the validation part, without their extension.
const VALID: [&str; 4] = ["valid", "val", "validation", "dev"];

/// Reads `path`: a file, which is taken as a training part, or a directory's training part and,
/// where they are there, its validation and test parts.
///
/// # Errors
/// Where there is no training part, a file cannot be read, or one is not in a shape that is
/// read at all.
pub fn read(path: &Path) -> Result<Vec<Rows>, DataError> {
    let mut parts = vec![rows(source::part(path, "train")?, Role::Train)?];
    if path.is_dir() {
        let valid = VALID.iter().map(|name| (*name, Role::Valid));
        let mut others = valid.chain([("test", Role::Test)]).peekable();
        while let Some((name, role)) = others.next() {
            match source::part(path, name) {
                Ok(part) => {
                    parts.push(rows(part, role)?);
                    while others.next_if(|next| next.1 == role).is_some() {}
                }
                Err(DataError::Shape { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(parts)
}

fn rows(part: Part, role: Role) -> Result<Rows, DataError> {
    // a test part may have no labels
    let needs = Needs { id: false, text: true, label: role != Role::Test };
    let (path, (rows, mut problems)) = match part {
        Part::Pair(input, output) if role == Role::Test && !output.is_file() => {
            let read = source::read(&input, needs)?;
            (input, read)
        }
        Part::Pair(input, output) => {
            let read = source::join(&input, &output)?;
            (input, read)
        }
        Part::File(file) => {
            let read = source::read(&file, needs)?;
            (file, read)
        }
    };
    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(Rows { role, path, rows, problems })
}
