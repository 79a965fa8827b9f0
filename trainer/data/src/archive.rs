//! A tar, gzipped or not, unpacked in memory: files and directories alone, under relative paths, within a
//! bound; and a directory packed as one.

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use tar::EntryType;
use thiserror::Error;
use zeroize::Zeroizing;

/// The files of an archive by their paths in it. The bytes are wiped when dropped.
pub type Unpacked = BTreeMap<PathBuf, Zeroizing<Vec<u8>>>;

/// Errors of unpacking an archive.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Neither tar nor tar.gz, or a damaged one.
    #[error(
        "does not hold a sound tar.gz ({0}): pack the data with `tar -cz` or `intent-trainer encrypt`"
    )]
    Unsound(io::Error),
    /// A path that leads out of the archive.
    #[error(
        "holds {0:?}, which would lie outside of the directory that it is unpacked to: nothing of it was used; pack it again with `tar -cz -C PARENT DIRECTORY`"
    )]
    Outside(PathBuf),
    /// An entry that is no file.
    #[error("holds {path:?}, {kind}: an archive of data holds files and directories alone")]
    Kind {
        /// Path of the entry.
        path: PathBuf,
        /// Kind of the entry.
        kind: &'static str,
    },
    /// The content exceeds the limit.
    #[error("unpacks to more than {0} bytes: is it what you expect? raise --max-unpacked if so")]
    TooLarge(u64),
}

/// Unpacks `bytes`, a tar or a tar.gz, to at most `limit` bytes, the tar's own headers included.
///
/// # Errors
/// If it is neither, or holds anything but files and directories below it.
pub fn unpack(bytes: &[u8], limit: u64) -> Result<Unpacked, ArchiveError> {
    let exceeded = Cell::new(false);
    let source: Box<dyn Read + '_> = match bytes.starts_with(&[0x1f, 0x8b]) {
        true => Box::new(MultiGzDecoder::new(bytes)),
        false => Box::new(bytes),
    };
    let bounded = Bounded { source, left: limit, exceeded: &exceeded };
    entries(bounded)
        .map_err(|error| if exceeded.get() { ArchiveError::TooLarge(limit) } else { error })
}

fn entries(source: Bounded<'_>) -> Result<Unpacked, ArchiveError> {
    let mut archive = tar::Archive::new(source);
    let mut files = Unpacked::new();
    for entry in archive.entries().map_err(ArchiveError::Unsound)? {
        let mut entry = entry.map_err(ArchiveError::Unsound)?;
        let named = entry.path().map_err(ArchiveError::Unsound)?.into_owned();
        let path = inside(&named)?;
        if let Some(kind) = unwanted(entry.header().entry_type()) {
            return Err(ArchiveError::Kind { path: named, kind });
        }
        if matches!(entry.header().entry_type(), EntryType::Regular | EntryType::Continuous) {
            let mut bytes = Zeroizing::new(Vec::new());
            entry.read_to_end(&mut bytes).map_err(ArchiveError::Unsound)?;
            if bytes.len() as u64 != entry.size() {
                return Err(ArchiveError::Unsound(io::ErrorKind::UnexpectedEof.into()));
            }
            files.insert(path, bytes);
        }
    }
    // to the end: gzip's checksum is there
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(ArchiveError::Unsound)?;
    Ok(files)
}

/// The path of an entry without its dots.
fn inside(path: &Path) -> Result<PathBuf, ArchiveError> {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(name) => Ok(name),
            _ => Err(ArchiveError::Outside(path.to_owned())),
        })
        .collect()
}

fn unwanted(kind: EntryType) -> Option<&'static str> {
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::Directory => None,
        // what `git archive` writes first
        EntryType::XGlobalHeader => None,
        EntryType::Symlink => Some("a symbolic link"),
        EntryType::Link => Some("a hard link"),
        EntryType::GNUSparse => Some("a sparse file (pack it without --sparse)"),
        EntryType::Char | EntryType::Block | EntryType::Fifo => Some("a device or a pipe"),
        _ => Some("an entry of an unknown kind"),
    }
}

/// Fails beyond `left` bytes.
struct Bounded<'a> {
    source: Box<dyn Read + 'a>,
    left: u64,
    exceeded: &'a Cell<bool>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.exceeded.set(true);
                return Err(io::Error::other("the bound is exceeded"));
            }
        }
        Ok(read)
    }
}

/// The files below `dir` as a tar.gz, in the order of their paths, and those paths. Hidden files are left
/// out. Neither owner nor time is in it.
///
/// # Errors
/// If one cannot be read, or is no file.
pub fn pack(dir: &Path) -> io::Result<(Vec<u8>, Vec<PathBuf>)> {
    let mut paths = Vec::new();
    list(dir, Path::new(""), &mut paths)?;
    paths.sort();
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for path in &paths {
        let name = dir.join(path);
        let bytes = Zeroizing::new(fs::read(&name).map_err(|e| with_path(&name, &e))?);
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(EntryType::Regular);
        builder.append_data(&mut header, path, &bytes[..])?;
    }
    let mut gz = builder.into_inner()?;
    gz.flush()?;
    Ok((gz.finish()?, paths))
}

fn list(dir: &Path, below: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    let here = dir.join(below);
    for entry in fs::read_dir(&here).map_err(|e| with_path(&here, &e))? {
        let entry = entry.map_err(|e| with_path(&here, &e))?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = below.join(name);
        if kind.is_dir() {
            list(dir, &path, paths)?;
        } else if kind.is_file() {
            paths.push(path);
        } else {
            let what = "is neither a file nor a directory: put the file itself there";
            return Err(io::Error::other(format!("{}: {what}", dir.join(path).display())));
        }
    }
    Ok(())
}

/// `error` with the path that it is about.
fn with_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
