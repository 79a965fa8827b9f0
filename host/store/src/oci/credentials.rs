//! Registry credentials out of docker's configuration (`$DOCKER_CONFIG` or `~/.docker`) and its helpers.

use docker_credential::{
    CredentialRetrievalError as E, DockerCredential, get_credential_from_reader,
};
use oci_client::secrets::RegistryAuth;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;

/// The credentials for a registry; anonymous if docker keeps none. The error contains no secret.
pub(super) fn for_registry(registry: &str) -> Result<RegistryAuth, String> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker"));
    let dir = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from).or_else(home);
    let Some(path) = dir.map(|dir| dir.join("config.json")) else {
        return Ok(RegistryAuth::Anonymous);
    };
    let file = match File::open(&path) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(RegistryAuth::Anonymous),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    match get_credential_from_reader(file, registry) {
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            Ok(RegistryAuth::Basic(user, password))
        }
        Ok(DockerCredential::IdentityToken(_)) => {
            Err("an identity token is kept; a user and a password are needed".to_owned())
        }
        Err(E::NoCredentialConfigured) => Ok(RegistryAuth::Anonymous),
        // the helper protocol's message for "none kept"
        Err(E::HelperFailure { stdout, stderr, .. })
            if [&stdout, &stderr].iter().any(|said| said.contains("credentials not found")) =>
        {
            Ok(RegistryAuth::Anonymous)
        }
        // the helper's output may contain a secret
        Err(E::HelperFailure { helper, .. }) => {
            Err(format!("the credential helper {helper} failed"))
        }
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}
