//! More requests than can be answered.
//!
//! The guest spins for some milliseconds, so that a load past the peak is one that this machine can
//! make. The peak is what as many clients get as may wait, each asking again once it is answered: the
//! greatest load at which nobody is turned away.
//!
//! To turn one away takes the thread 20 to 40 µs: it is read, parsed and told. Of a call of `c` µs the
//! goodput at f times the peak is therefore at most about 1 - (f - 1) 30 / c: what is promised holds
//! for calls of 10 ms, and of 2 ms only to 4 times the peak.
//!
//! What others on the machine take of the processor is not the host's to answer for: the goodput that
//! is checked is of each second of the processor that the host had; that of the clock is printed.

use crate::common::{Host, models, spinning};
use crate::soak::{alone, load, setting};
use std::time::{Duration, Instant};

const WAITING: usize = 16;

#[test]
fn an_overload_is_turned_away() {
    run(2.0, 1, Duration::from_secs(1), &[3.0], 0.5, 6.0);
}

#[test]
#[ignore = "minutes: make soak"]
fn an_overload_costs_neither_goodput_nor_time() {
    let seconds = setting("OVERLOAD_SECONDS", 3.0);
    run(
        setting("SPIN_MS", 10.0),
        5,
        Duration::from_secs_f64(seconds),
        &[2.0, 5.0, 10.0],
        0.95,
        2.0,
    );
}

fn run(millis: f64, rounds: u32, time: Duration, factors: &[f64], goodput: f64, most: f64) {
    let _alone = alone();
    let dir = models(&[(1, spinning(rounds_of(millis)))]);
    let waiting = WAITING.to_string();
    let flags = ["--threads", "1", "--max-waiting", &waiting, "--deadline-ms", "2000"];
    let host = Host::quiet(dir.path(), &[&flags[..], &["--watch-ms", "0"]].concat());
    let clients = load::runtime();
    let peak = || {
        let cpu = host.cpu();
        let outcomes = load::closed_for(&clients, &host.address, WAITING, time);
        assert_eq!(load::with(&outcomes, 200), outcomes.len());
        let (count, cpu) = (outcomes.len() as f64, host.cpu() - cpu);
        (count / time.as_secs_f64(), count / cpu, load::quantile(&outcomes, 0.99))
    };
    peak();
    for factor in factors {
        let (mut goods, mut slows, mut all, mut turned) = (Vec::new(), Vec::new(), 0, 0);
        let (mut rates, mut times, mut of_clock) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (rate, of_cpu, p99) = peak();
            let (start, cpu) = (Instant::now(), host.cpu());
            let outcomes = load::open(&clients, &host.address, rate * factor, time);
            let (took, cpu) = (start.elapsed().as_secs_f64(), host.cpu() - cpu);
            let refused = outcomes.iter().filter(|o| o.status == 503 && o.retry_after).count();
            let answered = load::with(&outcomes, 200);
            assert_eq!(answered + refused, outcomes.len(), "neither answered nor turned away");
            goods.push(answered as f64 / cpu / of_cpu);
            of_clock.push(answered as f64 / took / rate);
            slows.push(load::quantile(&outcomes, 0.99) / p99);
            (all, turned) = (all + outcomes.len(), turned + refused);
            rates.push(rate);
            times.push(p99);
        }
        let (good, slow) = (load::median(goods), load::median(slows));
        println!(
            "soak: calls of {millis} ms: {factor} × the peak of {:.0}/s (p99 {:.1} ms): goodput {:.1} % \
             ({:.1} % by the clock), p99 of the accepted × {slow:.2}, {turned} of {all} turned away with 503 and Retry-After \
             (medians of {rounds} rounds)",
            load::median(rates),
            load::median(times),
            good * 100.0,
            load::median(of_clock) * 100.0
        );
        assert!(turned > 0);
        assert!(good >= goodput, "goodput {good}, {goodput} is promised");
        assert!(slow <= most, "p99 {slow} times as much, {most} is promised");
    }
}

/// Rounds of the guest's loop that take so many milliseconds here and now.
fn rounds_of(millis: f64) -> u32 {
    const SOME: u32 = 5_000_000;
    let dir = models(&[(1, spinning(1)), (2, spinning(SOME))]);
    let host = Host::quiet(dir.path(), &["--threads", "1", "--deadline-ms", "5000"]);
    let time = |version: u32| {
        let times = (0..9).map(|_| {
            let start = Instant::now();
            assert_eq!(host.get(&format!("/intent?query=a&version={version}")).status, 200);
            start.elapsed().as_secs_f64() * 1e3
        });
        times.fold(f64::INFINITY, f64::min)
    };
    let spun = (time(2) - time(1)).max(0.1);
    (f64::from(SOME) * millis / spun) as u32
}
