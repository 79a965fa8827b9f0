//! Arguments of `encrypt`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `encrypt`.
#[derive(Debug, Args)]
pub struct EncryptArgs {
    /// Directory to pack. Hidden files are skipped; symbolic links are an error
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Write the archive to this file
    #[arg(long, short, value_name = "FILE", default_value = "data.tgz.gpg")]
    pub out: PathBuf,
    /// Overwrite an existing archive
    #[arg(long)]
    pub force: bool,
    /// Read the passphrase from the first line of this file, or of standard input if - [default:
    /// the variable INTENT_PASSPHRASE, or a prompt]
    #[arg(long, env = "INTENT_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}
