//! The TLS of this process's HTTP clients.

/// Makes ring the TLS of every HTTP client of this process: one that is built before has none, and fails.
pub fn install() {
    // a second time it is there already
    let _ = rustls::crypto::ring::default_provider().install_default();
}
