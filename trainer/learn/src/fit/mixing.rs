//! The mixing strengths: how much of naive Bayes is added to the margins of the SVMs, and how much of the embeddings to
//! the sum of both. A strength is the standard deviation of what is added, relative to that of what it is added to.
//! The strength with the most correct out-of-fold answers is chosen.
//!
//! The counts of correct answers at neighbouring strengths differ by only a few, so the greatest count alone may be
//! luck. Each count is therefore averaged with those of the neighbouring strengths. The choice still varies with the
//! seed: on clinc150 the seeds 1, 2 and 3 choose .75, .5 and .75; by the greatest count alone they choose .5, .5 and
//! .75.

use super::fold_margins::{FoldMargins, standard_deviation};
use crate::calibrate;
use ndarray::Array2;
use rayon::prelude::*;

/// Strengths of naive Bayes to choose from.
pub(super) const NAIVE_BAYES_STRENGTHS: [f64; 6] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5];
/// Strengths of the embeddings to choose from. The best strength falls as the number of questions grows, and
/// cross-validation fits to only a part of them, so it overestimates: none is greater than 1.
pub(super) const EMBEDDING_STRENGTHS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// How much of a classifier is added to the margins.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mix {
    /// The standard deviation of what is added, relative to that of the margins that it is added to.
    pub(super) strength: f64,
    /// The factor on the margins (so on the weights) of the classifier that gives this strength.
    pub(super) scale: f64,
}

impl Mix {
    /// Chooses the best of `strengths`, or takes `fixed`, and adds that strength of the candidate margins to the
    /// margins.
    pub(super) fn choose_and_apply(
        folds: &mut [FoldMargins],
        fixed: Option<f64>,
        strengths: &[f64],
    ) -> Self {
        let strength = fixed.unwrap_or_else(|| choose(folds, strengths).strength);
        let scale = Deviations::compute(folds).scale(strength);
        for fold in folds {
            fold.margins.scaled_add(scale as f32, &fold.candidate_margins);
        }
        Mix { strength, scale }
    }
}

/// A strength chosen by cross-validation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ChosenStrength {
    /// The strength.
    pub(super) strength: f64,
    /// The number of questions answered correctly, averaged with those of the neighbouring strengths.
    pub(super) right: f64,
}

/// The best of `strengths`; the smallest of equals.
pub(super) fn choose(folds: &[FoldMargins], strengths: &[f64]) -> ChosenStrength {
    let deviations = Deviations::compute(folds);
    let counts: Vec<usize> =
        strengths.iter().map(|&strength| count_right(folds, deviations.scale(strength))).collect();
    let smoothed = strengths.iter().zip(smoothed(&counts));
    let tried = smoothed.map(|(&strength, right)| ChosenStrength { strength, right });
    tried.reduce(|a, b| if b.right > a.right { b } else { a }).unwrap_or_default()
}

/// Each count averaged with its neighbours, with weights 1, 2, 1; at the ends 2, 1.
fn smoothed(counts: &[usize]) -> Vec<f64> {
    let average = |at: usize| {
        let near = &counts[at.saturating_sub(1)..counts.len().min(at + 2)];
        (near.iter().sum::<usize>() + counts[at]) as f64 / (near.len() + 1) as f64
    };
    (0..counts.len()).map(average).collect()
}

/// The number of questions answered correctly if `scale` times the candidate margins is added.
pub(super) fn count_right(folds: &[FoldMargins], scale: f64) -> usize {
    let right_in_fold = |fold: &FoldMargins| {
        let rows = fold.questions.par_iter().enumerate();
        rows.filter(|(row, question)| {
            let pairs = fold.margins.row(*row).into_iter().zip(fold.candidate_margins.row(*row));
            let sums =
                pairs.map(|(margin, candidate)| f64::from(*margin) + scale * f64::from(*candidate));
            calibrate::argmax(sums) == question.class as usize
        })
        .count()
    };
    folds.iter().map(right_in_fold).sum()
}

/// Standard deviations of both kinds of margins over all folds.
#[derive(Clone, Copy)]
struct Deviations {
    margins: f64,
    candidate_margins: f64,
}

impl Deviations {
    fn compute(folds: &[FoldMargins]) -> Self {
        let deviation = |margins: fn(&FoldMargins) -> &Array2<f32>| {
            let all = folds.iter().flat_map(|fold| margins(fold).iter());
            standard_deviation(all.map(|margin| f64::from(*margin)))
        };
        Deviations {
            margins: deviation(|fold| &fold.margins),
            candidate_margins: deviation(|fold| &fold.candidate_margins),
        }
    }

    /// The factor on the candidate margins that makes their standard deviation `strength` times that of the margins.
    fn scale(self, strength: f64) -> f64 {
        strength * self.margins / self.candidate_margins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::fold_margins::Question;

    /// 400 questions of two classes. `margins` gives, for each, the margin of its own class by the SVMs and by
    /// naive Bayes; that of the other class is the negative.
    fn answers(margins: impl Fn(usize) -> (f32, f32)) -> Vec<FoldMargins> {
        let sign = |row: usize, class: usize| if row % 2 == class { 1.0 } else { -1.0 };
        vec![FoldMargins {
            questions: (0..400)
                .map(|row| Question { row: row as usize, index: row, class: row % 2 })
                .collect(),
            margins: Array2::from_shape_fn((400, 2), |(row, class)| {
                margins(row).0 * sign(row, class)
            }),
            candidate_margins: Array2::from_shape_fn((400, 2), |(row, class)| {
                margins(row).1 * sign(row, class)
            }),
        }]
    }

    /// One question of ten is answered by the SVMs alone, another by naive Bayes alone: both are needed.
    #[test]
    fn the_share_with_most_correct_answers_is_chosen() {
        let only_svms = answers(|row| (1.0, if row % 3 == 0 { -1.0 } else { 1.0 }));
        assert_eq!(choose(&only_svms, &NAIVE_BAYES_STRENGTHS).strength, 0.0);
        let both = answers(|row| match row % 10 {
            0 => (0.7, -0.8),
            1 => (-0.3, 0.8),
            _ => (1.0, 1.0),
        });
        let strength = choose(&both, &NAIVE_BAYES_STRENGTHS).strength;
        assert_eq!(
            count_right(&both, Deviations::compute(&both).scale(strength)),
            400,
            "{strength}"
        );
    }

    /// A count that stands out between two lower ones is more likely luck than one among equals.
    #[test]
    fn a_count_is_averaged_with_its_neighbours() {
        assert_eq!(smoothed(&[6, 3, 9, 0]), [5.0, 5.25, 5.25, 3.0]);
        let counts = smoothed(&[90, 93, 90, 92, 92, 92]);
        assert!(counts[4] > counts[1], "{counts:?}");
    }
}
