//! Compiled components on disk: compiling 8 MB takes a second, mapping the result a millisecond.
//!
//! A compiled component is machine code that runs as it is, so the directory must belong to this
//! process's user and be writable by nobody else, and only the host writes to it. A file is named by
//! the SHA-256 of the component, the version of wasmtime and the engine's configuration; what does
//! not fit is compiled again.

mod trusted;

use intent_runtime::{Classifier, LoadError, Runtime};
use intent_store::scan::Stamp;
use std::fs::{self, DirBuilder, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use thiserror::Error;
use wasmtime::component::Component;

/// Maximum number of files; those used last are kept.
const MAX_FILES: usize = 64;

/// A cache that cannot be used. The host then compiles at each start.
#[derive(Debug, Error)]
pub(crate) enum CacheError {
    /// The directory cannot be made or read.
    #[error("{path}: {cause}")]
    Io {
        /// The directory.
        path: String,
        /// The error of the system.
        cause: std::io::Error,
    },
    /// Another user could put machine code there.
    #[error(
        "{0}: others than this process's user own it or can write to it; compiled code is run as it \
         is: make it yours alone (chmod 700), or give another --cache"
    )]
    Shared(String),
}

/// A directory of compiled components.
#[derive(Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
}

impl Cache {
    /// Uses `dir`, and creates it if it is missing.
    ///
    /// # Errors
    /// If that fails, or the directory is not this user's alone.
    pub(crate) fn open(dir: &Path) -> Result<Self, CacheError> {
        let failed = |cause| CacheError::Io { path: dir.display().to_string(), cause };
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
        // our user is the owner of a file that we create
        let probe = tempfile::Builder::new().prefix(".probe").tempfile_in(dir).map_err(failed)?;
        let own = probe.as_file().metadata().map_err(failed)?.uid();
        let file = fs::metadata(dir).map_err(failed)?;
        if file.uid() != own || file.mode() & 0o022 != 0 {
            return Err(CacheError::Shared(dir.display().to_string()));
        }
        Ok(Cache { dir: dir.to_owned() })
    }

    /// Opens the component at `path`; it is compiled only if it is not in the cache.
    ///
    /// # Errors
    /// Those of [`Classifier::open`]. Errors of the cache itself are logged and worked around.
    pub(crate) fn load(&self, runtime: &Runtime, path: &Path) -> Result<Classifier, LoadError> {
        let file = fs::metadata(path).map_err(LoadError::Read)?;
        let size = file.len() as usize;
        let known = self.digest_path(&Stamp::new(&file));
        if let Some(digest) = fs::read_to_string(&known).ok().filter(|d| is_digest(d))
            && let Some(component) = self.compiled(runtime, &digest)
        {
            return Classifier::from_compiled(runtime, &component, digest, size);
        }
        let bytes = fs::read(path).map_err(LoadError::Read)?;
        let digest = Classifier::digest_of(&bytes);
        let component = match self.compiled(runtime, &digest) {
            Some(component) => component,
            None => {
                let compiled = runtime.precompile(&bytes)?;
                drop(bytes);
                self.write(&self.compiled_path(runtime, &digest), &compiled);
                match self.compiled(runtime, &digest) {
                    Some(component) => component,
                    None => return Classifier::open(runtime, path),
                }
            }
        };
        self.write(&known, digest.as_bytes());
        self.prune();
        Classifier::from_compiled(runtime, &component, digest, size)
    }

    /// The file with the digest of a component that has this fingerprint, to avoid reading it again.
    fn digest_path(&self, stamp: &Stamp) -> PathBuf {
        self.dir.join(format!("{:016x}.sha256", hash(stamp)))
    }

    /// The file with the compiled component.
    fn compiled_path(&self, runtime: &Runtime, digest: &str) -> PathBuf {
        let engine = hash(&runtime.engine().precompile_compatibility_hash());
        self.dir.join(format!("{digest}-{engine:016x}.cwasm"))
    }

    fn compiled(&self, runtime: &Runtime, digest: &str) -> Option<Component> {
        let path = self.compiled_path(runtime, digest);
        if !path.is_file() {
            return None;
        }
        match trusted::component(runtime.engine(), &path) {
            Ok(component) => {
                // marks it as used: pruned last
                let _ = fs::File::options()
                    .append(true)
                    .open(&path)
                    .and_then(|file| file.set_modified(SystemTime::now()));
                Some(component)
            }
            Err(error) => {
                let (path, error) = (path.display().to_string(), format!("{error:#}"));
                tracing::warn!(path, error, "compiled component does not fit: compiling again");
                None
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::Builder::new()
                .permissions(Permissions::from_mode(0o600))
                .tempfile_in(&self.dir)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        if let Err(error) = write() {
            tracing::warn!(path = %path.display(), %error, "compile cache not written");
        }
    }

    /// Removes the least recently used files.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        let mut files: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .filter(|(_, path)| path.extension().is_some_and(|e| e == "cwasm" || e == "sha256"))
            .collect();
        files.sort_unstable();
        let surplus = files.len().saturating_sub(MAX_FILES);
        for (_, path) in files.drain(..surplus) {
            let _ = fs::remove_file(path);
        }
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
