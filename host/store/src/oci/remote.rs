//! A reference, and what can be done with it in its registry. Calls block, each on a runtime of its own:
//! none is made while a request waits.

use super::{Artifact, LAYER_TYPE, credentials, digest};
use futures_util::StreamExt;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciManifest};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;

/// Largest layer that is pulled: thirty times a model of 77 classes.
const MOST_BYTES: u64 = 256 << 20;
/// To open a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Between two pieces of an answer.
const READ: Duration = Duration::from_secs(30);
/// For one request of ours, with all that it needs: a layer of 256 MiB at 1 MB/s.
const LONGEST: Duration = Duration::from_secs(300);

/// An artifact's place: `HOST[:PORT]/NAME[:TAG][@DIGEST]`, with or without `oci://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    reference: Reference,
    plain: bool,
}

/// Why nothing was pushed or pulled.
#[derive(Debug, Error)]
pub enum OciError {
    /// Not a reference.
    #[error("{text}: {cause}; it is HOST[:PORT]/NAME[:TAG], as registry.example.org/team/intent:1")]
    Reference {
        /// What was given.
        text: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A digest says what is there already.
    #[error("{0}: a digest cannot be pushed to: give a tag")]
    Digest(String),
    /// The registry does not let us.
    #[error("{0}: the registry refuses: log in with `docker login`, or set DOCKER_CONFIG")]
    Unauthorized(String),
    /// Docker's configuration cannot be used.
    #[error("{reference}: docker's configuration: {cause}")]
    Credentials {
        /// Which.
        reference: String,
        /// Without any secret.
        cause: String,
    },
    /// No such name or tag.
    #[error("{0}: the registry has no such name, tag or digest")]
    NotFound(String),
    /// Something else than a Wasm artifact.
    #[error("{reference}: {found}, not a Wasm artifact (one layer {LAYER_TYPE})")]
    NotWasm {
        /// Which.
        reference: String,
        /// What it is.
        found: String,
    },
    /// Larger than any model.
    #[error("{reference}: the layer has {bytes} bytes; {MOST_BYTES} may be pulled")]
    TooLarge {
        /// Which.
        reference: String,
        /// How many.
        bytes: u64,
    },
    /// The registry gave other bytes than the manifest states.
    #[error("{0}: the layer's bytes are not those of its digest: nothing was installed")]
    Tampered(String),
    /// Anything else.
    #[error("{reference}: {cause}")]
    Failed {
        /// Which.
        reference: String,
        /// All that is known.
        cause: String,
    },
}

/// What was pulled.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Digest of the manifest.
    pub digest: String,
    /// The component's bytes; they have the digest that the manifest states.
    pub component: Vec<u8>,
    /// What the manifest says of it.
    pub annotations: BTreeMap<String, String>,
}

impl Remote {
    /// Checks a reference. A registry on loopback, or every one where `plain`, is asked without TLS.
    ///
    /// # Errors
    /// Where it is none, or names no registry.
    pub fn parse(text: &str, plain: bool) -> Result<Self, OciError> {
        let bare = text.strip_prefix("oci://").unwrap_or(text);
        // without one, a client's default is somebody's registry on the internet
        let host = bare.split_once('/').map_or("", |(host, _)| host);
        if host.contains('@') {
            let cause = "a user and a password belong into docker's configuration".to_owned();
            return Err(OciError::Reference { text: "oci://…@…".to_owned(), cause });
        }
        let wrong =
            |cause: &str| OciError::Reference { text: text.to_owned(), cause: cause.into() };
        if !(host.contains(['.', ':']) || host == "localhost") {
            return Err(wrong("it names no registry"));
        }
        let reference: Reference = bare.parse().map_err(|e| wrong(&format!("{e}")))?;
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        // an address, not a name that looks like one
        let loopback = name == "localhost" || name.parse().is_ok_and(|a: IpAddr| a.is_loopback());
        Ok(Remote { reference, plain: plain || loopback })
    }

    /// Puts an artifact there; the digest of its manifest.
    ///
    /// # Errors
    /// Where the registry does not take it.
    pub fn push(&self, artifact: &Artifact) -> Result<String, OciError> {
        if self.reference.digest().is_some() {
            return Err(OciError::Digest(self.to_string()));
        }
        let config = artifact.config();
        let manifest =
            serde_json::to_vec(&artifact.manifest(&config)).map_err(|e| self.failed(&e))?;
        let layer = artifact.component.clone();
        let stated = digest(&manifest);
        self.ask(async |client, to| {
            for bytes in [layer, config] {
                let digest = digest(&bytes);
                if !client.blob_exists(to, &digest).await? {
                    client.push_blob(to, bytes, &digest).await?;
                }
            }
            let kind = OCI_IMAGE_MEDIA_TYPE.parse().map_err(|_| unlikely("media type"))?;
            client.push_manifest_raw(to, manifest, kind).await
        })?;
        Ok(stated)
    }

    /// The digest of what is there now.
    ///
    /// # Errors
    /// Where the registry does not say.
    pub fn digest(&self) -> Result<String, OciError> {
        self.ask(async |client, from| {
            client.fetch_manifest_digest(from, &RegistryAuth::Anonymous).await
        })
    }

    /// Takes what is there.
    ///
    /// # Errors
    /// Where there is nothing, no Wasm artifact, or the bytes are not those that the manifest states.
    pub fn pull(&self) -> Result<Pulled, OciError> {
        let reference = || self.to_string();
        let (manifest, stated) = self
            .ask(async |client, from| client.pull_manifest(from, &RegistryAuth::Anonymous).await)?;
        let not_wasm = |found| OciError::NotWasm { reference: reference(), found };
        let manifest = match manifest {
            OciManifest::Image(manifest) => manifest,
            OciManifest::ImageIndex(_) => return Err(not_wasm("an index of images".to_owned())),
        };
        let layer = match manifest.layers.as_slice() {
            [layer] if layer.media_type == LAYER_TYPE => layer.clone(),
            [layer] => return Err(not_wasm(format!("a layer {}", layer.media_type))),
            layers => return Err(not_wasm(format!("{} layers", layers.len()))),
        };
        let bytes = u64::try_from(layer.size).unwrap_or(0);
        if bytes > MOST_BYTES {
            return Err(OciError::TooLarge { reference: reference(), bytes });
        }
        let expected = layer.digest.clone();
        let component = self.ask(async |client, from| {
            let mut stream = client.pull_blob_stream(from, &layer).await?.stream;
            let mut component = Vec::new();
            // one byte too many tells that it is not the layer
            while component.len() as u64 <= bytes
                && let Some(piece) = stream.next().await
            {
                component.extend_from_slice(&piece?);
            }
            Ok(component)
        });
        let component = match component {
            // the client compares digests as well, where it gets to the end
            Err(OciError::Failed { cause, .. }) if cause.contains("igest") => {
                return Err(OciError::Tampered(reference()));
            }
            component => component?,
        };
        if digest(&component) != expected {
            return Err(OciError::Tampered(reference()));
        }
        Ok(Pulled {
            digest: stated,
            component,
            annotations: manifest.annotations.unwrap_or_default(),
        })
    }

    /// Runs `what` with a client that has the registry's credentials.
    fn ask<T, F>(&self, what: F) -> Result<T, OciError>
    where
        F: AsyncFnOnce(&Client, &Reference) -> Result<T, OciDistributionError>,
    {
        crate::tls::install();
        let registry = self.reference.resolve_registry();
        let credentials = credentials::of(registry)
            .map_err(|cause| OciError::Credentials { reference: self.to_string(), cause })?;
        let config = ClientConfig {
            protocol: if self.plain { ClientProtocol::Http } else { ClientProtocol::Https },
            platform_resolver: None,
            connect_timeout: Some(CONNECT),
            read_timeout: Some(READ),
            ..ClientConfig::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|e| self.failed(&e))?.block_on(async {
            let client = Client::try_from(config).map_err(|e| self.error(e))?;
            client.store_auth_if_needed(registry, &credentials).await;
            match tokio::time::timeout(LONGEST, what(&client, &self.reference)).await {
                Ok(done) => done.map_err(|e| self.error(e)),
                Err(late) => Err(self.failed(&late)),
            }
        })
    }

    fn error(&self, error: OciDistributionError) -> OciError {
        use OciDistributionError as E;
        let reference = self.to_string();
        match &error {
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
                    self.failed(&error)
                }
            }
            E::UnsupportedMediaTypeError(found) => {
                OciError::NotWasm { reference, found: found.clone() }
            }
            _ => self.failed(&error),
        }
    }

    /// With all that an error's sources say.
    fn failed(&self, error: &dyn std::error::Error) -> OciError {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !cause.contains(&text) {
                cause = format!("{cause}: {text}");
            }
            source = error.source();
        }
        OciError::Failed { reference: self.to_string(), cause }
    }
}

fn unlikely(what: &str) -> OciDistributionError {
    OciDistributionError::GenericError(Some(what.to_owned()))
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oci://{}", self.reference.whole())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_their_registry() {
        for (text, whole, plain) in [
            ("oci://localhost:5000/a/b:1", "oci://localhost:5000/a/b:1", true),
            ("127.0.0.1:5000/b", "oci://127.0.0.1:5000/b:latest", true),
            ("registry.example.org/b:x", "oci://registry.example.org/b:x", false),
        ] {
            let remote = Remote::parse(text, false).expect(text);
            assert_eq!((remote.to_string().as_str(), remote.plain), (whole, plain));
        }
        let named = Remote::parse("127.0.0.1.example.org/b", false).expect("parsed");
        assert!(!named.plain, "a name, not an address");
        let error = Remote::parse("oci://ann:secret@example.org/b", false).expect_err("refused");
        assert!(!error.to_string().contains("secret"), "{error}");
        for text in ["", "intent", "team/intent:1", "oci://", "example.org/", "example.org/A B"] {
            assert!(Remote::parse(text, false).is_err(), "{text}");
        }
        assert!(Remote::parse("registry.example.org/b", true).expect("parsed").plain);
    }
}
