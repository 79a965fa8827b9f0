//! `push` and `pull`, by the real binary and Debian's registry on loopback.
use crate::common::{Run, command, s, trained, trainer};
use intent_runtime::Classifier;
use intent_testing::{DockerRegistry, USER};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn json(run: &Run) -> Value {
    assert_eq!(run.code, Some(0), "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

fn fails(run: &Run, why: &str) {
    assert_eq!(run.code, Some(1), "{} {}", run.out, run.err);
    assert!(run.err.starts_with("error: ") && run.err.contains(why), "{}", run.err);
}

fn client() -> reqwest::blocking::Client {
    intent_store::tls::install();
    reqwest::blocking::Client::new()
}

fn manifest(registry: &DockerRegistry, name: &str, tag: &str) -> Value {
    let url = format!("http://{}/v2/{name}/manifests/{tag}", registry.host);
    let accept = "application/vnd.oci.image.manifest.v1+json";
    let answer = client().get(url).header("accept", accept).send().unwrap();
    serde_json::from_str(&answer.text().unwrap()).unwrap()
}

#[test]
fn what_is_pushed_is_what_is_pulled() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let (dir, models) = trained();
    let version = models.join("1");
    let reference = format!("{}/team/intent:1", registry.host);
    let pushed = json(&trainer(&["push", s(&version), &reference, "--json"]));
    let component = fs::read(version.join("intent.wasm")).unwrap();
    let digest = Classifier::digest_of(&component);
    assert_eq!(pushed["component_sha256"], digest);
    assert_eq!(pushed["reference"], format!("oci://{reference}"));
    // the same once more: the same manifest
    let again = json(&trainer(&["push", s(&version), &format!("oci://{reference}"), "--json"]));
    assert_eq!(again["manifest"], pushed["manifest"]);

    // the CNCF's layout, and what the model's card says
    let manifest = manifest(&registry, "team/intent", "1");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    let layers = manifest["layers"].as_array().unwrap();
    assert_eq!((layers.len(), &layers[0]["mediaType"]), (1, &Value::from("application/wasm")));
    assert_eq!(layers[0]["digest"], format!("sha256:{digest}"));
    let said = &manifest["annotations"];
    assert_eq!(said["org.opencontainers.image.title"], "intent");
    assert_eq!(said["posos.intent.classes"], "3");
    let metrics: Value =
        serde_json::from_slice(&fs::read(version.join("metrics.json")).unwrap()).unwrap();
    let accuracy = metrics["validation"]["accuracy"].as_f64().unwrap();
    assert_eq!(said["posos.intent.accuracy"], format!("{accuracy:.4}"));
    let config = manifest["config"]["digest"].as_str().unwrap();
    let url = format!("http://{}/v2/team/intent/blobs/{config}", registry.host);
    let config = client().get(url).send().unwrap().text().unwrap();
    let config: Value = serde_json::from_str(&config).unwrap();
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    assert_eq!(config["component"]["imports"], serde_json::json!([]));
    let exports = config["component"]["exports"].to_string();
    assert!(exports.contains("posos:intent/classifier@"), "{exports}");

    // pulled where there is nothing, where it is already, and as a file
    let to = dir.path().join("elsewhere/intent");
    let pull = ["pull", &reference, "--to", s(&to), "--json"];
    let pulled = json(&trainer(&pull));
    assert_eq!((&pulled["manifest"], &pulled["new"]), (&pushed["manifest"], &true.into()));
    assert_eq!(fs::read(to.join("1/intent.wasm")).unwrap(), component);
    let front = fs::read(version.join("intent-http.wasm")).unwrap();
    assert_eq!(fs::read(to.join("1/intent-http.wasm")).unwrap(), front);
    assert_eq!(json(&trainer(&pull))["new"], false);
    assert!(!to.join("2").exists());
    let file = dir.path().join("file.wasm");
    let by_digest =
        format!("{}/team/intent@{}", registry.host, pushed["manifest"].as_str().unwrap());
    assert_eq!(trainer(&["pull", &by_digest, "-o", s(&file)]).code, Some(0));
    assert_eq!(fs::read(&file).unwrap(), component);

    // the component that answers HTTP, for Spin
    let http = format!("{}/team/intent-http:1", registry.host);
    let pushed = json(&trainer(&["push", s(&version), &http, "--http", "--json"]));
    assert_eq!(pushed["component_sha256"], Classifier::digest_of(&front));
    // it is no classifier, and is not installed as one
    fails(&trainer(&["pull", &http, "--to", s(&to)]), &http);
    assert!(!to.join("2").exists());
}

#[test]
fn what_cannot_be_pushed_or_pulled_is_said() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let (dir, models) = trained();
    let version = models.join("1");
    let reference = |name: &str| format!("{}/{name}", registry.host);
    let text = dir.path().join("train.csv");
    fails(&trainer(&["push", s(&text), &reference("a:1")]), "train.csv: no component");
    let digest = format!("a@sha256:{}", "0".repeat(64));
    fails(&trainer(&["push", s(&version), &reference(&digest)]), "give a tag");
    fails(&trainer(&["push", s(&version), "intent:1"]), "it names no registry");
    fails(&trainer(&["push", s(&dir.path().join("none")), &reference("a:1")]), "none");
    fails(&trainer(&["push", s(&version), "127.0.0.1:1/a:1"]), "oci://127.0.0.1:1/a:1");
    let to = dir.path().join("to");
    let pull = |reference: &str| trainer(&["pull", reference, "--to", s(&to)]);
    fails(&pull(&reference("unknown:1")), "no such name, tag or digest");
    assert_eq!(trainer(&["push", s(&version), &reference("a:1")]).code, Some(0));
    fails(&pull(&reference("a:2")), "no such name, tag or digest");

    // an image of something else
    let url = |rest: &str| format!("http://{}/v2/a/{rest}", registry.host);
    let mut other = manifest(&registry, "a", "1");
    other["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip".into();
    let put = client()
        .put(url("manifests/image"))
        .header("content-type", "application/vnd.oci.image.manifest.v1+json")
        .body(other.to_string())
        .send();
    assert_eq!(put.unwrap().status(), 201);
    fails(&pull(&reference("a:image")), "a layer application/vnd.oci.image.layer.v1.tar+gzip, not");

    // a blob that was changed in the registry's storage, in its bytes or in its length
    let component = fs::read(version.join("intent.wasm")).unwrap();
    let hex = Classifier::digest_of(&component);
    let blob = format!("data/docker/registry/v2/blobs/sha256/{}/{hex}/data", &hex[..2]);
    let blob = registry.data().join(blob);
    let mut changed = component.clone();
    changed[1000] ^= 1;
    for bytes in [&changed[..], &component[..5000], &[&component[..], b"more"].concat()] {
        fs::write(&blob, bytes).unwrap();
        let run = pull(&reference("a:1"));
        assert_eq!(run.code, Some(1), "{}", run.out);
        assert!(run.err.contains("a:1"), "{}", run.err);
    }
    assert!(!to.exists() || fs::read_dir(&to).unwrap().next().is_none());
}

#[test]
fn docker_s_credentials_are_used_and_never_shown() {
    let Some(registry) = DockerRegistry::start(Some(USER)) else { return };
    let (_dir, models) = trained();
    let reference = format!("{}/intent:1", registry.host);
    let push = |config: &Path| -> Run {
        let args = ["push", s(&models.join("1")), &reference].map(str::to_owned);
        let run: Run = command()
            .args(args)
            .env("DOCKER_CONFIG", config)
            .env("RUST_LOG", "trace")
            .output()
            .unwrap()
            .into();
        for secret in ["horse", "battery", "wrong one", "aG9yc2U"] {
            assert!(!run.err.contains(secret) && !run.out.contains(secret), "{}", run.err);
        }
        run
    };
    let empty = tempfile::tempdir().unwrap();
    fails(&push(empty.path()), "the registry refuses: log in");
    fails(&push(registry.login("ann", "wrong one").path()), "the registry refuses: log in");
    fs::write(empty.path().join("config.json"), "{").unwrap();
    fails(&push(empty.path()), "config.json");
    let login = registry.login("ann", "horse battery");
    let run = push(login.path());
    assert_eq!(run.code, Some(0), "{}", run.err);
}
