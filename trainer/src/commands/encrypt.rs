//! `encrypt`: a directory → `data.tgz.gpg`, which `gpg --decrypt` and this program open.

use super::print;
use crate::args::EncryptArgs;
use anyhow::{Context, Result, bail};
use intent_data::files::Files;
use intent_data::passphrase::Passphrase;
use intent_data::{archive, openpgp, source};
use intent_store::publish;

/// Runs the command.
///
/// # Errors
/// If the directory holds no data, something cannot be read, or the archive cannot be written.
pub fn run(args: &EncryptArgs) -> Result<()> {
    let (dir, out) = (args.dir.display(), args.out.display());
    openpgp::available().with_context(|| out.to_string())?;
    if !Files::is_encrypted(&args.out) {
        bail!("{out}: name it *.gpg: --data knows an encrypted archive by that");
    }
    if args.out.exists() && !args.force {
        bail!("{out} is there already: give another --out, or --force");
    }
    if !args.dir.is_dir() {
        bail!("{dir} is no directory: put the files of the data into one");
    }
    let (content, paths) = archive::pack(&args.dir)?;
    let unpacked =
        archive::unpack(&content, u64::MAX).map_err(|e| anyhow::anyhow!("{dir}: {e}"))?;
    if !["train", "test"].iter().any(|part| source::holds(&unpacked, part)) {
        bail!(
            "{dir} holds neither a training nor a test part: name them input_train.csv with \
             output_train.csv, or train.csv, train.tsv or train.jsonl"
        );
    }
    let passphrase = Passphrase::obtain(args.passphrase_file.as_deref(), &args.out, true)?;
    let length = content.len();
    let message = openpgp::encrypt(content, &passphrase).with_context(|| out.to_string())?;
    // as it will be opened, before it is relied on
    let opened = openpgp::decrypt(&message, &passphrase, u64::MAX);
    if opened.map_err(|e| anyhow::anyhow!("what was encrypted {e}"))?.len() != length {
        bail!("what was encrypted is not what was packed");
    }
    publish::file(&args.out, &message)?;
    let list: String = paths.iter().map(|path| format!("  {}\n", path.display())).collect();
    print(&format!("{out}: {} files, {} bytes\n{list}", paths.len(), message.len()))
}
