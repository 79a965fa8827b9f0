//! Bootstrap: how the figures would differ on other questions of the same kind.

use super::answer::{Answer, BINS};
use super::evaluation::{Evaluation, HeadlineFigures};
use super::scores::{Averages, ClassCounts};
use crate::random::rng;
use crate::stats::{self, Interval};
use rand::Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Number of resamples of an interval.
pub const RESAMPLES: u64 = 2_000;

/// Confidence intervals (95 %) of the figures of one evaluation. The questions vary; the model does
/// not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// The confidence level.
    pub level: f64,
    /// Number of resamples behind the resampled figures.
    pub resamples: u64,
    /// Wilson's interval, as accuracy is a plain share.
    pub accuracy: Interval,
    /// Resampled; absent if the resamples do not differ, for example because every answer is right.
    pub macro_precision: Option<Interval>,
    /// As `macro_precision`.
    pub macro_recall: Option<Interval>,
    /// As `macro_precision`.
    pub macro_f1: Option<Interval>,
    /// As `macro_precision`.
    pub ece: Option<Interval>,
    /// F1 of each class ([`stats::f1_interval`]).
    pub f1: Vec<Interval>,
}

impl Intervals {
    /// The intervals of `evaluation`, which was measured on `answers`.
    #[must_use]
    pub fn bootstrap(answers: &[Answer], evaluation: &Evaluation, seed: u64) -> Self {
        let e = evaluation;
        let classes = e.classes.len();
        let resamples = resampled(answers, classes, answers.len(), RESAMPLES, seed);
        let interval = |measured: f64, figure: fn(&HeadlineFigures) -> f64| {
            stats::percentile(measured, resamples.iter().map(figure).collect())
        };
        let right = e.confusion.right();
        Intervals {
            level: stats::LEVEL,
            resamples: RESAMPLES,
            accuracy: stats::wilson(f64::from(right), f64::from(e.questions)),
            macro_precision: interval(e.macro_precision, |p| p.macro_precision),
            macro_recall: interval(e.macro_recall, |p| p.macro_recall),
            macro_f1: interval(e.macro_f1, |p| p.macro_f1),
            ece: interval(e.ece, |p| p.ece),
            f1: (0..classes).map(|class| e.confusion.counts(class).f1_interval()).collect(),
        }
    }
}

/// The figures of `resamples` samples of `size` answers, drawn with replacement (Efron 1979).
#[must_use]
pub fn resampled(
    answers: &[Answer],
    classes: usize,
    size: usize,
    resamples: u64,
    seed: u64,
) -> Vec<HeadlineFigures> {
    if answers.is_empty() {
        return Vec::new();
    }
    let sample = |i: u64| {
        let mut rng = rng(seed, "bootstrap", i);
        let mut tally = Tally::new(classes);
        (0..size).for_each(|_| tally.add(&answers[rng.random_range(0..answers.len())]));
        tally.figures()
    };
    (0..resamples).into_par_iter().map(sample).collect()
}

/// The counts that the figures need. Without a confusion matrix a resample costs only its answers and
/// classes.
struct Tally {
    classes: Vec<ClassCounts>,
    bins: [TallyBin; BINS],
    size: usize,
}

/// The answers of one bin.
#[derive(Clone, Copy, Default)]
struct TallyBin {
    /// Sum of their probabilities.
    probability: f64,
    /// Right answers.
    right: f64,
}

impl Tally {
    fn new(classes: usize) -> Self {
        let classes = vec![ClassCounts::default(); classes];
        Tally { classes, bins: [TallyBin::default(); BINS], size: 0 }
    }

    fn add(&mut self, a: &Answer) {
        let right = a.is_right();
        self.classes[a.truth as usize].right += u32::from(right);
        self.classes[a.truth as usize].asked += 1;
        self.classes[a.class as usize].given += 1;
        let bin = &mut self.bins[a.bin()];
        bin.probability += a.probability;
        bin.right += f64::from(u8::from(right));
        self.size += 1;
    }

    fn figures(&self) -> HeadlineFigures {
        let averages = Averages::from_counts(self.classes.iter().copied());
        let gaps = self.bins.iter().map(|bin| (bin.probability - bin.right).abs());
        HeadlineFigures {
            accuracy: averages.accuracy,
            macro_precision: averages.macro_precision,
            macro_recall: averages.macro_recall,
            macro_f1: averages.macro_f1,
            ece: gaps.sum::<f64>() / self.size.max(1) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers() -> impl Strategy<Value = Vec<Answer>> {
        let answer = (0u32..4, 0u32..4, 0.0f64..1.0);
        proptest::collection::vec(
            answer.prop_map(|(truth, class, probability)| Answer { truth, class, probability }),
            1..60,
        )
    }

    fn evaluation(answers: &[Answer]) -> Evaluation {
        Evaluation::from_answers(answers, &[0, 1, 2, 3], &["a", "b", "c", "d"].map(String::from))
    }

    proptest! {
        /// The tally gives the figures of an evaluation without its matrix.
        #[test]
        fn the_tally_gives_the_figures_of_the_evaluation(answers in answers()) {
            let mut tally = Tally::new(4);
            answers.iter().for_each(|a| tally.add(a));
            let (p, e) = (tally.figures(), evaluation(&answers));
            let evaluated = [e.accuracy, e.macro_precision, e.macro_recall, e.macro_f1, e.ece];
            let tallied = [p.accuracy, p.macro_precision, p.macro_recall, p.macro_f1, p.ece];
            for (a, b) in tallied.iter().zip(evaluated) {
                prop_assert!((a - b).abs() < 1e-12, "{:?} {:?}", tallied, evaluated);
            }
        }
    }

    /// 300 answers of a model that is right 7 times of 10: the spread of the resamples is that of
    /// theory, √(p(1 − p)/n), and half the answers spread √2 as much.
    #[test]
    fn resamples_spread_as_theory_says() {
        let answers: Vec<Answer> = (0..300)
            .map(|i| Answer { truth: 0, class: u32::from(i % 10 >= 7), probability: 0.7 })
            .collect();
        let spread = |size: usize| {
            let resamples = resampled(&answers, 2, size, 2_000, 1);
            stats::variance(&resamples.iter().map(|p| p.accuracy).collect::<Vec<_>>()).sqrt()
        };
        let theory = (0.7 * 0.3 / 300.0f64).sqrt();
        assert!((spread(300) / theory - 1.0).abs() < 0.06, "{} {theory}", spread(300));
        assert!((spread(150) / theory / 2f64.sqrt() - 1.0).abs() < 0.06);
        let e = Evaluation::from_answers(&answers, &[0, 1], &["a", "b"].map(String::from));
        let i = Intervals::bootstrap(&answers, &e, 1);
        assert!(i.accuracy.holds(0.7) && !i.accuracy.holds(0.63) && !i.accuracy.holds(0.77));
        assert!(i.macro_f1.unwrap().holds(e.macro_f1));
        assert!(i.ece.unwrap().holds(e.ece));
        assert_eq!(i, Intervals::bootstrap(&answers, &e, 1));
        let all_right = vec![Answer { truth: 0, class: 0, probability: 1.0 }; 17];
        let i = Intervals::bootstrap(&all_right, &evaluation(&all_right), 1);
        assert_eq!(i.macro_f1, None);
        assert!(i.accuracy.low < 0.85 && i.accuracy.high == 1.0, "{i:?}");
    }
}
