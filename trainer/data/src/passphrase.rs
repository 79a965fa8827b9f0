//! Obtains a passphrase. It is wiped when it is no longer needed, is no argument of any command,
//! and is passed to no other process: the trainer starts none.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use thiserror::Error;
use zeroize::Zeroizing;

/// Name of the environment variable that may hold the passphrase.
pub const VARIABLE: &str = "INTENT_PASSPHRASE";
/// Bytes read of a passphrase file, for its first line.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// A passphrase; shows nothing of itself.
pub struct Passphrase(Zeroizing<Vec<u8>>);

/// Errors of obtaining a passphrase.
#[derive(Debug, Error)]
pub enum PassphraseError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Read {
        /// Path of the file.
        path: String,
        /// The underlying error.
        cause: io::Error,
    },
    /// Nobody is there to ask.
    #[error(
        "{0} needs a passphrase: give --passphrase-file, or set INTENT_PASSPHRASE; it is asked for on a terminal"
    )]
    Missing(String),
    /// No passphrase at all.
    #[error("the passphrase is empty: the first line of the file, or the variable, is to hold it")]
    Empty,
    /// Asked for twice, answered differently.
    #[error("the two passphrases differ: nothing was encrypted")]
    Different,
}

impl Passphrase {
    /// The first line of `file` (`-`: of standard input), else the variable, else what is typed at the
    /// terminal, where nothing is shown; `twice` for one that is new.
    ///
    /// # Errors
    /// If there is none.
    pub fn obtain(
        file: Option<&Path>,
        archive: &Path,
        twice: bool,
    ) -> Result<Self, PassphraseError> {
        let bytes = match (file, std::env::var_os(VARIABLE)) {
            (Some(path), _) => first_line(path).map_err(|cause| PassphraseError::Read {
                path: path.display().to_string(),
                cause,
            })?,
            (None, Some(value)) if !value.is_empty() => {
                Zeroizing::new(OsString::into_encoded_bytes(value))
            }
            _ => ask(archive, twice)?,
        };
        if bytes.is_empty() { Err(PassphraseError::Empty) } else { Ok(Passphrase(bytes)) }
    }

    /// The bytes that are hashed into a key.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Passphrase {
    fn from(text: &str) -> Self {
        Passphrase(Zeroizing::new(text.as_bytes().to_vec()))
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

fn first_line(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES as usize)); // never moved, so never copied
    if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    bytes.truncate(end);
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(bytes)
}

fn ask(archive: &Path, twice: bool) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let missing = || PassphraseError::Missing(archive.display().to_string());
    // a terminal may be at hand where nobody looks at it, as in a pipeline in the background
    if !io::stdin().is_terminal() {
        return Err(missing());
    }
    // rpassword asks first and hides what is typed only then
    let _hidden = Hidden::terminal().map_err(|_| missing())?;
    let prompt = |text: &str| {
        let typed = rpassword::prompt_password(text).map_err(|_| missing())?;
        Ok(Zeroizing::new(typed.into_bytes()))
    };
    let typed = prompt(&format!("passphrase of {}: ", archive.display()))?;
    if twice && prompt("once more: ")? != typed {
        return Err(PassphraseError::Different);
    }
    Ok(typed)
}

/// Nothing that is typed at the terminal is shown, until this is dropped.
struct Hidden {
    terminal: File,
    before: Termios,
}

impl Hidden {
    fn terminal() -> io::Result<Self> {
        let terminal = File::open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(&terminal, OptionalActions::Now, &hidden)?;
        Ok(Hidden { terminal, before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // a terminal that is gone needs no echo
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_without_its_end() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (text, expected) in
            [("a b \n", "a b "), ("a\r\nb", "a"), ("été", "été"), ("", ""), ("\nb", "")]
        {
            std::fs::write(file.path(), text).expect("written");
            assert_eq!(*first_line(file.path()).expect("read"), expected.as_bytes());
        }
    }

    #[test]
    fn nothing_is_shown() {
        assert_eq!(format!("{:?}", Passphrase::from("secret")), "Passphrase(…)");
    }
}
