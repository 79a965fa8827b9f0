//! The challenger against the defaults, on questions that had no part in its choice.

use super::judge::Judge;
use super::metric::{Estimate, Scorer};
use super::{FOLDS, Trial, best};
use anyhow::{Result, bail};
use intent_learn::fit::Settings;
use intent_learn::progress::Progress;

/// Trials that are measured on the selection fold.
pub const NOMINEES: usize = 4;
/// Standard errors on each side of a 95 % interval.
pub const WIDTH: f64 = 1.96;

/// What came out of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Number of the trial to use.
    pub winner: usize,
    /// Why that one.
    pub verdict: Verdict,
    /// Questions that the verdict was measured on.
    pub questions: usize,
    /// The winner on them.
    pub measured: Option<Estimate>,
    /// By how much the winner exceeds the defaults of no size limit on the same questions, where
    /// they do not fit the limit.
    pub beside_unlimited: Option<Estimate>,
}

/// The kinds of outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// There was no trial but the defaults.
    Alone,
    /// No trial was better than the defaults on the search and selection folds together.
    NotNominated,
    /// Challenger minus defaults, paired.
    Compared {
        /// Number of the challenger.
        challenger: usize,
        /// By how much it exceeds the defaults.
        difference: Estimate,
    },
    /// The search was interrupted before.
    Interrupted,
}

impl Verdict {
    /// Whether the difference is beyond noise: its 95 % interval lies above 0.
    #[must_use]
    pub fn improves(&self) -> bool {
        match self {
            Verdict::Compared { difference: d, .. } => d.value > WIDTH * d.error,
            _ => false,
        }
    }
}

/// Fits that [`decide`] needs for `trials` trials, at most.
#[must_use]
pub fn fits(trials: usize, search_folds: usize, unlimited: bool) -> usize {
    let verdict_folds = FOLDS - search_folds - 1;
    trials.min(1 + NOMINEES) + (2 + usize::from(unlimited)) * verdict_folds
}

/// Chooses the challenger among `trials` and compares it with the first of them, the defaults.
/// `unlimited` are the defaults where they had to be changed to fit a size limit.
///
/// # Errors
/// Where a fit fails, or there is no trial.
pub fn decide(
    judge: &Judge,
    scorer: &Scorer,
    trials: &[Trial],
    search_folds: usize,
    unlimited: Option<&Settings>,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let Some(first) = trials.first() else { bail!("there is no trial to decide on") };
    let (selection, verdict) = (search_folds..search_folds + 1, search_folds + 1..FOLDS);
    let questions = judge.questions(verdict.clone());
    let seed = first.settings.seed;
    let stage = progress.stage("comparison", fits(trials.len(), search_folds, unlimited.is_some()));
    let ask = |settings: &Settings, folds: &std::ops::Range<usize>| {
        judge.answers(settings, folds.clone(), || stage.tick())
    };
    let interrupted = Outcome {
        winner: best(trials),
        verdict: Verdict::Interrupted,
        questions,
        measured: None,
        beside_unlimited: None,
    };

    // the mean over the folds seen so far: of the search's it is known
    let mut scores: Vec<(usize, f64)> = Vec::new();
    let nominees = nominees(trials);
    for &number in nominees.iter().filter(|_| nominees.len() > 1) {
        let Some(answers) = ask(&trials[number].settings, &selection)? else {
            return Ok(interrupted);
        };
        let folds = search_folds as f64;
        let sum = folds * trials[number].estimate.value + scorer.value(&answers);
        scores.push((number, sum / (folds + 1.0)));
    }
    // the defaults are first, and win ties
    let top = scores.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
    let challenger = top.map_or(0, |(number, _)| number);

    let Some(defaults) = ask(&first.settings, &verdict)? else { return Ok(interrupted) };
    let (mut winner, mut winning) = (0, defaults);
    let mut outcome = match trials.len() {
        0 | 1 => Verdict::Alone,
        _ => Verdict::NotNominated,
    };
    if challenger != 0 {
        let Some(answers) = ask(&trials[challenger].settings, &verdict)? else {
            return Ok(interrupted);
        };
        let difference = scorer.difference(&answers, &winning, seed);
        outcome = Verdict::Compared { challenger, difference };
        if outcome.improves() {
            (winner, winning) = (challenger, answers);
        }
    }
    let beside_unlimited = match unlimited {
        None => None,
        Some(settings) => {
            let Some(answers) = ask(settings, &verdict)? else { return Ok(interrupted) };
            Some(scorer.difference(&winning, &answers, seed))
        }
    };
    let measured = Some(scorer.estimate(&winning, seed));
    Ok(Outcome { winner, verdict: outcome, questions, measured, beside_unlimited })
}

/// The defaults, then the best [`NOMINEES`] others.
fn nominees(trials: &[Trial]) -> Vec<usize> {
    let mut others: Vec<usize> = (1..trials.len()).collect();
    let value = |i: usize| trials[i].estimate.value;
    others.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    others.truncate(NOMINEES);
    [vec![0], others].concat()
}
