//! Clients that begin a request and stall.

use crate::common::{Host, constant, models};
use crate::soak::{alone, load, setting};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[test]
fn stalled_connections_are_closed() {
    run(300, 1, Duration::from_secs(6), Duration::from_millis(500), f64::INFINITY);
}

#[test]
#[ignore = "minutes: make soak"]
fn stalled_connections_hold_nobody_up() {
    let wanted = setting("STALLED", 10_000.0) as usize;
    run(wanted, 5, Duration::from_secs(25), Duration::from_secs(4), 1.2);
}

/// Descriptors that are not for stalled connections.
const OTHERS: u64 = 200;

fn run(wanted: usize, rounds: u32, timeout: Duration, measured: Duration, most: f64) {
    let _alone = alone();
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let fit = limit.current.map_or(wanted, |n| n.saturating_sub(OTHERS) as usize);
    let count = wanted.min(fit);
    let dir = models(&[(1, constant(1))]);
    let millis = timeout.as_millis().to_string();
    let start = || Host::quiet(dir.path(), &["--header-timeout-ms", &millis, "--watch-ms", "0"]);
    let (host, other) = (start(), start());
    let runtime = load::runtime();
    let p99 = |host: &Host| {
        let outcomes = load::paced(&runtime, &host.address, 16, 500.0, measured);
        assert_eq!(load::with(&outcomes, 200), outcomes.len());
        load::quantile(&outcomes, 0.99)
    };
    // both at once: what else the machine does meets both
    let good = || {
        // neither what opens nor what closes is measured
        std::thread::sleep(measured / 4);
        std::thread::scope(|scope| {
            let others = scope.spawn(|| p99(&other));
            (p99(&host), others.join().unwrap())
        })
    };
    good();
    let (mut before, mut during, mut slowest) = (Vec::new(), Vec::new(), Duration::ZERO);
    let (memory, mut taken, mut idle) = (host.resident(), 0.0, Vec::new());
    for _ in 0..rounds {
        let (mine, others) = good();
        before.push(mine / others);
        idle.push(others);
        let stalled: Vec<_> = runtime.block_on(async {
            let mut open = Vec::new();
            for _ in 0..count {
                // the host's clock starts when it accepts, not when this side has written
                let since = Instant::now();
                let mut stream = TcpStream::connect(&host.address).await.unwrap();
                stream.write_all(b"GET /intent?query=a HTTP/1.1\r\nHos").await.unwrap();
                open.push((stream, since));
            }
            open
        });
        let opened = stalled[count - 1].1 - stalled[0].1;
        assert!(opened + measured * 2 < timeout, "opening took {opened:?}");
        let (mine, others) = good();
        during.push(mine / others);
        taken = host.resident() - memory;
        // each is closed at its timeout, no sooner
        runtime.block_on(async {
            for (mut stream, since) in stalled {
                let closed = tokio::time::timeout(timeout * 3, stream.read(&mut [0; 512])).await;
                assert!(closed.is_ok(), "not closed after {:?}", since.elapsed());
                assert!(since.elapsed() >= timeout, "closed after {:?}", since.elapsed());
                slowest = slowest.max(since.elapsed());
            }
        });
    }
    let (before, ratio) = (load::median(before), load::median(during));
    println!(
        "soak: {count} stalled connections ({:.1} kB each): good clients' p99 is × {ratio:.2} that of \
         a host without, {:.2} ms; × {before:.2} before they stall (medians of {rounds} rounds); all \
         closed after {slowest:.1?} of {timeout:?}",
        taken / count as f64 / 1e3,
        load::median(idle)
    );
    assert!(slowest < timeout * 2 + Duration::from_secs(3), "{slowest:?}");
    assert!(ratio <= most, "p99 is {ratio} times as much, {most} is promised");
}
