//! Answers beside the truth → figures.

pub mod bootstrap;
mod confidence;
mod confusion;

pub use bootstrap::Intervals;
pub use confidence::{Bin, Point, RiskCoverage};
pub use confusion::Confusion;

use confidence::{calibration_error, reliability};
use intent_model::info::Figures;
use serde::Serialize;

/// Bins of the calibration error and of the reliability table.
pub const BINS: usize = 15;

/// One answer of a model to a question whose class is known.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The class that is right.
    pub truth: u32,
    /// The class that was answered.
    pub class: u32,
    /// Its probability.
    pub probability: f64,
}

/// The figures of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassFigures {
    /// Id of the class.
    pub intent: i32,
    /// Name of the class.
    pub label: String,
    /// Questions of this class.
    pub support: u32,
    /// Share of the answers of this class that are right; 0 where there is none.
    pub precision: f64,
    /// Share of the questions of this class that got it; 0 where there is none.
    pub recall: f64,
    /// Harmonic mean of precision and recall; 0 where both are 0.
    pub f1: f64,
}

/// Everything measured on one list of answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Questions measured on.
    pub questions: u32,
    /// Share of right answers.
    pub accuracy: f64,
    /// Right answers over answers. Each question has one label and gets one answer, so the three
    /// micro figures equal the accuracy; they stand here because they are asked for.
    pub micro_precision: f64,
    /// Right answers over questions.
    pub micro_recall: f64,
    /// Harmonic mean of both.
    pub micro_f1: f64,
    /// Unweighted mean over the classes.
    pub macro_precision: f64,
    /// Unweighted mean over the classes.
    pub macro_recall: f64,
    /// Unweighted mean over the classes.
    pub macro_f1: f64,
    /// Expected calibration error over [`BINS`] equal-width bins (Guo et al. 2017).
    pub ece: f64,
    /// The reliability table that the calibration error sums up.
    pub reliability: Vec<Bin>,
    /// What answering only the surer questions would give.
    pub risk_coverage: RiskCoverage,
    /// Each class by itself.
    pub classes: Vec<ClassFigures>,
    /// Questions by class and class answered; rows and columns in the order of `classes`.
    pub confusion: Confusion,
}

impl Evaluation {
    /// Measures `answers`. The means run over the classes that occur as truth or as answer.
    #[must_use]
    pub fn of(answers: &[Answer], ids: &[i32], names: &[String]) -> Self {
        let confusion = Confusion::of(answers.iter().map(|a| (a.truth, a.class)), ids.len());
        let summary = means(&confusion);
        let classes = ids.iter().zip(names).enumerate().map(|(c, (&intent, name))| {
            let (precision, recall, f1) = confusion.figures(c);
            let support = confusion.asked(c);
            ClassFigures { intent, label: name.clone(), support, precision, recall, f1 }
        });
        let reliability = reliability(answers);
        Evaluation {
            questions: answers.len() as u32,
            accuracy: summary.accuracy,
            micro_precision: summary.accuracy,
            micro_recall: summary.accuracy,
            micro_f1: summary.accuracy,
            macro_precision: summary.macro_precision,
            macro_recall: summary.macro_recall,
            macro_f1: summary.macro_f1,
            ece: calibration_error(&reliability),
            reliability,
            risk_coverage: RiskCoverage::of(answers),
            classes: classes.collect(),
            confusion,
        }
    }

    /// The figures that a model carries.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            questions: self.questions,
            accuracy: self.accuracy,
            macro_precision: self.macro_precision,
            macro_recall: self.macro_recall,
            macro_f1: self.macro_f1,
            ece: self.ece,
        }
    }
}

/// The means over all questions or classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Share of right answers.
    pub accuracy: f64,
    /// Unweighted mean over the classes.
    pub macro_precision: f64,
    /// Unweighted mean over the classes.
    pub macro_recall: f64,
    /// Unweighted mean over the classes.
    pub macro_f1: f64,
}

/// Accuracy and macro means of the answers `given` to questions of the classes `truth`.
#[must_use]
pub fn summary(truth: &[u32], given: &[u32], classes: usize) -> Summary {
    means(&Confusion::of(truth.iter().copied().zip(given.iter().copied()), classes))
}

fn means(confusion: &Confusion) -> Summary {
    let classes = 0..confusion.classes();
    let occurring: Vec<usize> =
        classes.filter(|&c| confusion.asked(c) + confusion.given(c) > 0).collect();
    let questions: u32 = occurring.iter().map(|&c| confusion.asked(c)).sum();
    let count = occurring.len().max(1) as f64;
    let mut sums = [0.0; 3];
    for class in occurring {
        let (precision, recall, f1) = confusion.figures(class);
        sums.iter_mut().zip([precision, recall, f1]).for_each(|(s, v)| *s += v);
    }
    Summary {
        accuracy: f64::from(confusion.right()) / f64::from(questions.max(1)),
        macro_precision: sums[0] / count,
        macro_recall: sums[1] / count,
        macro_f1: sums[2] / count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 5 questions of 3 classes.
    #[test]
    fn figures_by_hand() {
        let truth = [0, 0, 0, 1, 2];
        let given = [0, 0, 1, 1, 0];
        let answers: Vec<Answer> = truth
            .into_iter()
            .zip(given)
            .zip([0.9, 0.9, 0.5, 0.9, 0.5])
            .map(|((truth, class), probability)| Answer { truth, class, probability })
            .collect();
        let names = ["a", "b", "c"].map(String::from);
        let e = Evaluation::of(&answers, &[4, 5, 6], &names);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(e.accuracy, 0.6);
        near(e.micro_f1, 0.6);
        near(e.macro_precision, (2.0 / 3.0 + 0.5 + 0.0) / 3.0);
        near(e.macro_recall, (2.0 / 3.0 + 1.0 + 0.0) / 3.0);
        near(e.macro_f1, (2.0 / 3.0 + 2.0 / 3.0 + 0.0) / 3.0);
        // bin of 0.9: |2.7 - 3|; bin of 0.5: |1.0 - 0|; over 5
        near(e.ece, (0.3 + 1.0) / 5.0);
        assert_eq!(
            serde_json::to_string(&e.confusion).unwrap(),
            "[[0,0,2],[0,1,1],[1,1,1],[2,0,1]]"
        );
        assert_eq!((e.classes[0].support, e.classes[2].intent), (3, 6));
    }

    #[test]
    fn a_class_that_does_not_occur_counts_in_no_mean() {
        let s = summary(&[0, 1], &[0, 1], 5);
        assert_eq!((s.accuracy, s.macro_f1), (1.0, 1.0));
    }
}
