//! How far the figures of a training move with the questions and the seed: repeated stratified
//! cross-validation, and a learning curve.
//!
//! Every repeat deals the questions into other folds, and fits with another seed; every fold is
//! answered by a model of the other folds, natively ([`intent_model::Model`] gives the component's bits). In the
//! first [`CURVE_REPEATS`] repeats, models of a part of the same training questions answer the
//! same folds: the learning curve compares like with like.

mod summary;

pub use summary::{ClassSpread, CurvePoint, Spread, Variability};

use intent_dataset::Dataset;
use intent_learn::evaluate::{Answer, Evaluation, HeadlineFigures};
use intent_learn::fit::{Settings, TrialError, trial};
use intent_learn::near;
use intent_learn::progress::{Progress, Silent, Stage};
use intent_learn::random::rng;
use intent_learn::split::{self, Strata};
use rand::Rng;
use serde::Serialize;
use std::time::{Duration, Instant};
use thiserror::Error;

/// Shares of a training part that the learning curve is measured at, beside all of it.
pub const SHARES: [f64; 3] = [0.25, 0.5, 0.75];
/// Repeats that the learning curve is measured in.
pub const CURVE_REPEATS: u32 = 2;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Times that all questions are dealt out.
    pub repeats: u32,
    /// Folds, 2 or more.
    pub folds: u8,
    /// Seed of the folds and of the fits.
    pub seed: u64,
    /// Questions of the held-out test whose figures are predicted; those of a fold where absent.
    pub test_size: Option<usize>,
    /// No repeat begins that would probably end later than this; the first always runs.
    pub time: Option<Duration>,
}

/// One fit, measured on the fold that it had not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Which repeat, from 0.
    pub repeat: u32,
    /// Which fold, from 0.
    pub fold: u8,
    /// Share of the other folds that was fitted on.
    pub share: f64,
    /// Questions fitted on.
    pub train: usize,
    /// Questions measured on.
    pub test: usize,
    /// The figures.
    #[serde(flatten)]
    pub figures: HeadlineFigures,
}

/// Why nothing was measured.
#[derive(Debug, Error)]
pub enum VariabilityError {
    /// A fit or its answers failed.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// No class has a question for training and one for testing.
    #[error("every label has a single question: cross-validation needs two of at least one label")]
    Singletons,
}

/// Measures `data` as `plan` says, with fits of these `settings` but for their seed.
///
/// # Errors
/// Where a question is refused, or there is nothing to test on.
pub fn measure(
    data: &Dataset,
    settings: &Settings,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Variability, VariabilityError> {
    let start = Instant::now();
    let fits = fits_of(plan);
    let bar = progress.stage("variability", fits);
    let groups = near::groups(&data.texts, &Silent);
    let (mut runs, mut answers) = (Vec::new(), Vec::new());
    for repeat in 0..plan.repeats {
        let late = |limit: Duration| {
            // curves make the first repeats longer: an upper bound for the later ones
            start.elapsed() + start.elapsed() / repeat.max(1) > limit
        };
        if repeat > 0 && plan.time.is_some_and(late) {
            break;
        }
        answers.push(one_repeat(data, &groups, settings, plan, repeat, &*bar, &mut runs)?);
    }
    drop(bar);
    let bar = progress.stage("intervals", 1);
    let summary = summary::of(data, plan, runs, &answers);
    bar.tick();
    Ok(summary)
}

fn fits_of(plan: &Plan) -> usize {
    let curves = plan.repeats.min(CURVE_REPEATS) as usize * SHARES.len();
    usize::from(plan.folds) * (plan.repeats as usize + curves)
}

/// Fits and measures each fold; the answers of all folds, in the order of the folds.
fn one_repeat(
    data: &Dataset,
    groups: &[u32],
    settings: &Settings,
    plan: &Plan,
    repeat: u32,
    bar: &dyn Stage,
    runs: &mut Vec<Run>,
) -> Result<Vec<Answer>, VariabilityError> {
    let settings = Settings { seed: plan.seed.wrapping_add(repeat.into()), ..*settings };
    let purpose = format!("variability {repeat}");
    let (classes, folds) = (data.labels.len(), usize::from(plan.folds));
    let strata = Strata::new(&data.classes, groups, classes);
    let fold_of = strata.folds(folds, plan.seed, &purpose);
    let sizes = data.class_sizes();
    // a class's only question is learned from, never tested
    let tests = |i: u32, fold: u8| {
        fold_of[i as usize] == fold && sizes[data.classes[i as usize] as usize] > 1
    };
    let mut pooled = Vec::new();
    for fold in 0..plan.folds {
        let (test, train): (Vec<u32>, Vec<u32>) =
            (0..data.len() as u32).partition(|&i| tests(i, fold));
        if test.is_empty() {
            continue;
        }
        let (test, train) = (data.part(&test), data.part(&train));
        let mut run = |share: f64, part: &Dataset| -> Result<Vec<Answer>, VariabilityError> {
            let answers = trial(part, &test, &settings)?;
            bar.tick();
            let (ids, names) = (data.labels.ids(), data.labels.names());
            let figures = Evaluation::from_answers(&answers, ids, &names).headline();
            runs.push(Run { repeat, fold, share, train: part.len(), test: test.len(), figures });
            Ok(answers)
        };
        if repeat < CURVE_REPEATS {
            let index = u64::from(repeat) * folds as u64 + u64::from(fold);
            let seed = rng(plan.seed, "learning curve", index).random();
            let alone = split::singletons(train.len());
            for share in SHARES {
                // what is not held out: of one seed, the greater parts hold the smaller ones
                let part =
                    Strata::new(&train.classes, &alone, classes).split(1.0 - share, seed).train;
                run(share, &train.part(&part))?;
            }
        }
        pooled.extend(run(1.0, &train)?);
    }
    if pooled.is_empty() { Err(VariabilityError::Singletons) } else { Ok(pooled) }
}
