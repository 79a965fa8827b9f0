//! TensorFlow Serving's REST.

use crate::common::{Host, constant, models};
use crate::protocols::{Transcript, exchange};
use serde_json::{Value, json};

/// The forms of the documentation's requests, with our input's name.
#[test]
fn is_as_its_documentation_says() {
    let dir = models(&[(3, constant(3)), (7, constant(7)), (9, b"damaged".to_vec())]);
    std::fs::write(
        dir.path().join("models.toml"),
        "[models.intent]\nlabels = { stable = 3, lost = 8 }\n",
    )
    .unwrap();
    let host = Host::start(dir.path(), &["--watch-ms", "0"]);
    let mut t = Transcript::new(&host);
    for target in [
        "/v1/models/intent/versions/3",
        "/v1/models/intent/labels/stable",
        "/v1/models/intent/metadata",
        "/v1/models/intent/versions/3/metadata",
    ] {
        t.get(target);
    }
    for (target, body) in [
        ("intent:predict", r#"{"instances": ["foo", "bar", "baz"]}"#),
        ("intent:predict", r#"{"instances": [{"query": "foo"}, {"query": {"b64": "YmFy"}}]}"#),
        (
            "intent/versions/3:predict",
            r#"{"signature_name": "serving_default", "instances": [{"b64": "YmFy"}, ["foo"]]}"#,
        ),
        ("intent/labels/stable:predict", r#"{"inputs": ["foo", "bar"]}"#),
        ("intent:predict", r#"{"inputs": {"query": ["foo", {"b64": "YmFy"}]}}"#),
        ("intent:predict", r#"{"inputs": {"b64": "YmFy"}}"#),
        (
            "intent:classify",
            r#"{"examples": [{"query": "foo", "caption": "seaside"}, {"query": {"b64": "YmFy"}}]}"#,
        ),
        (
            "intent/versions/3:classify",
            r#"{"signature_name": "classification", "context": {"query": ["foo"]}, "examples": [{}]}"#,
        ),
    ] {
        t.post(&format!("/v1/models/{target}"), body);
    }
    t.is_as_golden("tensorflow.txt");
    // the reason of a refusal is the engine's words
    let all = host.get("/v1/models/intent").json();
    let status =
        |s: &Value| (s["version"].clone(), s["state"].clone(), s["status"]["error_code"].clone());
    let statuses: Vec<_> =
        all["model_version_status"].as_array().unwrap().iter().map(status).collect();
    let state = |version, state, code| (json!(version), json!(state), json!(code));
    let want = [
        state("9", "END", "FAILED_PRECONDITION"),
        state("7", "AVAILABLE", "OK"),
        state("3", "AVAILABLE", "OK"),
    ];
    assert_eq!(statuses, want);
    let head = host.send("HEAD", "/v1/models/intent/metadata");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn refuses_in_its_own_words() {
    let dir = models(&[(3, constant(3))]);
    std::fs::write(dir.path().join("models.toml"), "[models.intent]\nlabels = { lost = 8 }\n")
        .unwrap();
    let host = Host::start(dir.path(), &[]);
    let mut t = Transcript::new(&host);
    for target in [
        "/v1/models",
        "/v1/models/other",
        "/v1/models/other/metadata",
        "/v1/models/intent/versions/4",
        "/v1/models/intent/versions/4/metadata",
        "/v1/models/intent/versions/x",
        "/v1/models/intent/versions/18446744073709551616",
        "/v1/models/intent/labels/none",
        "/v1/models/intent/labels/lost",
        "/v1/models/intent/other",
        "/v1/models/%ff",
        "/v1/models/intent:predict",
    ] {
        t.get(target);
    }
    t.say("DELETE", "/v1/models/intent", "", b"");
    t.say("PUT", "/v1/models/intent:classify", "", b"");
    for (target, body) in [
        ("other:predict", r#"{"instances": ["a"]}"#),
        ("intent/versions/4:predict", r#"{"instances": ["a"]}"#),
        ("intent/labels/none:predict", r#"{"instances": ["a"]}"#),
        ("intent:forget", r#"{"instances": ["a"]}"#),
        ("intent:regress", r#"{"examples": [{"query": "a"}]}"#),
        ("intent/metadata", ""),
        ("intent:predict", r#"{"instances": "#),
        ("intent:predict", r#"{}"#),
        ("intent:predict", r#"{"instances": ["a"], "inputs": ["a"]}"#),
        ("intent:predict", r#"{"instances": []}"#),
        ("intent:predict", r#"{"instances": ["a", 1]}"#),
        ("intent:predict", r#"{"instances": ["a", " "]}"#),
        ("intent:predict", r#"{"instances": ["a", {"x": "a"}]}"#),
        ("intent:predict", r#"{"instances": [{"query": "a", "x": 1}]}"#),
        ("intent:predict", r#"{"instances": ["a", {"b64": "/w=="}]}"#),
        ("intent:predict", r#"{"instances": ["a"], "signature_name": "x"}"#),
        ("intent:predict", r#"{"inputs": {"x": ["a"]}}"#),
        ("intent:classify", r#"{"examples": []}"#),
        ("intent:classify", r#"{"examples": [{"query": "a"}, {"x": 1}]}"#),
        ("intent:classify", r#"{"examples": [{"query": "a"}], "context": {"query": "a"}}"#),
        ("intent:classify", r#"{"instances": ["a"]}"#),
    ] {
        t.post(&format!("/v1/models/{target}"), body);
    }
    t.is_as_golden("tensorflow-refusals.txt");
    let predict = |queries: Vec<String>| {
        let body = json!({ "instances": queries }).to_string();
        let answer = exchange(&host, "POST", "/v1/models/intent:predict", "", body.as_bytes());
        (answer.0[9..12].to_owned(), String::from_utf8(answer.1).unwrap())
    };
    assert_eq!(predict(vec!["a".into(); 1024]).0, "200");
    for (queries, status, words) in [
        (vec!["a".into(), "b".repeat(4097)], "400", "query 1 has 4097 bytes"),
        (vec!["a".into(); 1025], "400", "the limit of a request is 1024"),
        (vec!["a".repeat(4096); 70], "413", "the limit is 262144 bytes"),
    ] {
        let (said, body) = predict(queries);
        assert_eq!(said, status);
        assert!(body.contains(words), "{body}");
    }
}
