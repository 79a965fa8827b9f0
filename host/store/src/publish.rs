//! Files → a version directory, all or nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A version or file that could not be written. Nothing of it is left behind.
#[derive(Debug, Error)]
#[error("{path}: {cause}")]
pub struct PublishError {
    path: String,
    cause: io::Error,
}

fn at(path: &Path) -> impl Fn(io::Error) -> PublishError + '_ {
    move |cause| PublishError { path: path.display().to_string(), cause }
}

/// Writes `files` to `out/version` atomically: into a hidden directory beside it, synced, then
/// renamed. The host ignores hidden directories.
///
/// # Errors
/// If writing fails, or the version exists already.
pub fn version(
    out: &Path,
    version: u32,
    files: &[(&str, Vec<u8>)],
) -> Result<PathBuf, PublishError> {
    let target = out.join(version.to_string());
    fs::create_dir_all(out).map_err(at(out))?;
    let partial = tempfile::Builder::new().prefix(".partial-").tempdir_in(out).map_err(at(out))?;
    for (name, bytes) in files {
        let path = partial.path().join(name);
        write(&path, bytes).map_err(at(&target.join(name)))?;
    }
    readable(partial.path()).map_err(at(&target))?;
    fs::rename(partial.path(), &target).map_err(at(&target))?;
    // renamed: nothing is left to clean up
    drop(partial.keep());
    point_at_highest(out).map_err(at(&out.join(NEWEST)))?;
    Ok(target)
}

/// Name of the link to the highest version, for readers that cannot search for it (`spin.toml`).
const NEWEST: &str = "newest";

/// Points the link `newest` at the highest version, atomically: it is never absent.
#[cfg(unix)]
fn point_at_highest(out: &Path) -> io::Result<()> {
    let names = fs::read_dir(out)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let Some(highest) = names.filter_map(|name| name.parse::<u32>().ok()).max() else {
        return Ok(());
    };
    let temporary = tempfile::Builder::new().prefix(".partial-").tempdir_in(out)?;
    let link = temporary.path().join(NEWEST);
    std::os::unix::fs::symlink(highest.to_string(), &link)?;
    fs::rename(&link, out.join(NEWEST))
}

#[cfg(not(unix))]
fn point_at_highest(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes one file atomically: into a temporary one beside it, synced, then renamed.
///
/// # Errors
/// If writing fails.
pub fn file(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(".partial-")
        .permissions(permissions())
        .tempfile_in(dir)
        .map_err(at(path))?;
    temporary.write_all(bytes).map_err(at(path))?;
    temporary.as_file().sync_all().map_err(at(path))?;
    temporary.persist(path).map_err(|e| at(path)(e.error))?;
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a temporary directory readable by others: the host may run as another user.
#[cfg(unix)]
fn readable(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
}

#[cfg(unix)]
fn permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o644)
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}
