//! Means, variances and confidence intervals.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Confidence level of every interval.
pub const LEVEL: f64 = 0.95;

/// The range in which a figure lies with a confidence of [`LEVEL`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `centre` ± `half`, clamped to [0, 1].
    #[must_use]
    pub fn around(centre: f64, half: f64) -> Self {
        Interval { low: (centre - half).clamp(0.0, 1.0), high: (centre + half).clamp(0.0, 1.0) }
    }

    /// Whether `value` lies within the interval.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Wilson's interval for a share of `right` among `all` (Wilson 1927; recommended for small
/// counts by Brown, Cai and DasGupta 2001). Counts may be means of counts. Unlike resampling, it does
/// not shrink to a point if all or none are right.
#[must_use]
pub fn wilson(right: f64, all: f64) -> Interval {
    if all <= 0.0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, LEVEL));
    let (share, z2) = (right / all, z * z);
    let centre = (share + z2 / (2.0 * all)) / (1.0 + z2 / all);
    let half = z / (1.0 + z2 / all)
        * (share * (1.0 - share) / all + z2 / (4.0 * all * all)).max(0.0).sqrt();
    // rounding must not put the estimate outside
    let around = Interval::around(centre, half);
    Interval { low: around.low.min(share), high: around.high.max(share) }
}

/// The interval of the F1 of a class: 2TP/(2TP + FP + FN) is 2j/(1 + j) for j = TP/(TP + FP + FN), and
/// j is a plain share, that of the right among the answers that concern the class. Wilson's interval
/// of j is mapped to F1, which grows with j.
#[must_use]
pub fn f1_interval(right: f64, wrong: f64) -> Interval {
    let j = wilson(right, right + wrong);
    let f1 = |j: f64| 2.0 * j / (1.0 + j);
    Interval { low: f1(j.low), high: f1(j.high) }
}

/// The percentile interval of a resampled figure, shifted by the mean excess of the resamples over
/// the `measured` one; `None` if the resamples do not differ.
///
/// The shift matters for the calibration error: resampling adds noise to every bin, which an
/// absolute value turns into more error.
pub(crate) fn percentile(measured: f64, mut resampled: Vec<f64>) -> Option<Interval> {
    resampled.sort_by(f64::total_cmp);
    let (first, last) = (*resampled.first()?, *resampled.last()?);
    if first == last {
        return None;
    }
    let excess = mean(&resampled) - measured;
    let tail = (1.0 - LEVEL) / 2.0;
    let at = |share: f64| resampled[((resampled.len() - 1) as f64 * share).round() as usize];
    let inside = |value: f64| (value - excess).clamp(0.0, 1.0);
    Some(Interval { low: inside(at(tail)), high: inside(at(1.0 - tail)) })
}

/// Mean; 0 without values.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Sample variance, by n − 1; 0 of fewer than two values.
#[must_use]
pub fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    squares / values.len().saturating_sub(1).max(1) as f64
}

/// Variance of the mean of `runs` values from cross-validation whose sample variance is `variance`,
/// each tested on `ratio` times as many questions as it was trained on (1/(k − 1) with k folds).
///
/// The runs share training questions, so that the variance of their mean is not
/// `variance / runs`: the corrected resampled variance adds `ratio` (Nadeau and Bengio 2003;
/// for repeated cross-validation Bouckaert and Frank 2004).
#[must_use]
pub fn corrected(variance: f64, runs: usize, ratio: f64) -> f64 {
    (1.0 / runs.max(1) as f64 + ratio) * variance
}

/// Half the width of the interval of an estimate with this `variance`, by Student's t with
/// `runs` − 1 degrees of freedom.
#[must_use]
pub fn half_width(variance: f64, runs: usize) -> f64 {
    let freedom = runs.saturating_sub(1).max(1) as f64;
    let t = StudentsT::new(0.0, 1.0, freedom)
        .map_or(f64::INFINITY, |t| t.inverse_cdf(f64::midpoint(1.0, LEVEL)));
    t * variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }

    /// By hand and from tables.
    #[test]
    fn known_values() {
        // Newcombe 1998, table I: 81 of 263, and 0 of 20
        let i = wilson(81.0, 263.0);
        near(i.low, 0.2553);
        near(i.high, 0.3662);
        let i = wilson(0.0, 20.0);
        near(i.low, 0.0);
        near(i.high, 0.1611);
        // t of 24 degrees of freedom is 2.0639, of 1 is 12.706
        near(half_width(1.0, 25), 2.0639);
        near(half_width(4.0, 2), 2.0 * 12.7062);
        near(variance(&[1.0, 2.0, 3.0, 4.0]), 5.0 / 3.0);
        near(corrected(2.0, 25, 0.25), 2.0 * 0.29);
        assert_eq!(percentile(0.5, vec![0.5; 9]), None);
        // 0, 0.001, …, 1 has its mean at 0.5: 0.1 above what was measured
        let i = percentile(0.4, (0..=1000).map(|i| f64::from(i) / 1000.0).collect()).unwrap();
        near(i.low, 0.0);
        near(i.high, 0.875);
    }

    proptest! {
        #[test]
        fn intervals_hold_their_estimate_and_stay_shares(right in 0u32..500, wrong in 0u32..500) {
            let (right, wrong) = (f64::from(right), f64::from(wrong));
            let i = wilson(right, right + wrong);
            prop_assert!(0.0 <= i.low && i.high <= 1.0 && i.low < i.high);
            if right + wrong > 0.0 {
                prop_assert!(i.holds(right / (right + wrong)));
                let i = f1_interval(right, wrong);
                prop_assert!(i.low <= 2.0 * right / (2.0 * right + wrong) + 1e-12);
                prop_assert!(i.high >= 2.0 * right / (2.0 * right + wrong) - 1e-12);
            }
        }
    }
}
