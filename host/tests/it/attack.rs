//! Clients that misbehave: each costs its own connection and no other, and reads why.
use crate::common::{Answer, Host, constant, models};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

const GOOD: &str = "GET /intent?query=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

fn host(flags: &[&str]) -> (tempfile::TempDir, Host) {
    let dir = models(&[(1, constant(26))]);
    let host = Host::start(dir.path(), flags);
    (dir, host)
}

fn kind(answer: &Answer) -> String {
    answer.json()["type"].as_str().unwrap().trim_start_matches("urn:posos-intent:problem:").into()
}

#[test]
fn a_head_has_bounds() {
    let (_dir, host) = host(&[]);
    let with = |headers: &str| {
        host.raw(&format!("GET /intent?query=a HTTP/1.1\r\nConnection: close\r\n{headers}\r\n"))
    };
    let many = |n: usize| {
        (0..n).fold(String::new(), |mut all, i| {
            write!(all, "X-{i}: y\r\n").unwrap();
            all
        })
    };
    // with `Connection`
    assert_eq!(with(&many(63)).status, 200);
    assert_eq!(with(&many(65)).status, 431);
    // what was not read may reset the connection before the status is read
    assert!([0, 431].contains(&with(&many(20_000)).status));
    assert!([0, 431].contains(&with(&format!("X: {}\r\n", "y".repeat(200_000))).status));
    let url = |n: usize| host.get(&format!("/intent?query={}", "a".repeat(n)));
    assert_eq!(kind(&url(65_000)), "query-too-long");
    assert!([0, 414, 431].contains(&url(66_000).status));
    assert_eq!(host.raw(GOOD).status, 200);
}

#[test]
fn what_is_not_http_is_refused_or_closed() {
    let (_dir, host) = host(&[]);
    let tls = "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}";
    let smuggled = "POST /intent HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\
                    Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n";
    for request in [
        "\r\n\r\n\r\nnonsense\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        tls,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /intent?query=a HTTP/9.9\r\n\r\n",
        "GET /intent?query=\u{1} HTTP/1.1\r\n\r\n",
        "GET /intent?query=a HTTP/1.1\r\nBad Header\r\n\r\n",
        "GET /intent?query=a HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /intent HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /intent HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        smuggled,
    ] {
        // nothing more is coming: a host that waits for the rest closes, too
        let mut stream = host.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let answer = String::from_utf8_lossy(&bytes);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{request:?}: {answer}");
        assert_eq!(host.raw(GOOD).status, 200, "{request:?}");
    }
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let (_dir, host) = host(&[]);
    let answer = host.raw("GET /intent?query=a HTTP/1.0\r\n\r\n");
    assert!(answer.head.starts_with("http/1.0 200"), "{answer:?}");
    assert_eq!(answer.json()["intent"], 26);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let (_dir, host) = host(&[]);
    let mut request = String::new();
    for i in 0..100 {
        let path = if i % 3 == 0 { "/intent?query=a" } else { "/healthz" };
        write!(request, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    }
    let answer = host.raw(&(request + GOOD));
    let whole = format!("{}\r\n\r\n{}", answer.head, answer.body).to_lowercase();
    let kinds: Vec<bool> = whole
        .lines()
        .filter_map(|line| line.strip_prefix("content-type: "))
        .map(|kind| kind.starts_with("application/json"))
        .collect();
    assert_eq!(whole.matches("http/1.1 200").count(), 101);
    assert_eq!(kinds, (0..101).map(|i| i % 3 == 0 || i == 100).collect::<Vec<_>>());
}

#[test]
fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    let (_dir, host) = host(&["--header-timeout-ms", "3000"]);
    let mut stream = host.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal").unwrap();
    let (start, mut some) = (Instant::now(), [0; 12]);
    stream.read_exact(&mut some).unwrap();
    assert_eq!(&some, b"HTTP/1.1 200");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn bodies_have_bounds_in_bytes_and_time() {
    let (_dir, host) =
        host(&["--max-body-kb", "4", "--max-batch-mb", "1", "--body-timeout-ms", "300"]);
    let long = format!("{{\"query\": \"{}\"}}", "a".repeat(5000));
    let stated = host.post("/intent", "application/json", &long);
    assert_eq!((stated.status, stated.json()["limit"].as_u64()), (413, Some(4096)));
    let chunked = format!(
        "POST /intent HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{long}\r\n0\r\n\r\n",
        long.len()
    );
    assert_eq!(host.raw(&chunked).status, 413);
    // a batch is streamed: its end says why
    let batch = "\"a\"\n".repeat(300_000);
    let answer = host.post("/intent/batch", "application/x-ndjson", &batch);
    assert!(answer.status == 0 || answer.body.contains("body-too-long"), "{}", answer.status);
    for (head, want) in [
        ("POST /intent HTTP/1.1\r\nContent-Length: 100", "HTTP/1.1 408"),
        ("POST /intent HTTP/1.1\r\nTransfer-Encoding: chunked", "HTTP/1.1 408"),
        ("POST /intent/batch HTTP/1.1\r\nTransfer-Encoding: chunked", "body-too-slow"),
    ] {
        let mut slow = host.connect();
        slow.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let start = Instant::now();
        let mut bytes = Vec::new();
        let _ = slow.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(want), "{head}: {text}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
    assert_eq!(host.raw(GOOD).status, 200);
}

#[test]
fn a_connection_too_many_is_told_so() {
    let (_dir, host) = host(&["--max-connections", "8"]);
    let mut open: Vec<_> = (0..8).map(|_| host.connect()).collect();
    for stream in &mut open {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        stream.read_exact(&mut [0; 12]).unwrap();
    }
    let mut refused = host.connect();
    let mut text = String::new();
    refused.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    assert!(text.contains("retry-after: 1\r\n"), "{text}");
    // a place that is free again is given again
    drop(open);
    host.until(|| host.raw(GOOD).status == 200);
}

#[test]
fn a_token_is_wanted_where_there_is_one() {
    let dir = models(&[(1, constant(26))]);
    let file = dir.path().join("token");
    std::fs::write(&file, "s3cret-t0ken\n").unwrap();
    let host = Host::start(dir.path(), &["--token-file", file.to_str().unwrap()]);
    let with = |header: &str| {
        host.raw(&format!("GET /intent?query=a HTTP/1.1\r\nConnection: close\r\n{header}\r\n"))
    };
    for header in [
        "",
        "Authorization: Bearer s3cret-t0ke\r\n",
        "Authorization: Bearer s3cret-t0kenn\r\n",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer\r\n",
        "Authorization: s3cret-t0ken\r\n",
        "Authorization: Basic s3cret-t0ken\r\n",
        "Authorization: Bearer \u{ff}\r\n",
    ] {
        let answer = with(header);
        assert_eq!((answer.status, kind(&answer).as_str()), (401, "unauthorized"), "{header}");
        assert!(answer.has("www-authenticate: Bearer"), "{answer:?}");
    }
    assert_eq!(with("Authorization: Bearer s3cret-t0ken\r\n").status, 200);
    assert_eq!(with("authorization: bearer s3cret-t0ken\r\n").status, 200);
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 401), ("/x", 401)] {
        assert_eq!(host.get(path).status, status, "{path}");
    }
    assert!(!host.log().contains("s3cret-t0ken"));
}

#[test]
fn cors_is_off_unless_it_is_on() {
    let ask = |host: &Host, line: &str, header: &str| {
        host.raw(&format!("{line} HTTP/1.1\r\nConnection: close\r\n{header}\r\n"))
    };
    let (get, options) = ("GET /intent?query=a", "OPTIONS /intent");
    let preflight = "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n";
    let (_dir, off) = host(&[]);
    let answer = ask(&off, get, "Origin: https://a.example\r\n");
    assert!(answer.status == 200 && !answer.head.contains("access-control"), "{answer:?}");
    let answer = ask(&off, options, preflight);
    assert!(answer.status == 405 && !answer.head.contains("access-control"), "{answer:?}");

    let (_dir, on) = host(&["--cors-origin", "https://a.example,https://b.example"]);
    let answer = ask(&on, get, "Origin: https://a.example\r\n");
    assert!(answer.has("access-control-allow-origin: https://a.example"), "{answer:?}");
    assert!(answer.has("vary: origin"), "{answer:?}");
    let answer = ask(&on, options, preflight);
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(answer.head.contains("access-control-allow-methods: "), "{answer:?}");
    for other in ["https://c.example", "https://a.example.evil", "null", "http://a.example"] {
        let answer = ask(&on, get, &format!("Origin: {other}\r\n"));
        assert!(!answer.head.contains("access-control"), "{answer:?}");
    }
}
