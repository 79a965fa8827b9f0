//! Errors of a push or a pull, and their translation from those of `oci-client`.

use super::artifact::{LAYER_TYPE, MAX_LAYER_BYTES};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use thiserror::Error;

/// A push or a pull that failed. Its message begins with the reference.
#[derive(Debug, Error)]
pub enum OciError {
    /// The text is not a reference.
    #[error("{text}: {cause}; it is HOST[:PORT]/NAME[:TAG], as registry.example.org/team/intent:1")]
    Reference {
        /// The text as it was given.
        text: String,
        /// The reason.
        cause: String,
    },
    /// A push to a digest, whose content is fixed already.
    #[error("{0}: a digest cannot be pushed to: give a tag")]
    Digest(String),
    /// The registry denies access.
    #[error("{0}: the registry refuses: log in with `docker login`, or set DOCKER_CONFIG")]
    Unauthorized(String),
    /// Docker's configuration cannot be used.
    #[error("{reference}: docker's configuration: {cause}")]
    Credentials {
        /// The reference.
        reference: String,
        /// The reason, without any secret.
        cause: String,
    },
    /// No such name, tag or digest.
    #[error("{0}: the registry has no such name, tag or digest")]
    NotFound(String),
    /// The artifact is not a Wasm artifact.
    #[error("{reference}: {found}, not a Wasm artifact (one layer {LAYER_TYPE})")]
    NotWasm {
        /// The reference.
        reference: String,
        /// The media type or layout that was found.
        found: String,
    },
    /// The layer is larger than any model.
    #[error("{reference}: the layer has {bytes} bytes; {MAX_LAYER_BYTES} may be pulled")]
    TooLarge {
        /// The reference.
        reference: String,
        /// The size that the manifest states.
        bytes: u64,
    },
    /// The bytes do not match the digest in the manifest.
    #[error("{0}: the layer's bytes are not those of its digest: nothing was installed")]
    Tampered(String),
    /// Any other failure.
    #[error("{reference}: {cause}")]
    Failed {
        /// The reference.
        reference: String,
        /// The error with its sources.
        cause: String,
    },
}

impl OciError {
    /// Translates an error of the client.
    pub(super) fn from_client(reference: String, error: &OciDistributionError) -> Self {
        use OciDistributionError as E;
        match error {
            E::UnauthorizedError { .. } | E::AuthenticationFailure(_) => {
                OciError::Unauthorized(reference)
            }
            E::ImageManifestNotFoundError(_) | E::ServerError { code: 404, .. } => {
                OciError::NotFound(reference)
            }
            E::ServerError { code: 401 | 403, .. } => OciError::Unauthorized(reference),
            E::RequestError(e) if e.status().is_some_and(|s| matches!(s.as_u16(), 401 | 403)) => {
                OciError::Unauthorized(reference)
            }
            E::RegistryError { envelope, .. } => {
                let has = |code: &OciErrorCode| envelope.errors.iter().any(|e| e.code == *code);
                use OciErrorCode as C;
                if [C::ManifestUnknown, C::NameUnknown, C::BlobUnknown, C::NotFound].iter().any(has)
                {
                    OciError::NotFound(reference)
                } else if [C::Unauthorized, C::Denied].iter().any(has) {
                    OciError::Unauthorized(reference)
                } else {
                    OciError::failed(reference, error)
                }
            }
            E::UnsupportedMediaTypeError(found) => {
                OciError::NotWasm { reference, found: found.clone() }
            }
            _ => OciError::failed(reference, error),
        }
    }

    /// A [`OciError::Failed`] with the messages of the error's sources.
    pub(super) fn failed(reference: String, error: &dyn std::error::Error) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !cause.contains(&text) {
                cause = format!("{cause}: {text}");
            }
            source = error.source();
        }
        OciError::Failed { reference, cause }
    }
}
