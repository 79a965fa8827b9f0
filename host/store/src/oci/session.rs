//! One authenticated exchange with a registry. It blocks, on a tokio runtime of its own.

use super::credentials;
use super::error::OciError;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::{Client, Reference};
use std::time::Duration;

/// Timeout to open a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout between two chunks of a response.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Deadline of one exchange: 256 MiB, the largest layer, at 1 MB/s.
const EXCHANGE_DEADLINE: Duration = Duration::from_secs(300);

/// Runs `exchange` with a client that has docker's credentials for the registry; over plain HTTP
/// if `plain`.
pub(super) fn run<T, F>(reference: &Reference, plain: bool, exchange: F) -> Result<T, OciError>
where
    F: AsyncFnOnce(&Client, &Reference) -> Result<T, OciDistributionError>,
{
    crate::tls::install();
    let name = || format!("oci://{}", reference.whole());
    let registry = reference.resolve_registry();
    let credentials = credentials::for_registry(registry)
        .map_err(|cause| OciError::Credentials { reference: name(), cause })?;
    let config = ClientConfig {
        protocol: if plain { ClientProtocol::Http } else { ClientProtocol::Https },
        platform_resolver: None,
        connect_timeout: Some(CONNECT_TIMEOUT),
        read_timeout: Some(READ_TIMEOUT),
        ..ClientConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| OciError::failed(name(), &e))?.block_on(async {
        let client = Client::try_from(config).map_err(|e| OciError::from_client(name(), &e))?;
        client.store_auth_if_needed(registry, &credentials).await;
        match tokio::time::timeout(EXCHANGE_DEADLINE, exchange(&client, reference)).await {
            Ok(done) => done.map_err(|e| OciError::from_client(name(), &e)),
            Err(elapsed) => Err(OciError::failed(name(), &elapsed)),
        }
    })
}
