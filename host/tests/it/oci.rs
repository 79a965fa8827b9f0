//! Versions that come from an OCI registry: Debian's, on loopback.
use crate::common::{Host, constant, models};
use intent_runtime::Classifier;
use intent_store::oci::{Artifact, Remote};
use intent_testing::DockerRegistry;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn push(reference: &str, component: &[u8]) -> String {
    let artifact = Artifact { component: component.to_vec(), ..Artifact::default() };
    Remote::parse(reference, false).unwrap().push(&artifact).unwrap()
}

/// A host that looks at nothing until it is told to.
fn by_hand(models: &Path, pull: &[&str]) -> Host {
    let fixed = ["--watch-ms", "0", "--pull-every-s", "0", "--admin-listen", "127.0.0.1:0"];
    let pull = pull.iter().flat_map(|reference| ["--pull", reference]);
    Host::start(models, &fixed.into_iter().chain(pull).collect::<Vec<_>>())
}

fn answered(host: &Host, intent: i64, version: u64) {
    let answer = host.get("/intent?query=a");
    assert_eq!(answer.json()["intent"], intent, "{answer:?}");
    assert!(answer.has(&format!("x-model-version: {version}")), "{answer:?}");
}

#[test]
fn the_host_serves_a_reference_and_follows_its_tag() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let reference = format!("oci://{}/team/intent:stable", registry.host);
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (constant(1), constant(2));
    let first = push(&reference, &one);
    let host = by_hand(dir.path(), &[&reference]);
    answered(&host, 1, 1);
    let digest = Classifier::digest_of(&one);
    assert!(host.get("/intent?query=a").has(&format!("x-model-digest: {digest}")));
    // the tag has not moved: nothing new
    assert_eq!(host.reload().json()["loaded"], serde_json::json!([]));
    // it moves on, and back
    assert_ne!(push(&reference, &two), first);
    assert_eq!(host.reload().json()["loaded"], serde_json::json!(["intent/2"]));
    answered(&host, 2, 2);
    assert_eq!(push(&reference, &one), first);
    assert_eq!(host.reload().json()["loaded"], serde_json::json!(["intent/3"]));
    answered(&host, 1, 3);
    // a start later pulls nothing again
    drop(host);
    let host = by_hand(dir.path(), &[&reference]);
    answered(&host, 1, 3);
    assert!(!dir.path().join("intent/4").exists());
    // a registry that is gone changes nothing, and the reload says so
    drop(registry);
    let answer = host.reload();
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.json()["refused"][0].as_str().unwrap().contains(&reference), "{answer:?}");
    answered(&host, 1, 3);
}

#[test]
fn tags_are_followed_without_being_told() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let reference = format!("oci://{}/intent:1", registry.host);
    push(&reference, &constant(1));
    let dir = tempfile::tempdir().unwrap();
    let host = Host::start(dir.path(), &["--pull", &reference, "--pull-every-s", "1"]);
    answered(&host, 1, 1);
    push(&reference, &constant(2));
    host.until(|| host.get("/intent?query=a").json()["intent"] == 2);
}

#[test]
fn several_models_each_from_its_reference() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let reference = |name: &str| format!("oci://{}/{name}:1", registry.host);
    push(&reference("a"), &constant(1));
    push(&reference("b"), &constant(2));
    let dir = tempfile::tempdir().unwrap();
    let host = by_hand(dir.path(), &[&reference("a"), &format!("other={}", reference("b"))]);
    answered(&host, 1, 1);
    let body = r#"{"instances": ["a"]}"#;
    let answer = host.post("/v1/models/other:predict", "application/json", body);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn what_is_no_model_changes_nothing() {
    let Some(registry) = DockerRegistry::start(None) else { return };
    let reference = format!("oci://{}/intent:1", registry.host);
    push(&reference, b"no component");
    let dir = models(&[(7, constant(7))]);
    let host = by_hand(dir.path(), &[&reference]);
    answered(&host, 7, 7);
    // it is told, fetched once, and nothing of it is written
    for _ in 0..2 {
        let refused = host.reload().json()["refused"].to_string();
        assert!(refused.contains(&reference), "{refused}");
    }
    assert!(!dir.path().join("intent/8").exists());
    // the next one that is a model serves
    push(&reference, &constant(1));
    assert_eq!(host.reload().json()["loaded"], serde_json::json!(["intent/8"]));
    answered(&host, 1, 8);
}

/// A registry that takes connections and never answers does not hold up a start.
#[test]
fn a_start_with_a_version_does_not_wait_for_the_registry() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let reference = format!("oci://{}/intent:1", silent.local_addr().unwrap());
    let dir = models(&[(7, constant(7))]);
    let started = Instant::now();
    let host = by_hand(dir.path(), &[&reference]);
    answered(&host, 7, 7);
    // half of what one read may take
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
}

#[test]
fn a_host_without_any_model_says_why() {
    let run = |dir: &Path, reference: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_intent-host"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--no-cache",
                "--pull",
                reference,
                "--models",
            ])
            .arg(dir)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let dir = tempfile::tempdir().unwrap();
    for (reference, why) in [
        ("oci://127.0.0.1:1/intent:1", "onnection refused"),
        ("intent:1", "names no registry"),
        ("a/b=oci://127.0.0.1:1/intent:1", "cannot be the name of a model"),
        ("oci://ann:secret@127.0.0.1:1/intent:1", "belong into docker's configuration"),
    ] {
        let said = run(dir.path(), reference);
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("error: ") && last.contains(why), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
    let Some(registry) = DockerRegistry::start(None) else { return };
    let reference = format!("oci://{}/intent:1", registry.host);
    assert!(run(dir.path(), &reference).contains("no such name, tag or digest"));
    // a directory that may not be written; root may, so that only others see this
    push(&reference, &constant(1));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::create_dir(dir.path().join("probe")).is_err() {
        assert!(run(dir.path(), &reference).contains("pulled models are written there"));
    }
}
