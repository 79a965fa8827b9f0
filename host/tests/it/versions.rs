//! Versions come, go and answer: labels, splits, shadows, reloads, the compile cache, the self-test.
use crate::common::{Answer, Host, constant, golden, models, put};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

fn intent(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["intent"].as_i64().unwrap()
}

fn policy(models: &Path, text: &str) {
    fs::write(models.join("models.toml"), text).unwrap();
}

/// A host whose directory is looked at only when it is told to.
fn by_hand(models: &Path) -> Host {
    Host::start(models, &["--watch-ms", "0", "--admin-listen", "127.0.0.1:0"])
}

#[test]
fn a_request_names_its_version_and_learns_which_answered() {
    let (one, two) = (constant(1), constant(2));
    let dir = models(&[(1, one), (2, two.clone())]);
    policy(dir.path(), "[models.intent]\nlabels = { stable = 1, canary = 2, next = 3 }\n");
    let host = by_hand(dir.path());
    let get = |rest: &str| host.get(&format!("/intent?query=a{rest}"));
    for (rest, number) in
        [("", 2), ("&version=1", 1), ("&version=2", 2), ("&label=stable", 1), ("&label=canary", 2)]
    {
        let answer = get(rest);
        assert_eq!(intent(&answer), number, "{rest}");
        assert!(answer.has(&format!("x-model-version: {number}")), "{answer:?}");
    }
    let digest = intent_runtime::Classifier::digest_of(&two);
    assert!(get("").has(&format!("x-model-digest: {digest}")));
    assert_eq!(get("&label=next").status, 404);
    let post = |body: &str| host.post("/intent", "application/json", body);
    assert_eq!(intent(&post(r#"{"query": "a", "label": "stable"}"#)), 1);
    assert_eq!(post(r#"{"query": "a"}"#).body, get("").body);
    assert_eq!(post(r#"{"question": "a"}"#).status, 400);
    assert_eq!(host.post("/intent", "text/csv", "a").status, 415);
}

#[test]
fn traffic_is_split_as_written() {
    let dir = models(&[(1, constant(1)), (2, constant(2)), (3, constant(3))]);
    policy(
        dir.path(),
        "[models.intent]\nlabels = { stable = 1 }\nsplit = { stable = 70, 2 = 20, 9 = 10 }\n",
    );
    let host = by_hand(dir.path());
    let mut counts = BTreeMap::new();
    for _ in 0..200 {
        *counts.entry(intent(&host.get("/intent?query=a"))).or_insert(0) += 1;
    }
    // version 9 is not there: its share goes to the highest
    for (version, want) in [(1, 140), (2, 40), (3, 20)] {
        let count: i32 = counts[&version];
        assert!((count - want).abs() <= 3, "{counts:?}");
    }
}

#[test]
fn a_shadow_is_asked_and_never_answers() {
    let dir = models(&[(1, constant(1)), (2, constant(2)), (3, constant(1))]);
    policy(dir.path(), "[models.intent]\nlabels = { a = 1 }\nsplit = { a = 100 }\nshadow = 2\n");
    let host = by_hand(dir.path());
    for _ in 0..20 {
        assert_eq!(intent(&host.get("/intent?query=a")), 1);
    }
    host.until(|| {
        let metrics = host.get("/metrics").body;
        let counter =
            |name| format!("intent_shadow_{name}_total{{model=\"intent\",version=\"2\"}} 20\n");
        metrics.contains(&counter("requests")) && metrics.contains(&counter("disagreements"))
    });
    // one that agrees counts no disagreement
    policy(dir.path(), "[models.intent]\nlabels = { a = 1 }\nsplit = { a = 100 }\nshadow = 3\n");
    assert_eq!(host.reload().status, 200);
    host.get("/intent?query=a");
    let counts = "requests_total{model=\"intent\",version=\"3\"} 1\n";
    host.until(|| host.get("/metrics").body.contains(&format!("intent_shadow_{counts}")));
    let none = "intent_shadow_disagreements_total{model=\"intent\",version=\"3\"} 0\n";
    assert!(host.get("/metrics").body.contains(none));
}

#[test]
fn versions_come_and_go_by_reload() {
    let dir = models(&[(1, constant(1))]);
    let host = by_hand(dir.path());
    put(dir.path(), 2, &constant(2));
    assert_eq!(intent(&host.get("/intent?query=a")), 1, "nobody has looked yet");
    let reload = |status| -> Value {
        let answer = host.reload();
        assert_eq!(answer.status, status, "{answer:?}");
        answer.json()
    };
    assert_eq!(reload(200), json!({"loaded": ["intent/2"], "unloaded": [], "refused": []}));
    assert_eq!(intent(&host.get("/intent?query=a")), 2);
    // in place, under the same number
    put(dir.path(), 2, &constant(20));
    assert_eq!(reload(200)["loaded"], json!(["intent/2"]));
    assert_eq!(intent(&host.get("/intent?query=a")), 20);
    // half a component in its place: the old one goes on
    put(dir.path(), 2, &constant(30)[..2000]);
    let refused = reload(422);
    assert!(
        refused["refused"][0].as_str().unwrap().starts_with("intent/2: not a valid"),
        "{refused}"
    );
    assert_eq!(intent(&host.get("/intent?query=a")), 20);
    assert_eq!(reload(200)["refused"], json!([]), "and is not tried again until it changes");
    put(dir.path(), 3, b"");
    assert_eq!(reload(422)["loaded"], json!([]));
    assert_eq!(intent(&host.get("/intent?query=a")), 20);
    // a policy that cannot be: what served goes on
    policy(dir.path(), "[models.intent]\nlatest = 1\n");
    let said = reload(422)["refused"][0].as_str().unwrap().to_owned();
    assert!(said.contains("models.toml") && said.contains("unknown field `latest`"), "{said}");
    assert_eq!(intent(&host.get("/intent?query=a&version=1")), 1);
    policy(dir.path(), "[models.intent]\nversions = { latest = 2 }\n");
    fs::remove_dir_all(dir.path().join("intent/3")).unwrap();
    assert_eq!(reload(200)["unloaded"], json!([]));
    fs::remove_dir_all(dir.path().join("intent/2")).unwrap();
    assert_eq!(reload(200)["unloaded"], json!(["intent/2"]));
    assert_eq!(host.get("/intent?query=a&version=2").status, 404);
    // the last one stays: an empty directory is rather an accident
    fs::remove_dir_all(dir.path().join("intent/1")).unwrap();
    assert_eq!(reload(200)["unloaded"], json!([]));
    assert_eq!(intent(&host.get("/intent?query=a")), 1);
    assert_eq!(host.get("/v1/reload").status, 404, "not on the public listener");
    assert_eq!(host.admin("GET", "/v1/reload").status, 405);
}

#[test]
fn the_directory_is_watched() {
    let dir = models(&[(1, constant(1))]);
    let host = Host::start(dir.path(), &["--watch-ms", "20"]);
    put(dir.path(), 7, &constant(7));
    host.until(|| intent(&host.get("/intent?query=a")) == 7);
    let other = dir.path().join("other/1");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("intent.wasm"), constant(8)).unwrap();
    host.until(|| host.get("/metrics").body.contains("intent_version_loads_total 3\n"));
}

#[test]
fn golden_questions_are_asked_before_a_version_serves() {
    let dir = models(&[(1, golden(1, 1))]);
    let host = by_hand(dir.path());
    assert_eq!(intent(&host.get("/intent?query=a")), 1);
    put(dir.path(), 2, &golden(2, 1));
    let said = host.reload().json()["refused"][0].as_str().unwrap().to_owned();
    assert!(said.contains("golden question 1 is not the one that was baked in"), "{said}");
    assert_eq!(intent(&host.get("/intent?query=a")), 1);
}

#[test]
fn compiled_components_are_kept_checked_and_never_trusted_from_others() {
    let (dir, cache) = (models(&[(1, constant(1))]), tempfile::tempdir().unwrap());
    let cache = cache.path().join("compiled");
    let start = || {
        let flag = cache.to_str().unwrap();
        let host = Host::cached(dir.path(), &["--cache", flag, "--watch-ms", "0"]);
        assert_eq!(intent(&host.get("/intent?query=a")), 1);
        host
    };
    start();
    let files = |end: &str| -> Vec<std::path::PathBuf> {
        let all = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.to_str().unwrap().ends_with(end)).collect()
    };
    let compiled = files(".cwasm");
    assert_eq!((compiled.len(), files(".sha256").len()), (1, 1));
    assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    let made = |path: &Path| fs::metadata(path).unwrap().len();
    let size = made(&compiled[0]);
    assert!(!start().log().contains("compiling again"));
    // of another engine, as after an update: compiled again, aloud
    fs::write(&compiled[0], b"\x7fELF of something else").unwrap();
    assert!(start().log().contains("compiling again"));
    assert_eq!(made(&compiled[0]), size);
    // a directory that others can write to is not used
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
    let log = start().log();
    assert!(log.contains("no compile cache") && log.contains("chmod 700"), "{log}");
}

#[test]
fn a_batch_answers_line_for_line() {
    let dir = models(&[(1, constant(1))]);
    let host = by_hand(dir.path());
    let kind = "application/x-ndjson";
    let body = "{\"query\": \"a\", \"id\": [7]}\n\"b\"\n\nnonsense\n{\"query\": \" \"}\r\n\"last\"";
    let answer = host.post("/intent/batch", kind, body);
    assert_eq!(answer.status, 200);
    assert!(answer.has("x-model-version: 1"), "{answer:?}");
    let lines: Vec<Value> =
        answer.unchunked().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let good = json!({"intent": 1, "probability": "0.73105860"});
    assert_eq!(lines[0], json!({"id": [7], "intent": 1, "probability": "0.73105860"}));
    assert_eq!((&lines[1], &lines[4], lines.len()), (&good, &good, 5));
    assert_eq!(lines[2]["error"]["type"], "urn:posos-intent:problem:bad-line");
    assert_eq!(lines[3]["error"]["type"], "urn:posos-intent:problem:blank-query");
    let many = "\"a\"\n".repeat(20_000);
    let start = Instant::now();
    let answer = host.post("/intent/batch?top=1", kind, &many);
    assert_eq!(answer.unchunked().lines().filter(|l| l.contains("\"top\"")).count(), 20_000);
    assert!(start.elapsed() < Duration::from_secs(30));
    let long = format!("\"{}\"\n\"a\"\n", "a".repeat(70_000));
    assert!(host.post("/intent/batch", kind, &long).unchunked().contains("query-too-long"));
    let endless = "a".repeat(200_000);
    assert!(host.post("/intent/batch", kind, &endless).unchunked().contains("body-too-long"));
    assert_eq!(host.post("/intent/batch?query=a", kind, "").status, 400);
    assert_eq!(host.post("/intent/batch", "text/html", "").status, 415);
}

#[test]
fn top_and_explanations_come_after_the_two_keys() {
    let dir = models(&[(1, constant(5))]);
    let host = by_hand(dir.path());
    assert_eq!(
        host.get("/intent?query=a&top=5").body,
        r#"{"intent": 5, "probability": "0.73105860", "top": [{"intent":5,"label":"b","probability":"0.73105860"},{"intent":4,"label":"a","probability":"0.26894143"}]}"#
    );
    let explained = host.get("/intent?query=h%C3%A9&explain=true");
    assert!(
        explained
            .body
            .starts_with(r#"{"intent": 5, "probability": "0.73105860", "explanation": {"#)
    );
    let explanation = &explained.json()["explanation"];
    assert_eq!((&explanation["bias"], &explanation["margin"]), (&json!(1.0), &json!(1.0)));
    let words = |c: &&Value| c["family"] == "words";
    let contributions = explanation["contributions"].as_array().unwrap();
    assert_eq!(
        contributions.iter().find(words).unwrap(),
        &json!({"start": 0, "end": 3, "family": "words", "share": 0.0})
    );
}
