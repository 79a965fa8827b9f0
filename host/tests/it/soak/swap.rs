//! Versions come and go under load.

use crate::common::{Host, constant, models};
use crate::soak::load::{self, Outcome};
use crate::soak::{alone, setting};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const CLIENTS: usize = 16;

#[test]
fn swaps_lose_nothing() {
    run(20.0, 0.5, Duration::from_millis(400), f64::INFINITY);
}

#[test]
#[ignore = "minutes: make soak"]
fn swaps_lose_nothing_and_cost_no_time() {
    run(setting("SWAPS", 1000.0), 0.8, Duration::from_secs(2), 1.2);
}

/// When version 2 came, or went: the call began and returned.
struct Swap {
    came: bool,
    began: Instant,
    returned: Instant,
}

fn run(swaps: f64, share: f64, round: Duration, most: f64) {
    let _alone = alone();
    let dir = models(&[(1, constant(11)), (2, constant(22))]);
    let cache = dir.path().join("cache");
    let flags = ["--watch-ms", "0", "--admin-listen", "127.0.0.1:0", "--cache"];
    let host = Host::logged(dir.path(), &[&flags[..], &[cache.to_str().unwrap()]].concat());
    let clients = load::runtime();
    let peak = load::closed_for(&clients, &host.address, CLIENTS, round);
    let rate = share * load::with(&peak, 200) as f64 / round.as_secs_f64();
    let mut with = true;
    let mut toggle = || {
        with = !with;
        (with, swap(&host, dir.path(), with))
    };
    let (mut quiet, mut busy, mut all, mut done) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut pause = round / 10;
    while (done.len() as f64) < swaps {
        let outcomes = load::paced(&clients, &host.address, CLIENTS, rate, round);
        quiet.push(load::quantile(&outcomes, 0.99));
        all.extend(outcomes);
        let begun = Instant::now();
        let outcomes = std::thread::scope(|scope| {
            let load = scope.spawn(|| load::paced(&clients, &host.address, CLIENTS, rate, round));
            while begun.elapsed() < round && (done.len() as f64) < swaps {
                let (came, (began, returned)) = toggle();
                done.push(Swap { came, began, returned });
                // ten rounds for all
                pause = pause.min(round.mul_f64(10.0 / swaps));
                std::thread::sleep(pause);
            }
            load.join().unwrap()
        });
        busy.push(load::quantile(&outcomes, 0.99));
        all.extend(outcomes);
    }
    let lost = all.len() - load::with(&all, 200);
    let wrong = all.iter().filter(|o| is_wrong(o, &done)).count();
    let ratios = quiet.iter().zip(&busy).map(|(q, b)| b / q).collect();
    let (ratio, p99) = (load::median(ratios), load::median(quiet));
    println!(
        "soak: {} swaps, {} requests at {rate:.0}/s: {lost} lost, {wrong} by a version that was not \
         available; p99 {p99:.2} ms without, × {ratio:.2} with (median of {} rounds)",
        done.len(),
        all.len(),
        busy.len()
    );
    assert_eq!((lost, wrong), (0, 0));
    assert!(ratio <= most, "p99 is {ratio} times as much, {most} is promised");
}

/// Lets version 2 come or go, in one step, and tells the host.
fn swap(host: &Host, models: &Path, come: bool) -> (Instant, Instant) {
    let (there, away) = (models.join("intent/2"), models.join("intent/.2"));
    let began = Instant::now();
    match come {
        true => fs::rename(away, there).unwrap(),
        false => fs::rename(there, away).unwrap(),
    }
    let answer = host.reload();
    assert_eq!(answer.status, 200, "{answer:?}");
    (began, Instant::now())
}

/// Whether the version that answered was not the one to answer at any time of the request.
fn is_wrong(outcome: &Outcome, swaps: &[Swap]) -> bool {
    if outcome.status != 200 {
        return false;
    }
    let begun = outcome.due.unwrap();
    let ended = begun + outcome.took;
    // what was settled before the request began, and not touched before it ended
    let before = swaps.iter().rev().find(|s| s.began <= begun);
    let settled = before.is_none_or(|s| s.returned <= begun)
        && !swaps.iter().any(|s| s.began > begun && s.began <= ended);
    let highest = if before.is_none_or(|s| s.came) { 2 } else { 1 };
    let intents = [(1, 11), (2, 22)];
    !intents.contains(&(outcome.version, outcome.intent)) || (settled && outcome.version != highest)
}
