//! `tune`: data → folds → trials → comparison → `best.toml`.

use super::print;
use crate::args::Tune;
use crate::progress::Terminal;
use crate::tune::judge::Judge;
use crate::tune::metric::{Metric, Scorer};
use crate::tune::propose::Proposer;
use crate::tune::report::{self, Report};
use crate::tune::size::Sizes;
use crate::tune::study::{self, Study};
use crate::tune::{FOLDS, Trial, best, search_folds, verdict};
use anyhow::{Context, Result, bail};
use intent_data::source::{self, BadRows};
use intent_dataset::Dataset;
use intent_learn::fit::Settings;
use intent_store::publish;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Trials where neither `--trials` nor `--time` is given.
const TRIALS: usize = 50;
/// Exit code of a program that a second Ctrl-C ended: 128 + SIGINT.
const ENDED: i32 = 130;

/// Runs the command.
///
/// # Errors
/// Where the data is bad, the directory holds another search, no component is small enough, or
/// something cannot be written.
pub fn run(args: &Tune) -> Result<()> {
    let start = Instant::now();
    let data = read(args)?;
    let scorer = Scorer::new(args.metric.clone(), &data.labels).map_err(anyhow::Error::msg)?;
    enough(&data, &scorer, &args.metric)?;
    let digest = data.digest();
    let sizes = Sizes::of(&data)?;
    let defaults = Settings { seed: args.seed, ..Settings::default() };
    let max_size = args.max_size.map(|s| s.as_u64());
    let first = fitting(defaults, &sizes, max_size)?;

    let search = search_folds(data.len());
    let about = study::identity(&data, &args.metric.to_string(), max_size, &first, search);
    let study = Study::open(&args.out, &about, args.resume)?;
    let mut proposer = Proposer::new(args.seed, first, max_size.map(|most| (sizes, most)));
    let mut trials = study.replay(&mut proposer)?;

    let judge = Judge::new(data, args.seed, interruption()?);
    let progress = Terminal::new(args.quiet);
    let shrunk = first != defaults;
    // what the comparison costs after one more trial, in trials
    let comparison =
        |trials: usize| verdict::fits(trials + 1, search, shrunk) as f64 / search as f64;
    // a bar of trials, or of seconds where they alone are limited
    let by_time = args.trials.is_none() && args.time.is_some();
    let seconds = args.time.unwrap_or_default().as_secs() as usize;
    let bar = progress.bar("trials", if by_time { seconds } else { most(args) });
    while more(args, &trials, start.elapsed().as_secs_f64(), comparison(trials.len())) {
        let settings = proposer.propose();
        let begun = Instant::now();
        let Some(answers) = judge.answers(&settings, 0..search, || ())? else { break };
        let estimate = scorer.estimate(&answers, args.seed);
        let seconds = begun.elapsed().as_secs_f64();
        let trial = Trial { settings, estimate, bytes: sizes.bytes(&settings), seconds };
        study.append(trials.len(), &trial)?;
        proposer.tell(settings, estimate.value);
        trials.push(trial);
        let top = best(&trials);
        let best = trials[top].estimate.value;
        let line = report::line(trials.len() - 1, &trial);
        bar.note(&format!("{line}  best {best:.4} (trial {top})"));
        bar.at(if by_time { start.elapsed().as_secs() as usize } else { trials.len() });
    }
    drop(bar);
    if trials.is_empty() {
        bail!(
            "interrupted before the first trial ended: nothing is written but the search's start"
        );
    }
    let unlimited = shrunk.then_some(&defaults);
    let outcome = verdict::decide(&judge, &scorer, &trials, search, unlimited, &progress)?;
    let report = Report {
        metric: &args.metric,
        trials: &trials,
        outcome,
        data: &digest,
        search_questions: judge.questions(0..search),
        max_size,
        shrunk,
    };
    write(args, &report)
}

fn read(args: &Tune) -> Result<Dataset> {
    let bad = if args.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse };
    let (data, problems) = source::labelled(&args.opening.open(&args.data, args.quiet)?, bad)?;
    for problem in &problems {
        eprintln!("left out: {problem}");
    }
    Ok(data)
}

/// Every fold must have something to measure.
fn enough(data: &Dataset, scorer: &Scorer, metric: &Metric) -> Result<()> {
    let least = 4 * FOLDS;
    if data.len() < least {
        bail!("{} questions are too few to search on: at least {least} are needed", data.len());
    }
    if let Some(class) = scorer.class()
        && let size = data.class_sizes()[class as usize]
        && size < FOLDS
    {
        bail!("--metric {metric}: {size} questions of this label, {FOLDS} are needed, one a fold");
    }
    Ok(())
}

/// `defaults`, made smaller where they do not fit.
fn fitting(defaults: Settings, sizes: &Sizes, most: Option<u64>) -> Result<Settings> {
    let mut settings = defaults;
    if let Some(most) = most
        && let Err(least) = sizes.fit_into(&mut settings, most)
    {
        bail!(
            "--max-size {most} bytes: the smallest component that is searched has {least} bytes \
             with this data's labels; allow at least that"
        );
    }
    Ok(settings)
}

/// Trials, where no time cuts them.
fn most(args: &Tune) -> usize {
    let unlimited = if args.time.is_some() { usize::MAX } else { TRIALS };
    args.trials.map_or(unlimited, |n| n as usize)
}

/// Whether there is to be another trial: there is always a first, and the time has to hold the
/// comparison too, which costs `comparison` trials.
fn more(args: &Tune, trials: &[Trial], elapsed: f64, comparison: f64) -> bool {
    let in_time = args.time.is_none_or(|time| {
        let mean = trials.iter().map(|t| t.seconds).sum::<f64>() / trials.len() as f64;
        elapsed + (1.0 + comparison) * mean <= time.as_secs_f64()
    });
    trials.is_empty() || trials.len() < most(args) && in_time
}

/// Becomes true at the first Ctrl-C; the second ends the program.
fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(ENDED);
        }
        eprintln!("interrupted: writing what there is; again to end at once");
    })
    .context("Ctrl-C cannot be caught")?;
    Ok(interrupted)
}

fn write(args: &Tune, report: &Report<'_>) -> Result<()> {
    let best = args.out.join("best.toml");
    publish::file(&args.out.join("search.svg"), report.picture()?.as_bytes())?;
    publish::file(&best, report.toml().as_bytes())?;
    if args.json {
        return print(&(serde_json::to_string_pretty(&report.json())? + "\n"));
    }
    print(&format!("{}{}: train --config takes it\n", report.summary(), best.display()))
}
