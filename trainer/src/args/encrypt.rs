//! `encrypt`.

use clap::Args;
use std::path::PathBuf;

/// `encrypt`.
#[derive(Debug, Args)]
pub struct Encrypt {
    /// Directory of the data: hidden files are left out, symbolic links refused
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The archive to write
    #[arg(long, short, value_name = "FILE", default_value = "data.tgz.gpg")]
    pub out: PathBuf,
    /// Replace the archive where it is there already
    #[arg(long)]
    pub force: bool,
    /// File whose first line is the passphrase, - for standard input [default: the variable
    /// INTENT_PASSPHRASE, or it is asked for, twice]
    #[arg(long, env = "INTENT_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}
