//! Replacement of rpgp in a build without it.

use super::error::OpenError;
use crate::passphrase::Passphrase;
use std::io;
use zeroize::Zeroizing;

/// Fails.
///
/// # Errors
/// Always.
pub fn decrypt(_: &[u8], _: &Passphrase, _: u64) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    Err(OpenError::NotBuilt)
}

/// Fails.
///
/// # Errors
/// Always.
pub fn encrypt(_: Vec<u8>, _: &Passphrase) -> io::Result<Vec<u8>> {
    Err(io::Error::other(OpenError::NotBuilt))
}
