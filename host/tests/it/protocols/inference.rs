//! The Open Inference Protocol, version 2.

use crate::common::{Host, constant, models};
use crate::protocols::{Transcript, exchange};
use serde_json::json;

#[test]
fn is_as_the_protocol_says() {
    let dir = models(&[(3, constant(3)), (7, constant(7))]);
    let host = Host::start(dir.path(), &["--watch-ms", "0"]);
    let mut t = Transcript::new(&host);
    for target in [
        "/v2",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/intent",
        "/v2/models/intent/versions/3",
        "/v2/models/intent/ready",
        "/v2/models/intent/versions/3/ready",
    ] {
        t.get(target);
    }
    for (target, body) in [
        (
            "intent/infer",
            r#"{"id": "42", "parameters": {"priority": 1}, "inputs": [{"name": "query", "shape": [2], "datatype": "BYTES", "data": ["foo", "bar"]}]}"#,
        ),
        (
            "intent/versions/3/infer",
            r#"{"inputs": [{"name": "query", "shape": [2, 1], "datatype": "BYTES", "data": [["foo"], ["bar"]]}], "outputs": [{"name": "intent"}]}"#,
        ),
        (
            "intent/infer",
            r#"{"inputs": [{"name": "query", "shape": [2, 1], "datatype": "BYTES", "data": ["foo", "bar"]}], "outputs": [{"name": "label"}, {"name": "probability", "parameters": {"binary_data": true}}]}"#,
        ),
    ] {
        t.post(&format!("/v2/models/{target}"), body);
    }
    // as tritonclient sends it
    let input = r#"{"inputs":[{"name":"query","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":14}}],"parameters":{"binary_data_output":true}}"#;
    let body = [input.as_bytes(), b"\x03\0\0\0foo\x03\0\0\0bar"].concat();
    let header = format!("Inference-Header-Content-Length: {}", input.len());
    t.say("POST", "/v2/models/intent/infer", &header, &body);
    t.is_as_golden("inference.txt");
    let head = host.send("HEAD", "/v2/models/intent");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn refuses_in_its_own_words() {
    let dir = models(&[(3, constant(3))]);
    let host = Host::start(dir.path(), &[]);
    let mut t = Transcript::new(&host);
    for target in [
        "/v2/",
        "/v2/other",
        "/v2/models/other",
        "/v2/models/other/ready",
        "/v2/models/intent/versions/4",
        "/v2/models/intent/versions/x/ready",
        "/v2/models/%zz",
        "/v2/models/intent/infer",
    ] {
        t.get(target);
    }
    t.say("DELETE", "/v2", "", b"");
    t.say("POST", "/v2/models/intent", "", b"{}");
    let input = |shape: &str, data: &str| {
        let (name, kind) = (r#""name": "query""#, r#""datatype": "BYTES""#);
        format!(r#"{{"inputs": [{{{name}, {kind}, "shape": {shape}, {data}}}]}}"#)
    };
    let more = |rest: &str| {
        let body = input("[1]", r#""data": ["a"]"#);
        format!("{}, {rest}}}", &body[..body.len() - 1])
    };
    t.post("/v2/models/other/infer", &input("[1]", r#""data": ["a"]"#));
    t.post("/v2/models/intent/versions/4/infer", &input("[1]", r#""data": ["a"]"#));
    for body in [
        "{".to_owned(),
        "{}".to_owned(),
        r#"{"inputs": []}"#.to_owned(),
        input("[1]", r#""data": ["a"]"#).replace("query", "text"),
        input("[1]", r#""data": ["a"]"#).replace("BYTES", "FP32"),
        input("[1, 2]", r#""data": ["a", "b"]"#),
        input("[0]", r#""data": []"#),
        input("[1025]", r#""data": ["a"]"#),
        input("[18446744073709551615]", r#""data": ["a"]"#),
        input("[-1]", r#""data": ["a"]"#),
        input("[2]", r#""data": ["a"]"#),
        input("[2]", r#""data": ["a", 1]"#),
        input("[2]", r#""data": ["a", " "]"#),
        input("[1]", r#""data": [["a"]]"#),
        input("[1]", r#""parameters": {}"#),
        input("[1]", r#""parameters": {"binary_data_size": 5}"#),
        input("[1]", r#""data": ["a"], "parameters": {"binary_data_size": 0}"#),
        input("[1]", r#""parameters": {"shared_memory_region": "x"}"#),
        more(r#""outputs": [{"name": "other"}]"#),
        more(r#""outputs": [{"name": "label"}, {"name": "label"}]"#),
        more(r#""outputs": [{"name": "label", "parameters": {"classification": 3}}]"#),
        more(r#""outputs": [{"name": "label", "parameters": {"binary_data": 1}}]"#),
        more(r#""parameters": {"binary_data_output": "yes"}"#),
    ] {
        t.post("/v2/models/intent/infer", &body);
    }
    let json = input("[2]", r#""parameters": {"binary_data_size": 8}"#);
    for (length, tail) in [
        (json.len().to_string(), &b"\x01\0\0\0a\x09\0\0"[..]),
        (json.len().to_string(), b"\x01\0\0\0a\x01\0\0\0b"),
        (json.len().to_string(), b"\x04\0\0\0a\xff\0\0"),
        (json.len().to_string(), b"\0\0\0\0\0\0\0\0"),
        ("100000".to_owned(), b""),
        ("+1".to_owned(), b""),
    ] {
        let header = format!("Inference-Header-Content-Length: {length}");
        let body = [json.as_bytes(), tail].concat();
        t.say("POST", "/v2/models/intent/infer", &header, &body);
    }
    t.is_as_golden("inference-refusals.txt");
    let long = json!({"inputs": [{
        "name": "query", "shape": [2], "datatype": "BYTES", "data": ["a", "b".repeat(4097)]
    }]});
    let body = long.to_string();
    let answer = exchange(&host, "POST", "/v2/models/intent/infer", "", body.as_bytes());
    let text = String::from_utf8(answer.1).unwrap();
    assert!(text.contains("query 1 has 4097 bytes"), "{text}");
}
