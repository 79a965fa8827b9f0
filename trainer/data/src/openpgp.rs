//! OpenPGP messages that a passphrase opens, as `gpg --symmetric` makes them (feature `openpgp`).

#[cfg(not(feature = "openpgp"))]
mod absent;
mod error;
#[cfg(feature = "openpgp")]
mod message;

#[cfg(not(feature = "openpgp"))]
pub use absent::{decrypt, encrypt};
pub use error::OpenError;
#[cfg(feature = "openpgp")]
pub use message::{decrypt, encrypt};

/// Whether this program was built with OpenPGP: known before a passphrase is asked for.
///
/// # Errors
/// If it was not.
pub fn available() -> Result<(), OpenError> {
    if cfg!(feature = "openpgp") { Ok(()) } else { Err(OpenError::NotBuilt) }
}
