//! A reference to an artifact, and push and pull of what it names. Calls block.

use super::artifact::{Artifact, LAYER_TYPE, MAX_LAYER_BYTES};
use super::digest::digest;
use super::error::OciError;
use super::session;
use futures_util::StreamExt;
use oci_client::errors::OciDistributionError;
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciManifest};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// A reference to an artifact: `HOST[:PORT]/NAME[:TAG][@DIGEST]`, with or without `oci://`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    reference: Reference,
    /// Whether the registry is asked over plain HTTP.
    plain: bool,
}

/// A pulled artifact.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Digest of the manifest.
    pub digest: String,
    /// The component's bytes, verified against the digest in the manifest.
    pub component: Vec<u8>,
    /// The annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
}

impl Remote {
    /// Parses a reference. A registry on loopback is asked without TLS, and any registry if `plain`.
    ///
    /// # Errors
    /// If the text is not a reference, or names no registry.
    pub fn parse(text: &str, plain: bool) -> Result<Self, OciError> {
        let bare = text.strip_prefix("oci://").unwrap_or(text);
        // without a host, the client would default to a public registry
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

    /// Pushes an artifact and returns the digest of its manifest.
    ///
    /// # Errors
    /// If the registry does not accept it.
    pub fn push(&self, artifact: &Artifact) -> Result<String, OciError> {
        if self.reference.digest().is_some() {
            return Err(OciError::Digest(self.to_string()));
        }
        let config = artifact.config();
        let manifest = serde_json::to_vec(&artifact.manifest(&config))
            .map_err(|e| OciError::failed(self.to_string(), &e))?;
        let layer = artifact.component.clone();
        let manifest_digest = digest(&manifest);
        self.exchange(async |client, to| {
            for bytes in [layer, config] {
                let digest = digest(&bytes);
                if !client.blob_exists(to, &digest).await? {
                    client.push_blob(to, bytes, &digest).await?;
                }
            }
            let media_type = OCI_IMAGE_MEDIA_TYPE
                .parse()
                .map_err(|_| OciDistributionError::GenericError(Some("media type".to_owned())))?;
            client.push_manifest_raw(to, manifest, media_type).await
        })?;
        Ok(manifest_digest)
    }

    /// Fetches the digest of the manifest that the reference stands for now.
    ///
    /// # Errors
    /// If the registry does not answer with one.
    pub fn digest(&self) -> Result<String, OciError> {
        self.exchange(async |client, from| {
            client.fetch_manifest_digest(from, &RegistryAuth::Anonymous).await
        })
    }

    /// Pulls the artifact.
    ///
    /// # Errors
    /// If there is none, it is not a Wasm artifact, or its bytes do not match the manifest.
    pub fn pull(&self) -> Result<Pulled, OciError> {
        let (manifest, manifest_digest) = self.exchange(async |client, from| {
            client.pull_manifest(from, &RegistryAuth::Anonymous).await
        })?;
        let not_wasm = |found| OciError::NotWasm { reference: self.to_string(), found };
        let manifest = match manifest {
            OciManifest::Image(manifest) => manifest,
            OciManifest::ImageIndex(_) => return Err(not_wasm("an index of images".to_owned())),
        };
        let layer = match manifest.layers.as_slice() {
            [layer] if layer.media_type == LAYER_TYPE => layer,
            [layer] => return Err(not_wasm(format!("a layer {}", layer.media_type))),
            layers => return Err(not_wasm(format!("{} layers", layers.len()))),
        };
        Ok(Pulled {
            digest: manifest_digest,
            component: self.pull_layer(layer)?,
            annotations: manifest.annotations.unwrap_or_default(),
        })
    }

    /// Pulls the bytes of a layer and verifies them.
    fn pull_layer(&self, layer: &OciDescriptor) -> Result<Vec<u8>, OciError> {
        let bytes = u64::try_from(layer.size).unwrap_or(0);
        if bytes > MAX_LAYER_BYTES {
            return Err(OciError::TooLarge { reference: self.to_string(), bytes });
        }
        let pulled = self.exchange(async |client, from| {
            let mut stream = client.pull_blob_stream(from, layer).await?.stream;
            let mut component = Vec::new();
            // one byte too many shows that it is not the layer
            while component.len() as u64 <= bytes
                && let Some(chunk) = stream.next().await
            {
                component.extend_from_slice(&chunk?);
            }
            Ok(component)
        });
        match pulled {
            Ok(component) if digest(&component) == layer.digest => Ok(component),
            Ok(_) => Err(OciError::Tampered(self.to_string())),
            // the client compares digests too, if it gets to the end
            Err(OciError::Failed { cause, .. }) if cause.contains("igest") => {
                Err(OciError::Tampered(self.to_string()))
            }
            Err(error) => Err(error),
        }
    }

    fn exchange<T, F>(&self, exchange: F) -> Result<T, OciError>
    where
        F: AsyncFnOnce(&Client, &Reference) -> Result<T, OciDistributionError>,
    {
        session::run(&self.reference, self.plain, exchange)
    }
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
