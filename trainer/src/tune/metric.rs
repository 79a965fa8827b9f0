//! The metric that a search maximizes, and its standard error.

use intent_dataset::Labels;
use intent_learn::evaluate::{Answer, ClassCounts};
use intent_learn::random::rng;
use rand::Rng;
use rayon::prelude::*;
use std::fmt;
use std::str::FromStr;

/// A metric of a list of answers, in [0, 1]; greater is better.
#[derive(Clone, Debug, PartialEq)]
pub enum Metric {
    /// Share of right answers.
    Accuracy,
    /// Unweighted mean of the F1 of the classes that occur.
    MacroF1,
    /// F1 of one label.
    F1(String),
    /// The greatest share of all questions that are answered correctly when the least probable
    /// answers are withheld until this share of the rest is right.
    RecallAtPrecision(f64),
}

/// A value and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Standard error.
    pub error: f64,
}

impl FromStr for Metric {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "accuracy" => Ok(Metric::Accuracy),
            None if text == "macro-f1" => Ok(Metric::MacroF1),
            Some(("f1", label)) if !label.is_empty() => Ok(Metric::F1(label.to_owned())),
            Some(("recall-at-precision", share)) => match share.parse() {
                Ok(share) if share > 0.0 && share <= 1.0 => Ok(Metric::RecallAtPrecision(share)),
                _ => Err(format!("{share:?} is no precision: a number above 0, at most 1")),
            },
            _ => Err("accuracy, macro-f1, f1:LABEL or recall-at-precision:SHARE".to_owned()),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::Accuracy => f.write_str("accuracy"),
            Metric::MacroF1 => f.write_str("macro-f1"),
            Metric::F1(label) => write!(f, "f1:{label}"),
            Metric::RecallAtPrecision(share) => write!(f, "recall-at-precision:{share}"),
        }
    }
}

/// Labels that a message lists.
const MAX_LISTED: usize = 10;

/// A metric over the classes of one data set.
#[derive(Clone, Debug)]
pub struct Scorer {
    metric: Metric,
    /// The class of [`Metric::F1`].
    class: u32,
    classes: usize,
}

impl Scorer {
    /// `metric` over `labels`.
    ///
    /// # Errors
    /// If the label of [`Metric::F1`] is not among them: the message names the nearest.
    pub fn new(metric: Metric, labels: &Labels) -> Result<Self, String> {
        let class = match &metric {
            Metric::F1(label) => class_of(label, labels)?,
            _ => 0,
        };
        Ok(Scorer { metric, class, classes: labels.len() })
    }

    /// The only class that is measured, if there is one.
    #[must_use]
    pub fn class(&self) -> Option<u32> {
        matches!(self.metric, Metric::F1(_)).then_some(self.class)
    }

    /// The metric of `answers`; 0 if there is nothing to divide by.
    #[must_use]
    pub fn value(&self, answers: &[Answer]) -> f64 {
        let right = |a: &&Answer| a.truth == a.class;
        match self.metric {
            Metric::Accuracy => share(answers.iter().filter(right).count(), answers.len()),
            Metric::MacroF1 => {
                let counts = counts(answers, self.classes);
                let occurring = counts.iter().filter(|c| c.occurs());
                let (sum, count) = occurring.fold((0.0, 0), |(s, n), c| (s + c.f1(), n + 1));
                if count == 0 { 0.0 } else { sum / f64::from(count) }
            }
            Metric::F1(_) => counts(answers, self.classes)[self.class as usize].f1(),
            Metric::RecallAtPrecision(precision) => recall_at(answers, precision),
        }
    }

    /// The metric of `answers`, with the standard error of its bootstrap (Efron 1979): the
    /// standard deviation over [`RESAMPLES`] resamples of the questions.
    #[must_use]
    pub fn estimate(&self, answers: &[Answer], seed: u64) -> Estimate {
        let error = self.bootstrap(answers.len(), seed, |chosen| {
            let resample: Vec<Answer> = chosen.iter().map(|&i| answers[i]).collect();
            self.value(&resample)
        });
        Estimate { value: self.value(answers), error }
    }

    /// Difference `a` - `b` on the same questions, by the paired bootstrap, which resamples
    /// questions with both answers, so that what is hard for both cancels out.
    ///
    /// # Panics
    /// If the answers are not to the same questions.
    #[must_use]
    pub fn difference(&self, a: &[Answer], b: &[Answer], seed: u64) -> Estimate {
        let same = a.iter().map(|x| x.truth).eq(b.iter().map(|x| x.truth));
        assert!(same, "answers to different questions");
        let error = self.bootstrap(a.len(), seed, |chosen| {
            let sample =
                |all: &[Answer]| -> Vec<Answer> { chosen.iter().map(|&i| all[i]).collect() };
            self.value(&sample(a)) - self.value(&sample(b))
        });
        Estimate { value: self.value(a) - self.value(b), error }
    }

    fn bootstrap(&self, len: usize, seed: u64, value: impl Fn(&[usize]) -> f64 + Sync) -> f64 {
        if len == 0 {
            return 0.0;
        }
        let values: Vec<f64> = (0..RESAMPLES)
            .into_par_iter()
            .map(|round| {
                let mut rng = rng(seed, "tune bootstrap", round);
                let chosen: Vec<usize> = (0..len).map(|_| rng.random_range(0..len)).collect();
                value(&chosen)
            })
            .collect();
        // summed in order: the same on any number of threads
        let mean = values.iter().sum::<f64>() / RESAMPLES as f64;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        (squares / (RESAMPLES - 1) as f64).sqrt()
    }
}

/// Resamples of a bootstrap: its standard error is known to 1/√(2·1000), 2 %.
pub const RESAMPLES: u64 = 1000;

fn counts(answers: &[Answer], classes: usize) -> Vec<ClassCounts> {
    ClassCounts::from_pairs(answers.iter().map(|a| (a.truth, a.class)), classes)
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Answers of equal probability are given or withheld together: a threshold cannot part them.
fn recall_at(answers: &[Answer], precision: f64) -> f64 {
    let mut order: Vec<&Answer> = answers.iter().collect();
    order.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let (mut right, mut best) = (0, 0);
    for (i, a) in order.iter().enumerate() {
        right += usize::from(a.truth == a.class);
        let last = order.get(i + 1).is_none_or(|next| next.probability < a.probability);
        if last && right as f64 >= precision * (i + 1) as f64 {
            best = right;
        }
    }
    share(best, answers.len())
}

fn class_of(label: &str, labels: &Labels) -> Result<u32, String> {
    let names = labels.names();
    let by_name = || names.iter().position(|n| n == label).map(|i| i as u32);
    if let Some(class) = labels.class_of(label).or_else(by_name) {
        return Ok(class);
    }
    let mut nearest: Vec<&String> = names.iter().collect();
    nearest.sort_by(|a, b| strsim::jaro(b, label).total_cmp(&strsim::jaro(a, label)));
    nearest.truncate(MAX_LISTED);
    let listed: Vec<&str> = nearest.into_iter().map(String::as_str).collect();
    let which = if names.len() > MAX_LISTED { "the nearest are" } else { "there are" };
    Err(format!("--metric f1:{label}: the data has no such label; {which} {}", listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use intent_learn::evaluate::Evaluation;
    use proptest::prelude::*;

    fn answer((truth, class, probability): (u32, u32, u8)) -> Answer {
        Answer { truth, class, probability: f64::from(probability) / 255.0 }
    }

    fn labels() -> Labels {
        Labels::new(["a", "b", "c", "d"].into_iter()).expect("labels")
    }

    fn scorer(metric: &str) -> Scorer {
        Scorer::new(metric.parse().expect("a metric"), &labels()).expect("a scorer")
    }

    proptest! {
        #[test]
        fn figures_are_those_of_the_evaluation(
            rows in proptest::collection::vec((0u32..4, 0u32..4, any::<u8>()), 1..60),
        ) {
            let answers: Vec<Answer> = rows.into_iter().map(answer).collect();
            let labels = labels();
            let e = Evaluation::from_answers(&answers, labels.ids(), &labels.names());
            prop_assert!((scorer("accuracy").value(&answers) - e.accuracy).abs() < 1e-12);
            prop_assert!((scorer("macro-f1").value(&answers) - e.macro_f1).abs() < 1e-12);
            prop_assert!((scorer("f1:c").value(&answers) - e.classes[2].f1).abs() < 1e-12);
            // no threshold: what is right of everything
            let all = scorer("recall-at-precision:0.000001").value(&answers);
            prop_assert!((all - e.accuracy).abs() < 1e-12);
        }
    }

    #[test]
    fn recall_at_a_precision_by_hand() {
        let rows = [(0, 0, 250), (0, 0, 200), (0, 1, 150), (0, 0, 100), (1, 0, 50)];
        let answers = rows.map(answer);
        // right of the first n: 1/1, 2/2, 2/3, 3/4, 3/5
        for (precision, want) in [("1", 0.4), ("0.9", 0.4), ("0.75", 0.6), ("0.6", 0.6)] {
            let metric = format!("recall-at-precision:{precision}");
            assert_eq!(scorer(&metric).value(&answers), want, "{metric}");
        }
        let tied = [(0, 0, 9), (0, 1, 9)].map(answer);
        assert_eq!(scorer("recall-at-precision:0.9").value(&tied), 0.0);
    }

    #[test]
    fn the_bootstrap_finds_the_binomial_standard_error() {
        let answers: Vec<Answer> =
            (0..400).map(|i| answer((0, u32::from(i % 10 == 0), 9))).collect();
        let e = scorer("accuracy").estimate(&answers, 1);
        assert_eq!(e.value, 0.9);
        let want = (0.9f64 * 0.1 / 400.0).sqrt();
        assert!((e.error / want - 1.0).abs() < 0.1, "{} {want}", e.error);
        // against itself there is nothing to be unsure of
        let d = scorer("accuracy").difference(&answers, &answers, 1);
        assert_eq!(d, Estimate { value: 0.0, error: 0.0 });
    }

    #[test]
    fn what_is_no_metric_is_refused() {
        for bad in ["", "f1", "f1:", "F1", "recall-at-precision:0", "recall-at-precision:x"] {
            assert!(bad.parse::<Metric>().is_err(), "{bad}");
        }
        for good in ["accuracy", "macro-f1", "f1:a:b", "recall-at-precision:0.9"] {
            assert_eq!(good.parse::<Metric>().expect(good).to_string(), good);
        }
        let error = Scorer::new(Metric::F1("e".to_owned()), &labels()).expect_err("no such label");
        assert!(error.contains("there are a, b, c, d"), "{error}");
    }
}
