//! Guests that misbehave, as real components: each costs its own request and no other.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{Host, guest, models};
use std::time::{Duration, Instant};

/// Serves a guest and asks it; checks that the host answers others before and after.
fn ask(body: &str) -> (u16, String, Duration) {
    let dir = models(&[(1, guest(body))]);
    let host = Host::start(dir.path(), &["--deadline-ms", "100"]);
    let start = Instant::now();
    let mut last = (0, String::new(), Duration::ZERO);
    for _ in 0..3 {
        let answer = host.get("/intent?query=a");
        last = (answer.status, answer.json()["type"].as_str().unwrap().to_owned(), start.elapsed());
        assert_eq!(host.get("/healthz").status, 200);
    }
    last
}

#[test]
fn an_endless_loop_does_not_outlive_its_deadline() {
    let (status, kind, took) = ask("(loop $l br $l) unreachable");
    assert_eq!((status, kind.as_str()), (500, "urn:posos-intent:problem:deadline"));
    // three calls of 100 ms and a tick each, and a busy machine
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn traps_recursion_and_memory_bombs_are_that_request_s_500() {
    for body in [
        "unreachable",
        "(call $recurse (i32.const 0))",
        "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable",
        // a result that lies outside the memory
        "(i32.const -16)",
    ] {
        let (status, kind, _) = ask(body);
        assert_eq!(
            (status, kind.as_str()),
            (500, "urn:posos-intent:problem:model-failed"),
            "{body}"
        );
    }
}
