//! A client that sends what it is told to, over a socket of its own.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default = "get")]
    pub(crate) method: String,
    pub(crate) target: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    /// How often the last character of the body, or of the target where there is none, comes again.
    #[serde(default)]
    repeat: usize,
    pub(crate) status: u16,
    /// Content-Type, where it is no problem.
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
    /// Type of the problem.
    #[serde(default)]
    pub(crate) problem: Option<String>,
    #[serde(default)]
    pub(crate) allow: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

impl Case {
    pub(crate) fn get(target: &str) -> Self {
        let case = serde_json::json!({ "name": target, "target": target, "status": 200 });
        serde_json::from_value(case).unwrap()
    }
}

/// What is compared of a response: what its client sees of the service, not of the server below.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: Option<String>,
    pub(crate) allow: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) body: String,
}

/// Asks `address`, which is host:port, or a URL of it.
pub(crate) fn ask(address: &str, case: &Case) -> Answer {
    let address = address.trim_start_matches("http://").trim_end_matches('/');
    let (mut target, mut body) = (case.target.clone(), case.body.clone());
    let long = body.as_mut().unwrap_or(&mut target);
    let again = long.chars().last().map(|c| c.to_string()).unwrap_or_default();
    *long += &again.repeat(case.repeat);
    let mut request = format!("{} {target} HTTP/1.1\r\nHost: localhost\r\n", case.method);
    for (name, value) in &case.headers {
        request += &format!("{name}: {value}\r\n");
    }
    if let Some(body) = &body {
        request += &format!("Content-Length: {}\r\n", body.len());
    }
    request += &format!("Connection: close\r\n\r\n{}", body.unwrap_or_default());
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // a server may answer before it has read a body that it refuses, and close
    let _ = stream.write_all(request.as_bytes());
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    parse(&bytes).unwrap_or_else(|| panic!("{}: {:?}", case.name, String::from_utf8_lossy(&bytes)))
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let (head, mut body) = (std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut whole = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        while !body.is_empty() {
            let line = body.windows(2).position(|w| w == b"\r\n")?;
            let size = std::str::from_utf8(&body[..line]).ok()?;
            let size = usize::from_str_radix(size, 16).ok()?;
            whole.extend(body.get(line + 2..line + 2 + size)?);
            body = body.get(line + 2 + size + 2..)?;
        }
    } else {
        whole.extend(body);
    }
    let header = |name: &str| headers.get(name).cloned();
    let (kind, allow) = (header("content-type"), header("allow"));
    Some(Answer {
        status,
        kind,
        allow,
        version: header("x-model-version"),
        body: String::from_utf8(whole).ok()?,
    })
}
