//! Paths that name a model.

use std::path::{Path, PathBuf};

/// Parses the directory of a model's versions.
pub(super) fn out_dir(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match name_of(&path) {
        Some(_) => Ok(path),
        None => Err("the last part of the path names the model, as in models/intent".to_owned()),
    }
}

/// The name of the model whose versions are in `out`: the last part of the path.
pub(super) fn name_of(out: &Path) -> Option<&str> {
    out.file_name()?.to_str()
}
