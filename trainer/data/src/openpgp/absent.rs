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

#[cfg(test)]
mod tests {
    use super::super::available;

    /// `make check` runs it in a build without the feature: all other tests have OpenPGP.
    #[test]
    fn a_build_without_openpgp_names_the_remedy() {
        let error = available().expect_err("not built").to_string();
        assert!(error.contains("make train"), "{error}");
    }
}
