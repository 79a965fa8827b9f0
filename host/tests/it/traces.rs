//! Spans arrive at a collector, and nothing of a query with them.
use crate::common::{Host, constant, models};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

#[test]
fn a_request_is_a_span_under_its_parent_s() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let received = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        // the head says how long the body is
        loop {
            let count = stream.read(&mut part).unwrap();
            bytes.extend_from_slice(&part[..count]);
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            let length = text.split_once("content-length: ").and_then(|(_, rest)| {
                let length: usize = rest.split("\r\n").next()?.parse().ok()?;
                Some(bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4 + length)
            });
            if count == 0 || length.is_some_and(|length| bytes.len() >= length) {
                break;
            }
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        bytes
    });
    let dir = models(&[(1, constant(1))]);
    let mut host = Host::traced(dir.path(), &endpoint);
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let answer = host.raw(&format!(
        "GET /intent?query=secretword HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         traceparent: 00-{trace}-b7ad6b7169203331-01\r\n\r\n"
    ));
    assert_eq!(answer.status, 200);
    host.terminate();
    assert!(host.wait().success());
    let bytes = received.join().unwrap();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
    let id: Vec<u8> =
        (0..16).map(|i| u8::from_str_radix(&trace[2 * i..2 * i + 2], 16).unwrap()).collect();
    assert!(has(b"POST /v1/traces") && has(b"GET /intent") && has(b"http.route"));
    assert!(has(&id), "the parent's trace goes on");
    assert!(has(b"intent-host") && has(b"intent.model.version"));
    assert!(!has(b"secretword"));
}
