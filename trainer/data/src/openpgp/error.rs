//! Errors of decryption.

use thiserror::Error;

/// Errors of decryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// No OpenPGP message, or not one of encrypted data.
    #[error(
        "is not an encrypted OpenPGP message: make one with `intent-trainer encrypt` or `gpg --symmetric`"
    )]
    Foreign,
    /// Encrypted for a key.
    #[error("is encrypted for a key, not by a passphrase: encrypt it with `gpg --symmetric`")]
    ForAKey,
    /// Without integrity protection.
    #[error(
        "has no integrity protection, so that nobody could tell whether it was changed: encrypt it again with a gpg of this century"
    )]
    Unprotected,
    /// The key derivation wants more memory than is reasonable.
    #[error(
        "asks for more than 2 GB of memory to derive its key: encrypt it again with `gpg --symmetric`"
    )]
    Greedy,
    /// The passphrase does not open it.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The end is missing.
    #[error("is truncated: its end is missing; fetch or copy it again")]
    Truncated,
    /// The bytes are not those that were encrypted.
    #[error(
        "fails its integrity check: it was damaged or tampered with, and nothing of it was used; fetch or copy it again"
    )]
    Tampered,
    /// Encrypted properly, and not a file.
    #[error(
        "does not hold a file: encrypt a tar.gz with `intent-trainer encrypt` or `gpg --symmetric`"
    )]
    Content,
    /// The content exceeds the limit.
    #[error("unpacks to more than {} bytes: is it what you expect? raise --max-unpacked if so", .0)]
    TooLarge(u64),
    /// This program was built without OpenPGP.
    #[error(
        "is an encrypted archive, and this intent-trainer was built without OpenPGP, which `make` \
         leaves out without an archive: `make train` with the archive builds it in, as does `cargo build --release --package intent-trainer`"
    )]
    NotBuilt,
}
