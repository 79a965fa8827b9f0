//! Selective classification: out-of-fold answers → the thresholds below which a model does not answer.
//!
//! The user of the trainer asks for a precision (of the answers given) or a coverage (the share of questions
//! answered); the other follows. If a precision is asked for, the lowest threshold that reaches it
//! on the out-of-fold answers is taken; if a coverage, the highest that still reaches it. It is not chosen on the
//! validation part, which can therefore verify it (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017).

use intent_model::Thresholds;
use intent_model::info::{Abstention, Selective};
use thiserror::Error;

/// Minimum share of the questions on which a precision must be reached: on fewer it could be luck.
const MIN_COVERAGE: f64 = 0.05;

/// The precision, coverage or scope recall that the user of the trainer asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Precision of the answers given. At most one of this and `coverage` is set.
    pub precision: Option<f64>,
    /// Share of questions answered.
    pub coverage: Option<f64>,
    /// Share of in-scope questions that are kept in scope.
    pub scope_recall: Option<f64>,
}

/// The answer to a training question by a fit to the other folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfFoldAnswer {
    /// Whether the most probable intent is correct.
    pub right: bool,
    /// Its probability.
    pub probability: f32,
    /// The greatest margin of all intents.
    pub margin: f32,
}

/// Demands that no threshold meets.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum Unreachable {
    /// The precision is not reached on enough questions.
    #[error(
        "--abstain-precision {wanted} is not reached: in cross-validation, no threshold that \
         answers {least:.0} % of the questions or more has a precision above {best:.4}. Ask for less, or add \
         questions to the intents that are confused", least = MIN_COVERAGE * 100.0
    )]
    Precision {
        /// The value that was asked for.
        wanted: f64,
        /// The best precision that is reached.
        best: f64,
    },
    /// More would be answered than is kept in scope.
    #[error(
        "--abstain-coverage {wanted} is not reached: the scope threshold leaves {kept:.4} of the \
         questions to answer. Ask for less, or for a higher --scope-recall"
    )]
    Coverage {
        /// The value that was asked for.
        wanted: f64,
        /// The share of the questions kept in scope.
        kept: f64,
    },
}

impl Wanted {
    /// Whether there is any demand.
    #[must_use]
    pub fn any(&self) -> bool {
        self.precision.is_some() || self.coverage.is_some() || self.scope_recall.is_some()
    }

    /// Chooses thresholds on `out_of_fold`, with the figures they reach there; `None` without a demand.
    ///
    /// # Errors
    /// If a demand cannot be met.
    pub fn choose(
        &self,
        out_of_fold: &[OutOfFoldAnswer],
    ) -> Result<Option<Abstention>, Unreachable> {
        if !self.any() || out_of_fold.is_empty() {
            return Ok(None);
        }
        let mut thresholds = Thresholds::ALWAYS_ANSWER;
        if let Some(recall) = self.scope_recall {
            thresholds.out_of_scope_below = scope(out_of_fold, recall);
        }
        let mut kept: Vec<OutOfFoldAnswer> = out_of_fold
            .iter()
            .copied()
            .filter(|q| q.margin >= thresholds.out_of_scope_below)
            .collect();
        kept.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        if let Some(wanted) = self.precision {
            thresholds.unsure_below = by_precision(&kept, out_of_fold.len(), wanted)?;
            // so that the correct intent is among the candidates about as often as the wanted precision
            thresholds.candidate_mass = wanted as f32;
        }
        if let Some(wanted) = self.coverage {
            thresholds.unsure_below = by_coverage(&kept, out_of_fold.len(), wanted)?;
        }
        let verdict = |q: &OutOfFoldAnswer| match q {
            q if q.margin < thresholds.out_of_scope_below => Verdict::OutOfScope,
            q if q.probability < thresholds.unsure_below => Verdict::Unsure { among: None },
            q => Verdict::Answered { right: q.right },
        };
        Ok(Some(Abstention {
            thresholds,
            wanted_precision: self.precision,
            wanted_coverage: self.coverage,
            wanted_scope_recall: self.scope_recall,
            cross_validated: selective(out_of_fold.iter().map(verdict)),
            validation: None,
        }))
    }
}

/// The highest threshold on the greatest margin that keeps a share of at least `recall` in scope.
fn scope(out_of_fold: &[OutOfFoldAnswer], recall: f64) -> f32 {
    let mut margins: Vec<f32> = out_of_fold.iter().map(|q| q.margin).collect();
    margins.sort_by(f32::total_cmp);
    // tolerance for rounding: 0.98 of 100 are 98
    let keep = (recall * margins.len() as f64 - 1e-9).ceil() as usize;
    match margins.len() - keep.min(margins.len()) {
        0 => f32::NEG_INFINITY,
        lost => margins.get(lost).copied().unwrap_or(f32::NEG_INFINITY),
    }
}

/// The lowest threshold at which the answers have the precision `wanted`. `kept` are the questions in scope,
/// by descending probability, of `all` questions.
fn by_precision(kept: &[OutOfFoldAnswer], all: usize, wanted: f64) -> Result<f32, Unreachable> {
    let least = ((all as f64 * MIN_COVERAGE).ceil() as usize).max(1);
    let (mut best, mut threshold, mut right) = (0f64, None, 0u32);
    for (i, question) in kept.iter().enumerate() {
        right += u32::from(question.right);
        // questions of equal probability fall on the same side
        let tied = kept.get(i + 1).is_some_and(|next| next.probability == question.probability);
        if tied || i + 1 < least {
            continue;
        }
        let precision = f64::from(right) / (i + 1) as f64;
        best = best.max(precision);
        if precision >= wanted {
            threshold = Some(if i + 1 == kept.len() { 0.0 } else { question.probability });
        }
    }
    threshold.ok_or(Unreachable::Precision { wanted, best })
}

/// The highest threshold at which the share `wanted` of `all` questions is answered.
fn by_coverage(kept: &[OutOfFoldAnswer], all: usize, wanted: f64) -> Result<f32, Unreachable> {
    let answered = ((wanted * all as f64 - 1e-9).ceil() as usize).max(1);
    match kept.get(answered - 1) {
        Some(_) if answered == kept.len() => Ok(0.0),
        Some(last) => Ok(last.probability),
        None => Err(Unreachable::Coverage { wanted, kept: kept.len() as f64 / all as f64 }),
    }
}

/// The decision about a question whose intent is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered.
    Answered {
        /// Whether with the right intent.
        right: bool,
    },
    /// It was not answered: the model was unsure.
    Unsure {
        /// Whether the right intent is among the candidates, if known.
        among: Option<bool>,
    },
    /// It was called out of scope.
    OutOfScope,
}

/// The selective figures: the share of each verdict.
#[must_use]
pub fn selective(verdicts: impl IntoIterator<Item = Verdict>) -> Selective {
    let [mut all, mut answered, mut right, mut unsure, mut known, mut among] = [0u32; 6];
    for verdict in verdicts {
        all += 1;
        match verdict {
            Verdict::Answered { right: is } => {
                answered += 1;
                right += u32::from(is);
            }
            Verdict::Unsure { among: is } => {
                unsure += 1;
                known += u32::from(is.is_some());
                among += u32::from(is == Some(true));
            }
            Verdict::OutOfScope => {}
        }
    }
    let share = |part: u32, all: u32| if all == 0 { 0.0 } else { f64::from(part) / f64::from(all) };
    Selective {
        coverage: share(answered, all),
        precision: share(right, answered),
        unsure: share(unsure, all),
        candidates_right: (known > 0).then(|| share(among, known)),
        out_of_scope: share(all - answered - unsure, all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn question((right, probability, margin): (bool, u8, u8)) -> OutOfFoldAnswer {
        let (probability, margin) = (f32::from(probability) / 255.0, f32::from(margin));
        OutOfFoldAnswer { right, probability, margin }
    }

    /// Ten questions, the surer the more often right: wrong are those of 0.1, 0.2 and 0.5.
    fn ten() -> Vec<OutOfFoldAnswer> {
        let wrong = [1, 2, 5];
        (1..=10)
            .map(|i| OutOfFoldAnswer {
                right: !wrong.contains(&i),
                probability: i as f32 / 10.0,
                margin: i as f32,
            })
            .collect()
    }

    #[test]
    fn by_hand() {
        let choose = |wanted: Wanted| wanted.choose(&ten()).unwrap().unwrap();
        let none = Wanted::default();
        assert_eq!(none.choose(&ten()), Ok(None));
        // of the 8 from 0.3 on, 7 are right; of the 9 from 0.2 on, 7
        let a = choose(Wanted { precision: Some(0.87), ..none });
        assert_eq!(a.thresholds.unsure_below, 0.3);
        let c = a.cross_validated;
        assert_eq!((c.coverage, c.precision, c.unsure, c.out_of_scope), (0.8, 0.875, 0.2, 0.0));
        assert_eq!(choose(Wanted { precision: Some(0.88), ..none }).thresholds.unsure_below, 0.6);
        assert_eq!(choose(Wanted { precision: Some(0.7), ..none }).thresholds.unsure_below, 0.0);
        let a = choose(Wanted { coverage: Some(0.5), ..none });
        assert_eq!((a.thresholds.unsure_below, a.cross_validated.coverage), (0.6, 0.5));
        assert_eq!(choose(Wanted { coverage: Some(1.0), ..none }).thresholds.unsure_below, 0.0);
        // 0.75 of 10 are 8 kept
        let a = choose(Wanted { scope_recall: Some(0.75), ..none });
        assert_eq!((a.thresholds.out_of_scope_below, a.cross_validated.out_of_scope), (3.0, 0.2));
        assert_eq!(a.thresholds.unsure_below, 0.0);
        let all = choose(Wanted { scope_recall: Some(1.0), ..none });
        assert_eq!(all.thresholds, Thresholds::ALWAYS_ANSWER);
    }

    #[test]
    fn what_is_not_to_be_had() {
        let none = Wanted::default();
        let wanted = Wanted { coverage: Some(0.9), scope_recall: Some(0.75), ..none };
        assert_eq!(wanted.choose(&ten()), Err(Unreachable::Coverage { wanted: 0.9, kept: 0.8 }));
        let bad: Vec<_> = ten()
            .into_iter()
            .map(|q| OutOfFoldAnswer { right: q.probability < 0.8, ..q })
            .collect();
        let wanted = Wanted { precision: Some(0.9), ..none };
        let error = wanted.choose(&bad).unwrap_err();
        assert_eq!(error, Unreachable::Precision { wanted: 0.9, best: 0.7 });
        assert!(error.to_string().contains("--abstain-precision 0.9 is not reached"), "{error}");
    }

    proptest! {
        /// The thresholds meet the demands on the answers they were chosen on, ties or not.
        #[test]
        fn promises_hold(
            questions in proptest::collection::vec(any::<(bool, u8, u8)>().prop_map(question), 1..80),
            share in 0.01f64..1.0, recall in proptest::option::of(0.5f64..1.0), precise: bool,
        ) {
            let (precision, coverage) = if precise { (Some(share), None) } else { (None, Some(share)) };
            let wanted = Wanted { precision, coverage, scope_recall: recall };
            match wanted.choose(&questions) {
                Ok(Some(Abstention { cross_validated: c, thresholds, .. })) => {
                    prop_assert!(precision.is_none_or(|p| c.precision >= p));
                    prop_assert!(coverage.is_none_or(|p| c.coverage >= p - 1e-9));
                    prop_assert!(c.out_of_scope <= 1.0 - recall.unwrap_or(1.0) + 1e-9);
                    prop_assert!((c.coverage + c.unsure + c.out_of_scope - 1.0).abs() < 1e-9);
                    prop_assert_eq!(thresholds.validate(), Ok(()));
                }
                Ok(None) => prop_assert!(false),
                Err(Unreachable::Precision { wanted, best }) => prop_assert!(precise && best < wanted),
                Err(Unreachable::Coverage { wanted, kept }) => prop_assert!(!precise && kept < wanted),
            }
        }
    }
}
