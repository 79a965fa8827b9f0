//! Memory does not grow with what was served.

use crate::common::{Host, constant, models};
use crate::soak::{alone, load, setting};
use std::fs;

#[test]
fn memory_stays_over_requests() {
    requests(3_000, 15_000, 5.0);
}

#[test]
#[ignore = "minutes: make soak"]
fn memory_stays_over_a_million_requests() {
    let last = setting("REQUESTS", 1e6);
    requests((last / 10.0) as u64, last as u64, 1.0);
}

#[test]
fn memory_stays_over_loads() {
    loads(true, 10, 40, 5.0);
}

#[test]
#[ignore = "minutes: make soak"]
fn memory_stays_over_500_loads() {
    loads(true, 20, setting("LOADS", 500.0) as u32, 2.0);
}

#[test]
#[ignore = "minutes: make soak"]
fn memory_stays_over_500_compilations() {
    // the compiler's threads have each their arena of malloc, which fill over some hundred loads
    loads(false, 300, setting("LOADS", 500.0) as u32, 2.0);
}

fn requests(first: u64, last: u64, most: f64) {
    let _alone = alone();
    let dir = models(&[(1, constant(26))]);
    let host = Host::quiet(dir.path(), &["--watch-ms", "0"]);
    let clients = load::runtime();
    let mut served = 0;
    let mut until = |n: u64| {
        while served < n {
            // in parts, so that the outcomes of a million are not all kept
            let part = (n - served).min(50_000);
            let outcomes = load::closed(&clients, &host.address, 8, &|count| count >= part);
            assert_eq!(load::with(&outcomes, 200), outcomes.len());
            served += outcomes.len() as u64;
        }
        (served, host.resident())
    };
    let ((first, before), (last, after)) = (until(first), until(last));
    let growth = (after / before - 1.0) * 100.0;
    println!(
        "soak: resident {:.2} MB after {first} requests, {:.2} MB after {last}: {growth:+.2} %",
        before / 1e6,
        after / 1e6
    );
    assert!(growth < most, "{growth} %");
}

/// Version 2 is loaded and unloaded, again and again: out of the compile cache or compiled.
fn loads(cached: bool, before: u32, cycles: u32, most: f64) {
    let _alone = alone();
    let dir = models(&[(1, constant(1)), (2, constant(2))]);
    let cache = dir.path().join("cache");
    let flags = ["--watch-ms", "0", "--admin-listen", "127.0.0.1:0"];
    let host = match cached {
        true => {
            Host::logged(dir.path(), &[&flags[..], &["--cache", cache.to_str().unwrap()]].concat())
        }
        false => Host::quiet(dir.path(), &flags),
    };
    let (there, away) = (dir.path().join("intent/2"), dir.path().join("intent/.2"));
    let cycle = || {
        for (from, to, intent) in [(&there, &away, 1), (&away, &there, 2)] {
            fs::rename(from, to).unwrap();
            assert_eq!(host.reload().status, 200);
            assert_eq!(host.get("/intent?query=a").json()["intent"], intent);
        }
    };
    (0..before).for_each(|_| cycle());
    let before = host.resident();
    (0..cycles).for_each(|_| cycle());
    let growth = (host.resident() / before - 1.0) * 100.0;
    let how = if cached { "out of the cache" } else { "compiled" };
    println!("soak: resident {:.2} MB, {growth:+.2} % after {cycles} loads {how}", before / 1e6);
    assert!(growth < most, "{growth} %");
}
