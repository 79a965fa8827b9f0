//! All figures of one list of answers.

use super::answer::Answer;
use super::confidence::{Bin, RiskCoverage, calibration_error, reliability};
use super::confusion::Confusion;
use super::scores::ClassScores;
use intent_model::info::Figures;
use serde::Serialize;

/// The figures of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassFigures {
    /// Id of the class.
    pub intent: i32,
    /// Name of the class.
    pub label: String,
    /// Questions of the class.
    pub support: u32,
    /// Share of the answers of this class that are right; 0 if there is none.
    pub precision: f64,
    /// Share of the questions of this class that got it; 0 if there is none.
    pub recall: f64,
    /// Harmonic mean of precision and recall; 0 if both are 0.
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
    /// micro figures equal the accuracy; they are here because readers look for them.
    pub micro_precision: f64,
    /// Right answers over questions.
    pub micro_recall: f64,
    /// Harmonic mean of both.
    pub micro_f1: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_precision: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_recall: f64,
    /// Unweighted mean over the classes that occur.
    pub macro_f1: f64,
    /// Expected calibration error over 15 equal-width bins (Guo et al. 2017).
    pub ece: f64,
    /// The reliability table that the calibration error sums up.
    pub reliability: Vec<Bin>,
    /// Risk and coverage if only the surer questions were answered.
    pub risk_coverage: RiskCoverage,
    /// The figures of each class.
    pub classes: Vec<ClassFigures>,
    /// Questions by class and class answered; rows and columns in the order of `classes`.
    pub confusion: Confusion,
}

impl Evaluation {
    /// Measures `answers`. The averages run over the classes that occur as truth or as answer.
    #[must_use]
    pub fn from_answers(answers: &[Answer], ids: &[i32], names: &[String]) -> Self {
        let pairs = answers.iter().map(|a| (a.truth, a.class));
        let confusion = Confusion::from_pairs(pairs, ids.len());
        let averages = confusion.averages();
        let classes = ids.iter().zip(names).enumerate().map(|(class, (&intent, name))| {
            let ClassScores { precision, recall, f1 } = confusion.counts(class).scores();
            let support = confusion.asked(class);
            ClassFigures { intent, label: name.clone(), support, precision, recall, f1 }
        });
        let reliability = reliability(answers);
        Evaluation {
            questions: answers.len() as u32,
            accuracy: averages.accuracy,
            micro_precision: averages.accuracy,
            micro_recall: averages.accuracy,
            micro_f1: averages.accuracy,
            macro_precision: averages.macro_precision,
            macro_recall: averages.macro_recall,
            macro_f1: averages.macro_f1,
            ece: calibration_error(&reliability),
            reliability,
            risk_coverage: RiskCoverage::from_answers(answers),
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

    /// The figures that are resampled.
    #[must_use]
    pub fn headline(&self) -> HeadlineFigures {
        HeadlineFigures {
            accuracy: self.accuracy,
            macro_precision: self.macro_precision,
            macro_recall: self.macro_recall,
            macro_f1: self.macro_f1,
            ece: self.ece,
        }
    }
}

/// The figures that are resampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct HeadlineFigures {
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
        let e = Evaluation::from_answers(&answers, &[4, 5, 6], &names);
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
    fn a_class_that_does_not_occur_counts_in_no_average() {
        let s = Confusion::from_pairs([(0, 0), (1, 1)], 5).averages();
        assert_eq!((s.accuracy, s.macro_f1), (1.0, 1.0));
    }
}
