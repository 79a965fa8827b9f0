//! The TLS provider of the process's HTTP clients.

/// Installs ring as the TLS provider of the process. A client built earlier has none, and fails.
pub fn install() {
    // an error means that it is installed already
    let _ = rustls::crypto::ring::default_provider().install_default();
}
