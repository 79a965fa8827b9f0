//! The runs → means, spreads and intervals.

use super::plan::{CURVE_REPEATS, Plan, Run, SHARES};
use super::result::{ClassSpread, CurvePoint, Spreads, Variability};
use super::spread::{Figure, ratio, sampling, spread};
use crate::figures::MEASURES;
use intent_dataset::Dataset;
use intent_learn::evaluate::bootstrap;
use intent_learn::evaluate::{Answer, ClassCounts, HeadlineFigures};
use intent_learn::stats::{self, Interval};

/// Sums up `runs`, and the answers of each repeat.
pub(super) fn summarize(
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
        let sample = |a: &Vec<Answer>| bootstrap::resampled(a, classes, size, resamples, plan.seed);
        answers.iter().map(sample).collect()
    };
    let at_fold = resample(fold_size);
    let at_test = if test_size == fold_size { at_fold.clone() } else { resample(test_size) };
    let spread = |figure: Figure| {
        let (fold, test) = (sampling(&at_fold, figure), sampling(&at_test, figure));
        spread(&runs, data.len(), figure, fold, test)
    };
    let spreads = MEASURES.iter().filter_map(|m| Some((m, spread(m.point?))));
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
        spreads: Spreads(spreads.collect()),
        classes: class_spreads(data, answers),
        curve: curve(&runs),
        runs,
    }
}

fn class_spreads(data: &Dataset, answers: &[Vec<Answer>]) -> Vec<ClassSpread> {
    let classes = data.labels.len();
    let mut f1 = vec![Vec::new(); classes];
    let mut counts = vec![(0.0, 0.0); classes];
    let repeats = answers.len().max(1) as f64;
    for answers in answers {
        let pairs = answers.iter().map(|a| (a.truth, a.class));
        for (class, counted) in ClassCounts::from_pairs(pairs, classes).into_iter().enumerate() {
            f1[class].push(counted.f1());
            counts[class].0 += f64::from(counted.right) / repeats;
            counts[class].1 += f64::from(counted.wrong()) / repeats;
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
    let curved = |r: &&Run| r.repeat < CURVE_REPEATS;
    SHARES
        .into_iter()
        .chain([1.0])
        .map(|share| {
            let part: Vec<&Run> = runs.iter().filter(curved).filter(|r| r.share == share).collect();
            let mean_of = |figure: Figure| {
                let values: Vec<f64> = part.iter().map(|r| figure(&r.figures)).collect();
                let variance = stats::corrected(stats::variance(&values), part.len(), ratio(&part));
                let mean = stats::mean(&values);
                (mean, Interval::around(mean, stats::half_width(variance, part.len())))
            };
            let (accuracy, accuracy_interval) = mean_of(|p| p.accuracy);
            let (macro_f1, macro_f1_interval) = mean_of(|p| p.macro_f1);
            let questions = stats::mean(&part.iter().map(|r| r.train as f64).collect::<Vec<_>>());
            let runs = part.len();
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
