//! How far the probabilities can be trusted: the reliability table and the risk-coverage curve.

use super::answer::{Answer, BINS};
use serde::Serialize;

/// The answers whose probability lies in one of 15 bins of equal width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bin {
    /// Lower bound of the probabilities of the bin.
    pub low: f64,
    /// Greatest probability of the bin.
    pub high: f64,
    /// Answers in it.
    pub count: u32,
    /// Their mean probability; 0 if there is none.
    pub probability: f64,
    /// Share of them that is right; 0 if there is none.
    pub accuracy: f64,
}

/// The reliability table, from probability 0 to 1.
pub(super) fn reliability(answers: &[Answer]) -> Vec<Bin> {
    let mut bins = [(0u32, 0f64, 0u32); BINS];
    for a in answers {
        let bin = &mut bins[a.bin()];
        bin.0 += 1;
        bin.1 += a.probability;
        bin.2 += u32::from(a.is_right());
    }
    let bin = |(i, &(count, sure, right)): (usize, &(u32, f64, u32))| {
        let all = f64::from(count.max(1));
        Bin {
            low: i as f64 / BINS as f64,
            high: (i + 1) as f64 / BINS as f64,
            count,
            probability: sure / all,
            accuracy: f64::from(right) / all,
        }
    };
    bins.iter().enumerate().map(bin).collect()
}

/// The expected calibration error: the gaps of the bins, weighted by their answers (Guo et al. 2017).
pub(super) fn calibration_error(bins: &[Bin]) -> f64 {
    let gap = |b: &Bin| f64::from(b.count) * (b.probability - b.accuracy).abs();
    let all: u32 = bins.iter().map(|b| b.count).sum();
    bins.iter().map(gap).sum::<f64>() / f64::from(all.max(1))
}

/// Risk and coverage if only answers from a probability on were given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RiskPoint {
    /// The lowest probability that is answered.
    pub threshold: f64,
    /// Share of the questions that are answered.
    pub coverage: f64,
    /// Share of these answers that are wrong.
    pub risk: f64,
}

/// Risk against coverage (El-Yaniv and Wiener 2010).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// Area under the curve: the mean risk over all coverages (Geifman et al. 2019). 0 is best;
    /// probabilities that say nothing have the error rate.
    pub aurc: f64,
    /// The curve, coverage ascending: about one point for each hundredth.
    pub curve: Vec<RiskPoint>,
}

/// Number of points of the curve, about and at most.
const POINTS: usize = 100;

impl RiskCoverage {
    /// The curve of `answers`. Answers of equal probability are taken together: their order means nothing.
    pub(super) fn from_answers(answers: &[Answer]) -> Self {
        let mut order: Vec<(f64, bool)> =
            answers.iter().map(|a| (a.probability, a.is_right())).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all = order.len();
        let (mut aurc, mut curve) = (0.0, Vec::new());
        let (mut taken, mut wrong) = (0usize, 0usize);
        for equal in order.chunk_by(|a, b| a.0 == b.0) {
            let shown = taken * POINTS / all;
            taken += equal.len();
            wrong += equal.iter().filter(|(_, right)| !right).count();
            let risk = wrong as f64 / taken as f64;
            aurc += risk * equal.len() as f64 / all as f64;
            if taken * POINTS / all > shown || taken == all {
                let coverage = taken as f64 / all as f64;
                curve.push(RiskPoint { threshold: equal[0].0, coverage, risk });
            }
        }
        RiskCoverage { aurc, curve }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers(pairs: &[(f64, bool)]) -> Vec<Answer> {
        let answer = |&(probability, right): &(f64, bool)| Answer {
            truth: 0,
            class: u32::from(!right),
            probability,
        };
        pairs.iter().map(answer).collect()
    }

    /// By hand: the two surest are right, of the two that are equally sure one is, the last is not.
    #[test]
    fn risk_and_coverage_by_hand() {
        let r = RiskCoverage::from_answers(&answers(&[
            (0.5, false),
            (0.9, true),
            (0.8, true),
            (0.5, true),
            (0.1, false),
        ]));
        let points: Vec<_> = r.curve.iter().map(|p| (p.threshold, p.coverage, p.risk)).collect();
        assert_eq!(points, [(0.9, 0.2, 0.0), (0.8, 0.4, 0.0), (0.5, 0.8, 0.25), (0.1, 1.0, 0.4)]);
        assert!((r.aurc - (2.0 * 0.25 + 0.4) / 5.0).abs() < 1e-12);
        assert_eq!(RiskCoverage::from_answers(&[]), RiskCoverage::default());
    }

    #[test]
    fn the_reliability_table_by_hand() {
        let bins = reliability(&answers(&[(1.0, true), (0.95, false), (0.0, false), (0.5, true)]));
        assert_eq!(bins.len(), BINS);
        assert_eq!((bins[14].count, bins[14].accuracy), (2, 0.5));
        assert!((bins[14].probability - 0.975).abs() < 1e-12);
        assert_eq!((bins[0].count, bins[7].count, bins[1].count), (1, 1, 0));
        assert!((calibration_error(&bins) - (2.0 * 0.475 + 0.0 + 0.5) / 4.0).abs() < 1e-12);
        assert_eq!(calibration_error(&reliability(&[])), 0.0);
    }

    proptest! {
        #[test]
        fn the_curve_ends_at_the_error_rate_and_does_not_depend_on_the_order(
            mut pairs in proptest::collection::vec(((0u8..40).prop_map(|p| f64::from(p) / 40.0), any::<bool>()), 1..400),
        ) {
            let r = RiskCoverage::from_answers(&answers(&pairs));
            let wrong = pairs.iter().filter(|a| !a.1).count() as f64 / pairs.len() as f64;
            let last = r.curve.last().copied();
            prop_assert_eq!(last.map(|p| (p.coverage, p.risk)), Some((1.0, wrong)));
            prop_assert!(r.curve.len() <= POINTS + 1);
            prop_assert!(r.curve.windows(2).all(|w| w[0].coverage < w[1].coverage && w[0].threshold > w[1].threshold));
            prop_assert!((0.0..=1.0).contains(&r.aurc));
            pairs.reverse();
            prop_assert_eq!(RiskCoverage::from_answers(&answers(&pairs)), r);
        }
    }
}
