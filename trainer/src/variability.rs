//! Variability of the measures with the questions and the seed: repeated stratified
//! cross-validation, and a learning curve.
//!
//! Every repeat deals the questions into other folds, and fits with another seed; every fold is
//! answered by a model of the other folds, natively ([`intent_model::Model`] gives the component's bits). In the
//! first [`CURVE_REPEATS`] repeats, models of a part of the same training questions answer the
//! same folds: the learning curve compares like with like.

mod plan;
mod result;
mod spread;
mod summary;

pub(crate) use plan::{Plan, Run};
pub(crate) use result::{CurvePoint, Spread, Variability};

use plan::{CURVE_REPEATS, SHARES};

use intent_dataset::Dataset;
use intent_learn::evaluate::{Answer, Evaluation};
use intent_learn::fit::{FitAndPredictError, Settings, fit_and_predict};
use intent_learn::near;
use intent_learn::progress::{Progress, Silent, Stage};
use intent_learn::random::rng;
use intent_learn::split::{self, Strata};
use rand::Rng;
use std::time::{Duration, Instant};
use thiserror::Error;

/// Errors of a cross-validation.
#[derive(Debug, Error)]
pub(crate) enum VariabilityError {
    /// A fit or its answers failed.
    #[error(transparent)]
    Trial(#[from] FitAndPredictError),
    /// No class has a question for training and one for testing.
    #[error("every label has a single question: cross-validation needs two of at least one label")]
    Singletons,
}

/// Measures `data` as `plan` says, with fits of these `settings` but for their seed.
///
/// # Errors
/// If a question is refused, or there is nothing to test on.
pub(crate) fn measure(
    data: &Dataset,
    settings: &Settings,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Variability, VariabilityError> {
    let start = Instant::now();
    let fits = fit_count(plan);
    let bar = progress.stage("variability", fits);
    let groups = near::groups(&data.texts, &Silent);
    let experiment = Experiment { data, groups, settings, plan, bar: &*bar };
    let (mut runs, mut answers) = (Vec::new(), Vec::new());
    for repeat in 0..plan.repeats {
        let late = |limit: Duration| {
            // curves make the first repeats longer: an upper bound for the later ones
            start.elapsed() + start.elapsed() / repeat.max(1) > limit
        };
        if repeat > 0 && plan.time.is_some_and(late) {
            break;
        }
        answers.push(experiment.repeat(repeat, &mut runs)?);
    }
    drop(bar);
    let bar = progress.stage("intervals", 1);
    let summary = summary::summarize(data, plan, runs, &answers);
    bar.tick();
    Ok(summary)
}

fn fit_count(plan: &Plan) -> usize {
    let curves = plan.repeats.min(CURVE_REPEATS) as usize * SHARES.len();
    usize::from(plan.folds) * (plan.repeats as usize + curves)
}

/// The data and the plan of a cross-validation.
struct Experiment<'a> {
    data: &'a Dataset,
    /// Groups of near-duplicates, which stay in one fold.
    groups: Vec<u32>,
    settings: &'a Settings,
    plan: &'a Plan,
    /// Ticks once a fit.
    bar: &'a dyn Stage,
}

impl Experiment<'_> {
    /// Fits and measures each fold; returns the answers of all folds, in the order of the folds.
    fn repeat(&self, repeat: u32, runs: &mut Vec<Run>) -> Result<Vec<Answer>, VariabilityError> {
        let Experiment { data, plan, .. } = self;
        let settings = Settings { seed: plan.seed.wrapping_add(repeat.into()), ..*self.settings };
        let purpose = format!("variability {repeat}");
        let (classes, folds) = (data.labels.len(), usize::from(plan.folds));
        let strata = Strata::new(&data.classes, &self.groups, classes);
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
                let answers = fit_and_predict(part, &test, &settings)?;
                self.bar.tick();
                let (ids, names) = (data.labels.ids(), data.labels.names());
                let figures = Evaluation::from_answers(&answers, ids, &names).headline();
                let (train, test) = (part.len(), test.len());
                runs.push(Run { repeat, fold, share, train, test, figures });
                Ok(answers)
            };
            if repeat < CURVE_REPEATS {
                let index = u64::from(repeat) * folds as u64 + u64::from(fold);
                for (share, part) in self.curve_parts(&train, index) {
                    run(share, &part)?;
                }
            }
            pooled.extend(run(1.0, &train)?);
        }
        if pooled.is_empty() { Err(VariabilityError::Singletons) } else { Ok(pooled) }
    }

    /// Parts of `train`, each with its share; the greater ones hold the smaller ones.
    fn curve_parts(&self, train: &Dataset, index: u64) -> Vec<(f64, Dataset)> {
        let seed = rng(self.plan.seed, "learning curve", index).random();
        let alone = split::singletons(train.len());
        let strata = Strata::new(&train.classes, &alone, self.data.labels.len());
        let part = |share: f64| {
            // held out by one seed: so they are nested
            strata.split(1.0 - share, seed).train
        };
        SHARES.map(|share| (share, train.part(&part(share)))).to_vec()
    }
}
