//! Options to open an encrypted data set.

use bytesize::ByteSize;
use clap::Args;
use intent_data::DataError;
use intent_data::files::Files;
use intent_data::passphrase::Passphrase;
use std::path::{Path, PathBuf};

/// Options to open an encrypted archive.
#[derive(Debug, Args)]
#[command(next_help_heading = "Encrypted data (data.tgz.gpg)")]
pub struct Opening {
    /// Read the passphrase from the first line of this file, or of standard input if - [default:
    /// the variable INTENT_PASSPHRASE, or a prompt]
    #[arg(long, env = "INTENT_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Refuse archives that unpack to more than this
    #[arg(long, value_name = "SIZE", default_value = "1GB")]
    pub max_unpacked: ByteSize,
}

impl Opening {
    /// The files that `path` leads to; says on standard error that they were decrypted, unless `quiet`.
    ///
    /// # Errors
    /// If they are in an archive that cannot be opened.
    pub fn open(&self, path: &Path, quiet: bool) -> Result<Files, DataError> {
        let passphrase = || Passphrase::obtain(self.passphrase_file.as_deref(), path, false);
        let files = Files::open(path, self.max_unpacked.as_u64(), passphrase)?;
        if let (Some(count), false) = (files.decrypted(), quiet) {
            let name = path.display();
            eprintln!("data: {name}, {count} files decrypted in memory for this run");
        }
        Ok(files)
    }
}
