//! Seeded random numbers: an independent stream for each purpose, so that neither the number of
//! threads nor a change in one step changes the numbers of another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The random stream number `index` for `purpose`.
#[must_use]
pub fn rng(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    let mut sha = Sha256::new();
    sha.update(seed.to_le_bytes());
    sha.update(index.to_le_bytes());
    sha.update(purpose);
    ChaCha8Rng::from_seed(sha.finalize().into())
}
