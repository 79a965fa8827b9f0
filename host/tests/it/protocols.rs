//! The protocols of others: what is asked of them and what they answer is in tests/golden/.
mod inference;
mod openapi;
mod tensorflow;

use crate::common::Host;
use std::fmt::Write as _;
use std::io::{Read, Write as _};

/// The requests that a host got, and its responses.
struct Transcript<'a> {
    host: &'a Host,
    text: String,
}

impl<'a> Transcript<'a> {
    fn new(host: &'a Host) -> Self {
        Transcript { host, text: String::new() }
    }

    fn get(&mut self, target: &str) {
        self.say("GET", target, "", b"");
    }

    fn post(&mut self, target: &str, body: &str) {
        self.say("POST", target, "", body.as_bytes());
    }

    fn say(&mut self, method: &str, target: &str, headers: &str, body: &[u8]) {
        let (head, answer) = exchange(self.host, method, target, headers, body);
        let _ = writeln!(self.text, "{method} {target}");
        for header in headers.lines() {
            let _ = writeln!(self.text, "{header}");
        }
        if !body.is_empty() {
            let _ =
                writeln!(self.text, "{}", body.escape_ascii().to_string().replace("\\\"", "\""));
        }
        let kept = ["http/", "content-type:", "allow:", "inference-header", "x-model-version:"];
        for line in head.lines().filter(|l| kept.iter().any(|k| l.to_lowercase().starts_with(k))) {
            let _ = writeln!(self.text, "< {line}");
        }
        match serde_json::from_slice::<serde_json::Value>(&answer) {
            Ok(json) => {
                let _ = writeln!(self.text, "{json:#}\n");
            }
            Err(_) => {
                let _ = writeln!(self.text, "{}\n", answer.escape_ascii());
            }
        }
    }

    fn is_as_golden(&self, name: &str) {
        is_as_golden(name, &self.text);
    }
}

/// A request's answer: its head as text, its body as bytes.
fn exchange(
    host: &Host,
    method: &str,
    target: &str,
    headers: &str,
    body: &[u8],
) -> (String, Vec<u8>) {
    let mut stream = host.connect();
    let mut request =
        format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n").into_bytes();
    for header in headers.lines() {
        request.extend_from_slice(format!("{header}\r\n").as_bytes());
    }
    request.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body);
    stream.write_all(&request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

fn is_as_golden(name: &str, text: &str) {
    let golden = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, text).unwrap();
    }
    let kept = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(text, kept, "UPDATE_GOLDEN=1 writes {golden}");
}
