//! The interval of one figure over the folds of repeated cross-validation.

use super::plan::{Run, SHARES};
use super::result::Spread;
use intent_learn::evaluate::HeadlineFigures;
use intent_learn::stats::{self, Interval};

/// Reads one figure.
pub(super) type Figure = fn(&HeadlineFigures) -> f64;

/// Mean and variance of a figure over resamples: within each repeat, then the mean of the repeats.
pub(super) fn sampling(points: &[Vec<HeadlineFigures>], figure: Figure) -> (f64, f64) {
    let moments = |points: &Vec<HeadlineFigures>| {
        let values: Vec<f64> = points.iter().map(figure).collect();
        (stats::mean(&values), stats::variance(&values))
    };
    let (means, variances): (Vec<f64>, Vec<f64>) = points.iter().map(moments).unzip();
    (stats::mean(&means), stats::mean(&variances))
}

/// The folds' sample variance S² holds what the training questions move and what the test questions
/// move. The latter is `fold`'s, by resampling; the former is the rest, if there is any. A test
/// of another size has `test`'s instead. To this comes the uncertainty of the mean itself.
pub(super) fn spread(
    runs: &[Run],
    questions: usize,
    figure: Figure,
    fold: (f64, f64),
    test: (f64, f64),
) -> Spread {
    let full: Vec<&Run> = runs.iter().filter(|r| r.share == 1.0).collect();
    let values: Vec<f64> = full.iter().map(|r| figure(&r.figures)).collect();
    let (mean, variance) = (stats::mean(&values), stats::variance(&values));
    let mean_variance = stats::corrected(variance, full.len(), ratio(&full));
    let test_variance = mean_variance + (variance - fold.1).max(0.0) + test.1;
    // small tests have greater calibration errors and lesser macro means
    let at_test = mean + test.0 - fold.0;
    let (gain, gain_variance) = gain(runs, questions, figure);
    let around = |centre: f64, variance: f64| {
        Interval::around(centre, stats::half_width(variance, full.len()))
    };
    Spread {
        mean,
        sd: variance.sqrt(),
        of_mean: around(mean, mean_variance),
        of_test: around(at_test, test_variance),
        of_test_fitted_on_all: around(at_test + gain, test_variance + gain_variance),
    }
}

/// Gain of a measure from a fold's training part to all questions, and its variance: the
/// slope against ln(questions) from the last share of the learning curve to the whole part,
/// of runs on the same fold, goes on. Curves flatten: this is rather too much than too little.
fn gain(runs: &[Run], questions: usize, figure: Figure) -> (f64, f64) {
    let mut gains = Vec::new();
    let mut whole = Vec::new();
    let last = SHARES.iter().copied().fold(0.0, f64::max);
    for part in runs.iter().filter(|r| r.share == last) {
        let same = |r: &&Run| r.share == 1.0 && (r.repeat, r.fold) == (part.repeat, part.fold);
        let Some(full) = runs.iter().find(same) else { continue };
        let step = (full.train as f64 / part.train as f64).ln();
        let further = (questions as f64 / full.train as f64).ln();
        if step > 0.0 {
            gains.push((figure(&full.figures) - figure(&part.figures)) * further / step);
            whole.push(full);
        }
    }
    (stats::mean(&gains), stats::corrected(stats::variance(&gains), gains.len(), ratio(&whole)))
}

/// Test over training questions, mean.
pub(super) fn ratio(runs: &[&Run]) -> f64 {
    stats::mean(&runs.iter().map(|r| r.test as f64 / r.train.max(1) as f64).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use intent_learn::random::rng;
    use rand::Rng;

    /// Trainings whose accuracy is drawn around 0.7 for each fold and for the test, answered with the
    /// sampling error of folds of 200 and tests of 400: 95 % of the tests lie inside, give or take
    /// what 2,000 trials leave open, and fewer would without either part of the variance.
    #[test]
    fn the_interval_of_a_test_covers_a_test() {
        let (fold_size, test_size, questions) = (200, 400, 1_000);
        let mut inside = 0;
        let trials = 2_000;
        for trial in 0..trials {
            let mut rng = rng(1, "coverage", trial);
            let mut accuracy = |size: usize| {
                // a uniform draw of standard deviation 0.02
                let own = 0.7 + (rng.random::<f64>() - 0.5) * 0.02 * 12f64.sqrt();
                (0..size).filter(|_| rng.random::<f64>() < own).count() as f64 / size as f64
            };
            let run = |fold: u8, accuracy: f64| Run {
                repeat: u32::from(fold / 5),
                fold: fold % 5,
                share: 1.0,
                train: questions - fold_size,
                test: fold_size,
                figures: HeadlineFigures { accuracy, ..HeadlineFigures::default() },
            };
            let runs: Vec<Run> = (0..10).map(|fold| run(fold, accuracy(fold_size))).collect();
            let sampling = |size: usize| (0.7, 0.21 / size as f64);
            let s =
                spread(&runs, questions, |p| p.accuracy, sampling(fold_size), sampling(test_size));
            assert!(s.of_test.low < s.of_mean.low && s.of_mean.high < s.of_test.high);
            inside += u32::from(s.of_test.holds(accuracy(test_size)));
        }
        let coverage = f64::from(inside) / trials as f64;
        assert!((0.94..=0.99).contains(&coverage), "{coverage}");
    }

    /// By hand: 0.02 from 75 to 100 questions is 0.02 ln(125/100)/ln(100/75) more at 125.
    #[test]
    fn the_last_slope_goes_on() {
        let run = |fold: u8, share: f64, train: usize, accuracy: f64| Run {
            repeat: 0,
            fold,
            share,
            train,
            test: 25,
            figures: HeadlineFigures { accuracy, ..HeadlineFigures::default() },
        };
        let runs = [
            run(0, 0.75, 75, 0.60),
            run(0, 1.0, 100, 0.62),
            run(1, 0.75, 75, 0.70),
            run(1, 1.0, 100, 0.72),
        ];
        let (gain, variance) = gain(&runs, 125, |p| p.accuracy);
        assert!((gain - 0.02 * 1.25f64.ln() / (4.0f64 / 3.0).ln()).abs() < 1e-12, "{gain}");
        assert!(variance < 1e-12);
    }
}
