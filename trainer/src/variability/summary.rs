//! The runs → means, spreads and intervals.

use super::{Plan, Run};
use intent_dataset::Dataset;
use intent_learn::evaluate::bootstrap;
use intent_learn::evaluate::{Answer, HeadlineFigures};
use intent_learn::stats::{self, Interval};
use serde::Serialize;

/// What repeated cross-validation says of a data set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variability {
    /// SHA-256 of all questions and labels.
    pub data_sha256: String,
    /// All questions.
    pub questions: usize,
    /// Seed of the folds and of the fits.
    pub seed: u64,
    /// Repeats asked for.
    pub repeats_wanted: u32,
    /// Repeats that ran: fewer where the time was up.
    pub repeats: u32,
    /// Folds of each.
    pub folds: u8,
    /// Questions that a fit sees, at most.
    pub train_size: usize,
    /// Questions of the held-out test that the `test` intervals are of.
    pub test_size: usize,
    /// Confidence of the intervals.
    pub level: f64,
    /// Share of right answers.
    pub accuracy: Spread,
    /// Unweighted mean over the classes of a fold.
    pub macro_precision: Spread,
    /// Unweighted mean over the classes of a fold.
    pub macro_recall: Spread,
    /// Unweighted mean over the classes of a fold.
    pub macro_f1: Spread,
    /// Expected calibration error.
    pub ece: Spread,
    /// Each class, over all folds of a repeat.
    pub classes: Vec<ClassSpread>,
    /// The learning curve, least questions first.
    pub curve: Vec<CurvePoint>,
    /// Each fit.
    pub runs: Vec<Run>,
}

/// A figure over the folds of all repeats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Mean of the folds.
    pub mean: f64,
    /// Standard deviation between the folds.
    pub sd: f64,
    /// Where the mean of endlessly many such trainings lies: what to compare methods by.
    pub of_mean: Interval,
    /// Where the figure of one such training, on one held-out test, lies.
    pub of_test: Interval,
    /// As `of_test`, of a training on all questions: the learning curve's last slope goes on.
    pub of_test_fitted_on_all: Interval,
}

/// F1 of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassSpread {
    /// Id of the class.
    pub intent: i32,
    /// Its name.
    pub label: String,
    /// Its questions.
    pub questions: usize,
    /// Mean over the repeats.
    pub f1: f64,
    /// Standard deviation between the repeats: what the seed alone moves.
    pub sd: f64,
    /// By the mean counts ([`stats::f1_interval`]): what other questions would move.
    pub interval: Interval,
}

/// Fits on a share of the training part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The share.
    pub share: f64,
    /// Questions fitted on, mean.
    pub questions: f64,
    /// Fits.
    pub runs: usize,
    /// Mean accuracy.
    pub accuracy: f64,
    /// Where the mean accuracy of endlessly many such trainings lies.
    pub accuracy_interval: Interval,
    /// Mean macro F1.
    pub macro_f1: f64,
    /// As `accuracy_interval`.
    pub macro_f1_interval: Interval,
}

type Figure = fn(&HeadlineFigures) -> f64;

/// Sums up `runs`, and the answers of each repeat.
pub(super) fn of(
    data: &Dataset,
    plan: &Plan,
    runs: Vec<Run>,
    answers: &[Vec<Answer>],
) -> Variability {
    let full: Vec<&Run> = runs.iter().filter(|r| r.share == 1.0).collect();
    let fold_size = full.iter().map(|r| r.test).sum::<usize>() / full.len().max(1);
    let test_size = plan.test_size.unwrap_or(fold_size).max(1);
    let classes = data.labels.len();
    // what the choice of the questions alone moves, at the size of a fold and of the test
    let resamples = bootstrap::RESAMPLES / answers.len().max(1) as u64;
    let resample = |size: usize| -> Vec<Vec<HeadlineFigures>> {
        let of = |a: &Vec<Answer>| bootstrap::resampled(a, classes, size, resamples, plan.seed);
        answers.iter().map(of).collect()
    };
    let at_fold = resample(fold_size);
    let at_test = if test_size == fold_size { at_fold.clone() } else { resample(test_size) };
    let spread = |of: Figure| {
        let (fold, test) = (sampling(&at_fold, of), sampling(&at_test, of));
        spread(&runs, data.len(), of, fold, test)
    };
    Variability {
        data_sha256: data.digest(),
        questions: data.len(),
        seed: plan.seed,
        repeats_wanted: plan.repeats,
        repeats: answers.len() as u32,
        folds: plan.folds,
        train_size: full.iter().map(|r| r.train).max().unwrap_or_default(),
        test_size,
        level: stats::LEVEL,
        accuracy: spread(|p| p.accuracy),
        macro_precision: spread(|p| p.macro_precision),
        macro_recall: spread(|p| p.macro_recall),
        macro_f1: spread(|p| p.macro_f1),
        ece: spread(|p| p.ece),
        classes: class_spreads(data, answers),
        curve: curve(&runs),
        runs,
    }
}

/// Mean and variance of a figure over resamples: within each repeat, then the mean of the repeats.
fn sampling(points: &[Vec<HeadlineFigures>], of: Figure) -> (f64, f64) {
    let moments = |points: &Vec<HeadlineFigures>| {
        let values: Vec<f64> = points.iter().map(of).collect();
        (stats::mean(&values), stats::variance(&values))
    };
    let (means, variances): (Vec<f64>, Vec<f64>) = points.iter().map(moments).unzip();
    (stats::mean(&means), stats::mean(&variances))
}

/// The folds' sample variance S² holds what the training questions move and what the test questions
/// move. The latter is `fold`'s, by resampling; the former is the rest, if there is any. A test
/// of another size has `test`'s instead. To this comes the uncertainty of the mean itself.
fn spread(
    runs: &[Run],
    questions: usize,
    of: Figure,
    fold: (f64, f64),
    test: (f64, f64),
) -> Spread {
    let full: Vec<&Run> = runs.iter().filter(|r| r.share == 1.0).collect();
    let values: Vec<f64> = full.iter().map(|r| of(&r.figures)).collect();
    let (mean, variance) = (stats::mean(&values), stats::variance(&values));
    let of_mean = stats::corrected(variance, full.len(), ratio(&full));
    let of_test = of_mean + (variance - fold.1).max(0.0) + test.1;
    // small tests have greater calibration errors and lesser macro means
    let at_test = mean + test.0 - fold.0;
    let (gain, of_gain) = gain(runs, questions, of);
    let around = |centre: f64, variance: f64| {
        Interval::around(centre, stats::half_width(variance, full.len()))
    };
    Spread {
        mean,
        sd: variance.sqrt(),
        of_mean: around(mean, of_mean),
        of_test: around(at_test, of_test),
        of_test_fitted_on_all: around(at_test + gain, of_test + of_gain),
    }
}

/// What a figure gains from a fold's training part to all questions, and the variance of that: the
/// slope against ln(questions) from the last share of the learning curve to the whole part,
/// of runs on the same fold, goes on. Curves flatten: this is rather too much than too little.
fn gain(runs: &[Run], questions: usize, of: Figure) -> (f64, f64) {
    let mut gains = Vec::new();
    let mut whole = Vec::new();
    let last = super::SHARES.iter().copied().fold(0.0, f64::max);
    for part in runs.iter().filter(|r| r.share == last) {
        let same = |r: &&Run| r.share == 1.0 && (r.repeat, r.fold) == (part.repeat, part.fold);
        let Some(full) = runs.iter().find(same) else { continue };
        let step = (full.train as f64 / part.train as f64).ln();
        let further = (questions as f64 / full.train as f64).ln();
        if step > 0.0 {
            gains.push((of(&full.figures) - of(&part.figures)) * further / step);
            whole.push(full);
        }
    }
    (stats::mean(&gains), stats::corrected(stats::variance(&gains), gains.len(), ratio(&whole)))
}

/// Test over training questions, mean.
fn ratio(runs: &[&Run]) -> f64 {
    stats::mean(&runs.iter().map(|r| r.test as f64 / r.train.max(1) as f64).collect::<Vec<_>>())
}

fn class_spreads(data: &Dataset, answers: &[Vec<Answer>]) -> Vec<ClassSpread> {
    let classes = data.labels.len();
    let mut f1 = vec![Vec::new(); classes];
    let mut counts = vec![(0.0, 0.0); classes];
    let repeats = answers.len().max(1) as f64;
    for answers in answers {
        let mut tally = vec![(0u32, 0u32); classes];
        for a in answers {
            if a.truth == a.class {
                tally[a.truth as usize].0 += 1;
            } else {
                tally[a.truth as usize].1 += 1;
                tally[a.class as usize].1 += 1;
            }
        }
        for (class, (right, wrong)) in tally.into_iter().enumerate() {
            let (right, wrong) = (f64::from(right), f64::from(wrong));
            let both = 2.0 * right + wrong;
            f1[class].push(if both > 0.0 { 2.0 * right / both } else { 0.0 });
            counts[class].0 += right / repeats;
            counts[class].1 += wrong / repeats;
        }
    }
    let (sizes, names) = (data.class_sizes(), data.labels.names());
    let spread = |class: usize| ClassSpread {
        intent: data.labels.ids()[class],
        label: names[class].clone(),
        questions: sizes[class],
        f1: stats::mean(&f1[class]),
        sd: stats::variance(&f1[class]).sqrt(),
        interval: stats::f1_interval(counts[class].0, counts[class].1),
    };
    (0..classes).map(spread).collect()
}

fn curve(runs: &[Run]) -> Vec<CurvePoint> {
    let curved = |r: &&Run| r.repeat < super::CURVE_REPEATS;
    super::SHARES
        .into_iter()
        .chain([1.0])
        .map(|share| {
            let of: Vec<&Run> = runs.iter().filter(curved).filter(|r| r.share == share).collect();
            let figure = |figure: Figure| {
                let values: Vec<f64> = of.iter().map(|r| figure(&r.figures)).collect();
                let variance = stats::corrected(stats::variance(&values), of.len(), ratio(&of));
                let mean = stats::mean(&values);
                (mean, Interval::around(mean, stats::half_width(variance, of.len())))
            };
            let (accuracy, accuracy_interval) = figure(|p| p.accuracy);
            let (macro_f1, macro_f1_interval) = figure(|p| p.macro_f1);
            let questions = stats::mean(&of.iter().map(|r| r.train as f64).collect::<Vec<_>>());
            let runs = of.len();
            CurvePoint {
                share,
                questions,
                runs,
                accuracy,
                accuracy_interval,
                macro_f1,
                macro_f1_interval,
            }
        })
        .collect()
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
