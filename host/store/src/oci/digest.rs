//! Digests as OCI writes them.

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes` as `sha256:` and hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}
