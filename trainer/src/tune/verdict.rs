//! The challenger against the defaults, on questions that had no part in its choice.

use super::judge::Judge;
use super::metric::{Estimate, Scorer};
use super::trial::{FOLDS, Trial, best};
use anyhow::{Result, bail};
use intent_learn::evaluate::Answer;
use intent_learn::fit::Settings;
use intent_learn::progress::Progress;
use std::ops::Range;

/// Trials that are measured on the selection fold.
pub const NOMINEES: usize = 4;
/// Half-width of a 95 % interval in standard errors.
pub const Z_95: f64 = 1.96;

/// Outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Number of the trial to use.
    pub winner: usize,
    /// Reason for the choice.
    pub verdict: TuneVerdict,
    /// Questions that the verdict was measured on.
    pub questions: usize,
    /// The winner on them.
    pub measured: Option<Estimate>,
    /// Difference of the winner to the defaults without a size limit, on the same questions, if
    /// they exceed it.
    pub beside_unlimited: Option<Estimate>,
}

/// The kinds of outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TuneVerdict {
    /// There was no trial but the defaults.
    Alone,
    /// No trial was better than the defaults on the search and selection folds together.
    NotNominated,
    /// Challenger minus defaults, paired.
    Compared {
        /// Number of the challenger.
        challenger: usize,
        /// Difference to the defaults.
        difference: Estimate,
    },
    /// The search was interrupted before.
    Interrupted,
}

impl TuneVerdict {
    /// Whether the difference is significant: its 95 % interval lies above 0.
    #[must_use]
    pub fn improves(&self) -> bool {
        match self {
            TuneVerdict::Compared { difference: d, .. } => d.value > Z_95 * d.error,
            _ => false,
        }
    }
}

/// Upper bound of the fits that [`decide`] needs for `trials` trials.
#[must_use]
pub fn fits(trials: usize, search_folds: usize, unlimited: bool) -> usize {
    let verdict_folds = FOLDS - search_folds - 1;
    trials.min(1 + NOMINEES) + (2 + usize::from(unlimited)) * verdict_folds
}

/// Chooses the challenger among `trials` and compares it with the first of them, the defaults.
/// `unlimited` are the defaults where they had to be changed to fit a size limit.
///
/// # Errors
/// If a fit fails, or there is no trial.
pub fn decide(
    judge: &Judge,
    scorer: &Scorer,
    trials: &[Trial],
    unlimited: Option<&Settings>,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let Some(first) = trials.first() else { bail!("there is no trial to decide on") };
    let search = judge.search_folds();
    let verdict_folds = search + 1..FOLDS;
    let questions = judge.questions(verdict_folds.clone());
    let seed = first.settings.seed;
    let stage = progress.stage("comparison", fits(trials.len(), search, unlimited.is_some()));
    let ask = |settings: &Settings, folds: &Range<usize>| {
        judge.answers(settings, folds.clone(), || stage.tick())
    };
    let interrupted = Outcome {
        winner: best(trials),
        verdict: TuneVerdict::Interrupted,
        questions,
        measured: None,
        beside_unlimited: None,
    };
    let select = |settings: &Settings| ask(settings, &(search..search + 1));
    let Some(challenger) = challenger(trials, search, scorer, select)? else {
        return Ok(interrupted);
    };
    let Some(defaults) = ask(&first.settings, &verdict_folds)? else { return Ok(interrupted) };
    let (mut winner, mut winning) = (0, defaults);
    let mut outcome = match trials.len() {
        0 | 1 => TuneVerdict::Alone,
        _ => TuneVerdict::NotNominated,
    };
    if challenger != 0 {
        let Some(answers) = ask(&trials[challenger].settings, &verdict_folds)? else {
            return Ok(interrupted);
        };
        let difference = scorer.difference(&answers, &winning, seed);
        outcome = TuneVerdict::Compared { challenger, difference };
        if outcome.improves() {
            (winner, winning) = (challenger, answers);
        }
    }
    let beside_unlimited = match unlimited {
        None => None,
        Some(settings) => {
            let Some(answers) = ask(settings, &verdict_folds)? else { return Ok(interrupted) };
            Some(scorer.difference(&winning, &answers, seed))
        }
    };
    let measured = Some(scorer.estimate(&winning, seed));
    Ok(Outcome { winner, verdict: outcome, questions, measured, beside_unlimited })
}

/// The number of the nominee that is best on the search and selection folds together; `select` answers
/// the latter. None if interrupted.
fn challenger(
    trials: &[Trial],
    search_folds: usize,
    scorer: &Scorer,
    select: impl Fn(&Settings) -> Result<Option<Vec<Answer>>>,
) -> Result<Option<usize>> {
    let nominees = nominees(trials);
    if nominees.len() == 1 {
        return Ok(Some(0));
    }
    let mut scores: Vec<(usize, f64)> = Vec::new();
    for number in nominees {
        let Some(answers) = select(&trials[number].settings)? else { return Ok(None) };
        // the mean over the folds so far: that over the search folds is known
        let folds = search_folds as f64;
        let sum = folds * trials[number].estimate.value + scorer.value(&answers);
        scores.push((number, sum / (folds + 1.0)));
    }
    // the defaults are first, and win ties
    let top = scores.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
    Ok(Some(top.map_or(0, |(number, _)| number)))
}

/// The defaults, then the best [`NOMINEES`] others.
fn nominees(trials: &[Trial]) -> Vec<usize> {
    let mut others: Vec<usize> = (1..trials.len()).collect();
    let value = |i: usize| trials[i].estimate.value;
    others.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    others.truncate(NOMINEES);
    [vec![0], others].concat()
}
