//! Opens files of pretrained word vectors.

use intent_learn::fit::pretrained::{Pretrained, PretrainedError, VectorFileName};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Reads the file at `path`, in the format that its extension says.
///
/// # Errors
/// If it cannot be read, or is not of that format.
pub fn open(path: &Path) -> Result<Pretrained, PretrainedError> {
    let name = VectorFileName::new(path)?;
    let io = |cause| PretrainedError::Io { path: path.display().to_string(), cause };
    let file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    Pretrained::read(&name, BufReader::new(file), length)
}
