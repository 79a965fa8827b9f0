//! Resampled answers: how the figures would differ on other questions of the same kind.

use super::{Answer, BINS, Evaluation};
use crate::random::rng;
use crate::stats::{self, Interval};
use rand::Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Resamples of an interval.
pub const RESAMPLES: u64 = 2_000;

/// The figures that are resampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Point {
    /// Share of right answers.
    pub accuracy: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_precision: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_recall: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_f1: f64,
    /// Expected calibration error.
    pub ece: f64,
}

impl Point {
    /// The figures of an evaluation.
    #[must_use]
    pub fn of(e: &Evaluation) -> Self {
        Point {
            accuracy: e.accuracy,
            macro_precision: e.macro_precision,
            macro_recall: e.macro_recall,
            macro_f1: e.macro_f1,
            ece: e.ece,
        }
    }
}

/// Intervals with a confidence of 95 % of the figures of one evaluation. What varies is the
/// questions that are asked; the model is that one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// Confidence.
    pub level: f64,
    /// Resamples of the figures that are resampled.
    pub resamples: u64,
    /// Wilson's interval, as accuracy is a plain share.
    pub accuracy: Interval,
    /// Resampled; absent where the resamples do not differ, as where every answer is right.
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
    /// The intervals of `e`, which was measured on `answers`.
    #[must_use]
    pub fn of(answers: &[Answer], e: &Evaluation, seed: u64) -> Self {
        let classes = e.classes.len();
        let points = resampled(answers, classes, answers.len(), RESAMPLES, seed);
        let interval = |measured: f64, of: fn(&Point) -> f64| {
            stats::percentile(measured, points.iter().map(of).collect())
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
            f1: (0..classes)
                .map(|c| {
                    let right = e.confusion.count(c, c);
                    let wrong = e.confusion.asked(c) + e.confusion.given(c) - 2 * right;
                    stats::f1_interval(right.into(), wrong.into())
                })
                .collect(),
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
) -> Vec<Point> {
    if answers.is_empty() {
        return Vec::new();
    }
    let sample = |i: u64| {
        let mut rng = rng(seed, "bootstrap", i);
        let mut tally = Tally::new(classes);
        (0..size).for_each(|_| tally.add(&answers[rng.random_range(0..answers.len())]));
        tally.point()
    };
    (0..resamples).into_par_iter().map(sample).collect()
}

/// Counts that the figures need: no matrix, so that a resample costs its answers and classes.
struct Tally {
    /// Right, asked, given.
    classes: Vec<[u32; 3]>,
    /// Sum of the probabilities, right.
    bins: [(f64, f64); BINS],
    size: usize,
}

impl Tally {
    fn new(classes: usize) -> Self {
        Tally { classes: vec![[0; 3]; classes], bins: [(0.0, 0.0); BINS], size: 0 }
    }

    fn add(&mut self, a: &Answer) {
        let right = a.truth == a.class;
        self.classes[a.truth as usize][0] += u32::from(right);
        self.classes[a.truth as usize][1] += 1;
        self.classes[a.class as usize][2] += 1;
        let bin = &mut self.bins[((a.probability * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += a.probability;
        bin.1 += f64::from(u8::from(right));
        self.size += 1;
    }

    fn point(&self) -> Point {
        let (mut sums, mut occurring, mut right) = ([0.0; 3], 0, 0);
        for &[hits, asked, given] in self.classes.iter().filter(|c| c[1] + c[2] > 0) {
            let share = |of: u32| if of == 0 { 0.0 } else { f64::from(hits) / f64::from(of) };
            let f1 = 2.0 * f64::from(hits) / f64::from(asked + given);
            sums.iter_mut().zip([share(given), share(asked), f1]).for_each(|(s, v)| *s += v);
            occurring += 1;
            right += hits;
        }
        let classes = f64::from(occurring.max(1));
        let size = self.size.max(1) as f64;
        Point {
            accuracy: f64::from(right) / size,
            macro_precision: sums[0] / classes,
            macro_recall: sums[1] / classes,
            macro_f1: sums[2] / classes,
            ece: self.bins.iter().map(|(sure, right)| (sure - right).abs()).sum::<f64>() / size,
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
        Evaluation::of(answers, &[0, 1, 2, 3], &["a", "b", "c", "d"].map(String::from))
    }

    proptest! {
        /// The tally is another way to the figures of an evaluation.
        #[test]
        fn the_tally_gives_the_figures_of_the_evaluation(answers in answers()) {
            let mut tally = Tally::new(4);
            answers.iter().for_each(|a| tally.add(a));
            let (p, e) = (tally.point(), evaluation(&answers));
            let of_e = [e.accuracy, e.macro_precision, e.macro_recall, e.macro_f1, e.ece];
            let of_p = [p.accuracy, p.macro_precision, p.macro_recall, p.macro_f1, p.ece];
            for (a, b) in of_p.iter().zip(of_e) {
                prop_assert!((a - b).abs() < 1e-12, "{:?} {:?}", of_p, of_e);
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
            let points = resampled(&answers, 2, size, 2_000, 1);
            stats::variance(&points.iter().map(|p| p.accuracy).collect::<Vec<_>>()).sqrt()
        };
        let theory = (0.7 * 0.3 / 300.0f64).sqrt();
        assert!((spread(300) / theory - 1.0).abs() < 0.06, "{} {theory}", spread(300));
        assert!((spread(150) / theory / 2f64.sqrt() - 1.0).abs() < 0.06);
        let e = Evaluation::of(&answers, &[0, 1], &["a", "b"].map(String::from));
        let i = Intervals::of(&answers, &e, 1);
        assert!(i.accuracy.holds(0.7) && !i.accuracy.holds(0.63) && !i.accuracy.holds(0.77));
        assert!(i.macro_f1.unwrap().holds(e.macro_f1));
        assert!(i.ece.unwrap().holds(e.ece));
        assert_eq!(i, Intervals::of(&answers, &e, 1));
        let all_right = vec![Answer { truth: 0, class: 0, probability: 1.0 }; 17];
        let i = Intervals::of(&all_right, &evaluation(&all_right), 1);
        assert_eq!(i.macro_f1, None);
        assert!(i.accuracy.low < 0.85 && i.accuracy.high == 1.0, "{i:?}");
    }
}
