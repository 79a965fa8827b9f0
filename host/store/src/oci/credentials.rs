//! The registry's credentials, where docker keeps them: `$DOCKER_CONFIG` or `~/.docker`, and its helpers.

use docker_credential::{
    CredentialRetrievalError as E, DockerCredential, get_credential_from_reader,
};
use oci_client::secrets::RegistryAuth;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;

/// Those for a registry; none where none are kept. The error names no secret.
pub(super) fn of(registry: &str) -> Result<RegistryAuth, String> {
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
        // it keeps none for this registry: the protocol's own words
        Err(E::HelperFailure { stdout, stderr, .. })
            if [&stdout, &stderr].iter().any(|said| said.contains("credentials not found")) =>
        {
            Ok(RegistryAuth::Anonymous)
        }
        // what a helper printed could be a secret
        Err(E::HelperFailure { helper, .. }) => {
            Err(format!("the credential helper {helper} failed"))
        }
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}
