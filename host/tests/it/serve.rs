//! The host over a real socket: formats, refusals, draining, damaged versions.
use crate::common::{Host, constant, models};
use std::io::{Read, Write};
use std::process::Command;

#[test]
fn the_answer_has_exactly_the_agreed_format() {
    let dir = models(&[(1, constant(26))]);
    let host = Host::start(dir.path(), &[]);
    let answer = host.get("/intent?query=risques+poisson+cru+pendant+la+grossesse+%3F");
    assert_eq!(answer.status, 200);
    // 1/(1+e^-1) in f32
    assert_eq!(answer.body, r#"{"intent": 26, "probability": "0.73105860"}"#);
    assert!(answer.has("content-type: application/json"), "{answer:?}");
    let head = host.send("HEAD", "/intent?query=a");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.has("content-length: 43"), "{head:?}");
}

#[test]
fn refusals_say_what_to_do() {
    let dir = models(&[(1, constant(1))]);
    let host = Host::start(dir.path(), &[]);
    let long = format!("/intent?query={}", "a".repeat(4097));
    // 4096 bytes in 3 characters each of the URL
    let longest = format!("/intent?query={}", "%C3%A9".repeat(2048));
    assert_eq!(host.get(&longest).status, 200);
    for (method, target, status, kind, word) in [
        ("GET", "/intent", 400, "missing-query", "/intent?query="),
        ("GET", "/intent?q=a", 400, "missing-query", "`query`"),
        ("GET", "/intent?query=", 400, "blank-query", "blank"),
        ("GET", "/intent?query=%20+%09", 400, "blank-query", "blank"),
        ("GET", "/intent?query=%ff%fe", 400, "query-not-utf8", "UTF-8"),
        ("GET", "/intent?query=a&query=b", 400, "duplicated-query", "more than once"),
        ("GET", long.as_str(), 414, "query-too-long", "the limit is 4096"),
        ("GET", "/intents?query=a", 404, "not-found", "/intent?query="),
        ("PUT", "/intent?query=a", 405, "method-not-allowed", "GET, HEAD, POST"),
        ("GET", "/intent/batch", 405, "method-not-allowed", "POST"),
        ("POST", "/intent", 400, "bad-json", "line 1"),
        ("GET", "/intent?query=a&top=0", 400, "bad-parameter", "`top`"),
        ("GET", "/intent?query=a&top=x", 400, "bad-parameter", "whole number"),
        ("GET", "/intent?query=a&top=1&top=1", 400, "bad-parameter", "more than once"),
        ("GET", "/intent?query=a&explain=yes", 400, "bad-parameter", "`true` or `false`"),
        ("GET", "/intent?query=a&version=1&label=x", 400, "bad-parameter", "one of them"),
        ("GET", "/intent?query=a&version=7", 404, "no-such-version", "Version 7"),
        ("GET", "/intent?query=a&label=x", 404, "no-such-label", "Leave `label` out"),
        ("DELETE", "/readyz", 405, "method-not-allowed", "GET"),
    ] {
        let answer = host.send(method, target);
        let target: String = target.chars().take(40).collect();
        assert_eq!(answer.status, status, "{target}");
        assert!(answer.has("content-type: application/problem+json"), "{answer:?}");
        let body = answer.json();
        assert_eq!(body["type"], format!("urn:posos-intent:problem:{kind}"), "{target}");
        assert_eq!(body["status"], status, "{target}");
        assert!(body["detail"].as_str().unwrap().contains(word), "{target}: {body}");
        assert_eq!(answer.head.contains("\nallow: "), status == 405, "{answer:?}");
    }
    assert_eq!(host.get(&long).json()["limit"], 4096);
}

#[test]
fn what_is_not_http_or_too_much_of_it_costs_its_connection_only() {
    let dir = models(&[(1, constant(1))]);
    let host = Host::start(dir.path(), &["--header-timeout-ms", "200"]);
    // closed, with or without a 400
    assert!([0, 400].contains(&host.raw("hello\r\n\r\n").status));
    let huge = |n: usize| {
        format!("GET /intent?query={} HTTP/1.1\r\nConnection: close\r\n\r\n", "a".repeat(n))
    };
    assert_eq!(host.raw(&huge(60_000)).json()["limit"], 4096);
    // closed, with or without a status: what was not read may reset the connection
    assert!([0, 414, 431].contains(&host.raw(&huge(70_000)).status));
    assert!([0, 414, 431].contains(&host.raw(&huge(1_000_000)).status));
    // a head that never ends is closed at the timeout
    let mut slow = host.connect();
    slow.write_all(b"GET /intent?query=a HTTP/1.1\r\nHos").unwrap();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    assert_eq!(host.get("/intent?query=a").status, 200);
}

#[test]
fn health_and_the_drain() {
    let dir = models(&[(1, constant(1))]);
    let mut host = Host::start(dir.path(), &[]);
    assert_eq!(host.get("/healthz").body, "ok\n");
    assert_eq!(host.get("/readyz").body, "ready\n");
    // a request whose head is half sent when the signal comes is still answered
    let mut begun = host.connect();
    begun.write_all(b"GET /intent?query=a HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut open = host.connect();
    open.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut some = [0; 12];
    open.read_exact(&mut some).unwrap();
    host.terminate();
    std::thread::sleep(std::time::Duration::from_millis(200));
    begun.write_all(b"\r\n").unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(host.wait().success());
}

#[test]
fn nothing_of_a_query_is_logged() {
    let dir = models(&[(1, constant(1))]);
    let mut host = Host::start(dir.path(), &[]);
    for target in ["/intent?query=secretword", "/intent?query=secretword&query=b", "/secretword"] {
        host.get(target);
    }
    host.get(&format!("/intent?query={}", "secretword".repeat(500)));
    host.terminate();
    host.wait();
    let log = host.log();
    assert!(log.contains("serving"), "{log}");
    let own: Vec<&str> = log.lines().filter(|l| l.contains("\"target\":\"intent_host")).collect();
    assert!(!own.is_empty());
    assert!(!own.iter().any(|l| l.contains("secretword")), "{own:?}");
}

#[test]
fn the_highest_version_serves_and_a_damaged_one_is_passed_over_aloud() {
    let good = constant(1);
    let dir = models(&[(2, constant(2)), (10, constant(10)), (9, good.clone())]);
    std::fs::create_dir(dir.path().join("intent/.partial-x")).unwrap();
    assert!(Host::start(dir.path(), &[]).get("/intent?query=a").body.contains("\"intent\": 10,"));
    std::fs::write(dir.path().join("intent/10/intent.wasm"), &good[..good.len() / 2]).unwrap();
    let host = Host::start(dir.path(), &[]);
    assert!(host.get("/intent?query=a").body.contains("\"intent\": 1,"));
    assert!(host.log().contains("version refused"), "{}", host.log());
}

#[test]
fn no_model_that_serves_is_a_message_and_exit_code_1() {
    let imports =
        wat::parse_str("(component (import \"wasi:cli/stdout@0.2.0\" (instance)))").unwrap();
    let world = wat::parse_str("(component (core module))").unwrap();
    let truncated = constant(1)[..1000].to_vec();
    for (component, word) in [
        (Some(truncated), "not a valid WebAssembly component"),
        (Some(imports), "imports wasi:cli/stdout@0.2.0; a model must import nothing"),
        (Some(world), "does not implement posos:intent/classifier"),
        (None, "train one with `make train`"),
    ] {
        let dir = models(&component.map(|c| (1, c)).into_iter().collect::<Vec<_>>());
        let output = Command::new(env!("CARGO_BIN_EXE_intent-host"))
            .args(["serve", "--listen", "127.0.0.1:0", "--models", dir.path().to_str().unwrap()])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn an_address_in_use_and_wrong_flags() {
    let dir = models(&[(1, constant(1))]);
    let host = Host::start(dir.path(), &[]);
    let run = |flags: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_intent-host")).args(flags).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let models = dir.path().to_str().unwrap();
    let (code, error) = run(&["serve", "--models", models, "--listen", &host.address]);
    assert_eq!(code, Some(1));
    assert!(error.contains("cannot listen on 127.0.0.1"), "{error}");
    assert_eq!(run(&["serve", "--deadline-ms", "0"]).0, Some(2));
    assert_eq!(run(&[]).0, Some(2));
}

/// As a container's health check asks it: ready, stopping, gone.
#[test]
fn the_health_check_is_the_exit_code() {
    let dir = models(&[(1, constant(1))]);
    let host = Host::start(dir.path(), &[]);
    let check = |address: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_intent-host"));
        let output = command.arg("healthcheck").env("INTENT_LISTEN", address).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let port = host.address.rsplit(':').next().unwrap().to_owned();
    assert_eq!(check(&host.address), (Some(0), String::new()));
    assert_eq!(check(&format!("0.0.0.0:{port}")), (Some(0), String::new()));
    let address = host.address.clone();
    drop(host);
    let (code, error) = check(&address);
    assert_eq!(code, Some(1));
    assert!(error.contains("nothing listens on 127.0.0.1"), "{error}");
    // what accepts and says nothing; then the same socket, as a host that stops
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (code, error) = check(&address);
    assert_eq!(code, Some(1));
    assert!(error.contains("does not answer within 2000 ms"), "{error}");
    let stopping = std::thread::spawn(move || {
        // the first of the backlog has gone
        for mut stream in listener.incoming().take(2).map(Result::unwrap) {
            // asked first: an answer to nothing is no HTTP, as a busy machine once showed
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 503 X\r\ncontent-length: 8\r\n\r\nstopping");
        }
    });
    let (code, error) = check(&address);
    assert_eq!(code, Some(1));
    assert!(error.starts_with("error: not ready: 503") && error.contains("stopping"), "{error}");
    stopping.join().unwrap();
}

#[test]
fn help_is_as_golden() {
    for (name, flags) in [
        ("help", &["--help"][..]),
        ("serve", &["serve", "--help"]),
        ("healthcheck", &["healthcheck", "--help"]),
    ] {
        let golden = format!("{}/tests/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(env!("CARGO_BIN_EXE_intent-host"))
            .args(flags)
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &help).unwrap();
        }
        assert_eq!(
            help,
            std::fs::read_to_string(&golden).unwrap_or_default(),
            "UPDATE_GOLDEN=1 writes {golden}"
        );
    }
}
