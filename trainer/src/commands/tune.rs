//! `tune`: data → folds → trials → comparison → `best.toml`.

use super::print;
use crate::args::TuneArgs;
use crate::progress::Terminal;
use crate::questions;
use crate::tune::judge::Judge;
use crate::tune::metric::{Metric, Scorer};
use crate::tune::propose::Proposer;
use crate::tune::report::{self, TuneReport};
use crate::tune::size::Sizes;
use crate::tune::study::{self, Study};
use crate::tune::{FOLDS, Trial, best, search_folds, verdict};
use anyhow::{Context, Result, bail};
use intent_dataset::Dataset;
use intent_learn::fit::Settings;
use intent_store::publish;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Trials where neither `--trials` nor `--time` is given.
const DEFAULT_TRIALS: usize = 50;
/// Exit code of a program that a second Ctrl-C ended: 128 + SIGINT.
const EXIT_INTERRUPTED: i32 = 130;

/// Runs the command.
///
/// # Errors
/// If the data is bad, the directory holds another search, no component is small enough, or
/// something cannot be written.
pub fn run(args: &TuneArgs) -> Result<()> {
    let start = Instant::now();
    let (data, _) = questions::labelled(&args.opening, &args.data, args.skip_bad_rows, args.quiet)?;
    let scorer = Scorer::new(args.metric.clone(), &data.labels).map_err(anyhow::Error::msg)?;
    enough(&data, &scorer, &args.metric)?;
    let digest = data.digest();
    let sizes = Sizes::measure(&data)?;
    let defaults = Settings { seed: args.seed, ..Settings::default() };
    let max_size = args.max_size.map(|s| s.as_u64());
    let first = fitting(defaults, &sizes, max_size)?;

    let folds = search_folds(data.len());
    let about = study::identity(&data, &args.metric.to_string(), max_size, &first, folds);
    let study = Study::open(&args.out, &about, args.resume)?;
    let mut proposer = Proposer::new(args.seed, first, max_size.map(|bytes| (sizes, bytes)));
    let mut trials = study.replay(&mut proposer)?;

    let judge = Judge::new(data, args.seed, interruption()?);
    let progress = Terminal::new(args.quiet);
    let shrunk = first != defaults;
    let run = SearchRun { args, start, study, judge, scorer, sizes, folds, shrunk };
    run.search(&mut proposer, &mut trials, &progress)?;
    if trials.is_empty() {
        bail!(
            "interrupted before the first trial ended: nothing is written but the search's start"
        );
    }
    let SearchRun { judge, scorer, .. } = &run;
    let unlimited = shrunk.then_some(&defaults);
    let outcome = verdict::decide(judge, scorer, &trials, unlimited, &progress)?;
    let report = TuneReport {
        metric: &args.metric,
        trials: &trials,
        outcome,
        data: &digest,
        search_questions: judge.questions(0..folds),
        max_size,
        shrunk,
    };
    write(args, &report)
}

/// A search and what its trials are made with.
struct SearchRun<'a> {
    args: &'a TuneArgs,
    start: Instant,
    study: Study,
    judge: Judge,
    scorer: Scorer,
    sizes: Sizes,
    /// Folds that a trial is measured on.
    folds: usize,
    shrunk: bool,
}

impl SearchRun<'_> {
    /// Adds to `trials` until the limits are reached, or until interrupted.
    fn search(
        &self,
        proposer: &mut Proposer,
        trials: &mut Vec<Trial>,
        progress: &Terminal,
    ) -> Result<()> {
        let args = self.args;
        // a bar of trials, or of seconds where they alone are limited
        let by_time = args.trials.is_none() && args.time.is_some();
        let seconds = args.time.unwrap_or_default().as_secs() as usize;
        let bar = progress.bar("trials", if by_time { seconds } else { max_trials(args) });
        while self.goes_on(trials) {
            let settings = proposer.propose();
            let begun = Instant::now();
            let Some(answers) = self.judge.answers(&settings, 0..self.folds, || ())? else { break };
            let estimate = self.scorer.estimate(&answers, args.seed);
            let seconds = begun.elapsed().as_secs_f64();
            let trial = Trial { settings, estimate, bytes: self.sizes.bytes(&settings), seconds };
            self.study.append(trials.len(), &trial)?;
            proposer.tell(settings, estimate.value);
            trials.push(trial);
            let top = best(trials);
            let best = trials[top].estimate.value;
            let line = report::line(trials.len() - 1, &trial);
            bar.note(&format!("{line}  best {best:.4} (trial {top})"));
            let elapsed = self.start.elapsed().as_secs() as usize;
            bar.at(if by_time { elapsed } else { trials.len() });
        }
        Ok(())
    }

    /// Whether there is to be another trial: there is always a first, and the time has to hold the
    /// comparison after it too.
    fn goes_on(&self, trials: &[Trial]) -> bool {
        let in_time = self.args.time.is_none_or(|time| {
            let fits = verdict::fits(trials.len() + 1, self.folds, self.shrunk);
            // in trials
            let comparison = fits as f64 / self.folds as f64;
            let mean = trials.iter().map(|t| t.seconds).sum::<f64>() / trials.len() as f64;
            let elapsed = self.start.elapsed().as_secs_f64();
            elapsed + (1.0 + comparison) * mean <= time.as_secs_f64()
        });
        trials.is_empty() || trials.len() < max_trials(self.args) && in_time
    }
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
fn fitting(defaults: Settings, sizes: &Sizes, max_size: Option<u64>) -> Result<Settings> {
    let mut settings = defaults;
    if let Some(bytes) = max_size
        && let Err(least) = sizes.fit_into(&mut settings, bytes)
    {
        bail!(
            "--max-size {bytes} bytes: the smallest component that is searched has {least} bytes \
             with this data's labels; allow at least that"
        );
    }
    Ok(settings)
}

/// Upper limit of the number of trials.
fn max_trials(args: &TuneArgs) -> usize {
    let unlimited = if args.time.is_some() { usize::MAX } else { DEFAULT_TRIALS };
    args.trials.map_or(unlimited, |n| n as usize)
}

/// Becomes true at the first Ctrl-C; the second ends the program.
fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(EXIT_INTERRUPTED);
        }
        eprintln!("interrupted: writing what there is; again to end at once");
    })
    .context("Ctrl-C cannot be caught")?;
    Ok(interrupted)
}

fn write(args: &TuneArgs, report: &TuneReport<'_>) -> Result<()> {
    let best = args.out.join("best.toml");
    publish::file(&args.out.join("search.svg"), report.picture()?.as_bytes())?;
    publish::file(&best, report.toml().as_bytes())?;
    if args.json {
        return print(&(serde_json::to_string_pretty(&report.json())? + "\n"));
    }
    print(&format!("{}{}: train --config takes it\n", report.summary(), best.display()))
}
