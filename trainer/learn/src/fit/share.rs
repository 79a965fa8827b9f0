//! How much of naive Bayes stands beside the SVMs, and then of the embeddings beside both: the share by which
//! most questions are answered rightly that none was fitted on.
//!
//! Neighbouring shares differ by a few questions, so that the greatest count alone may be luck. A count is
//! therefore averaged with its neighbours'. That does not make all seeds agree: on clinc150 the seeds 1, 2
//! and 3 choose .75, .5 and .75, by the greatest count .5, .5 and .75.

use super::out_of_fold::{Answered, deviation};
use crate::calibrate;
use ndarray::Array2;
use rayon::prelude::*;

/// Shares of naive Bayes, in standard deviations beside one of the SVMs.
pub(super) const OF_BAYES: [f64; 6] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5];
/// Shares of the embeddings, beside one of both. No greater ones: the more questions there are, the smaller the
/// best one, and cross-validation has a part of them.
pub(super) const OF_EMBEDDINGS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Which of `shares` to take, the least of equals, and how many questions it and its neighbours answer rightly
/// on average.
pub(super) fn best(parts: &[Answered], shares: &[f64]) -> (f64, f64) {
    let unit = deviations(parts);
    let counts: Vec<usize> = shares.iter().map(|&share| right(parts, scale(unit, share))).collect();
    let smooth = smoothed(&counts);
    let best = shares.iter().copied().zip(smooth).reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.unwrap_or_default()
}

/// Each count twice and its neighbours' once, averaged.
fn smoothed(counts: &[usize]) -> Vec<f64> {
    let average = |at: usize| {
        let near = &counts[at.saturating_sub(1)..counts.len().min(at + 2)];
        (near.iter().sum::<usize>() + counts[at]) as f64 / (near.len() + 1) as f64
    };
    (0..counts.len()).map(average).collect()
}

/// How many questions are answered rightly.
pub(super) fn right(parts: &[Answered], scale: f64) -> usize {
    let of_part = |part: &Answered| {
        let rows = part.questions.par_iter().enumerate();
        rows.filter(|(row, asked)| {
            let pairs = part.margins.row(*row).into_iter().zip(part.beside.row(*row));
            let mixed =
                pairs.map(|(margin, beside)| f64::from(*margin) + scale * f64::from(*beside));
            calibrate::argmax(mixed) == asked.class as usize
        })
        .count()
    };
    parts.iter().map(of_part).sum()
}

/// The standard deviations of the margins and of those beside them.
pub(super) fn deviations(parts: &[Answered]) -> (f64, f64) {
    let of = |margins: fn(&Answered) -> &Array2<f32>| {
        deviation(parts.iter().flat_map(|part| margins(part).iter().map(|m| f64::from(*m))))
    };
    (of(|part| &part.margins), of(|part| &part.beside))
}

/// By what the margins beside are multiplied to have `share` of the others' deviation.
pub(super) fn scale((margins, beside): (f64, f64), share: f64) -> f64 {
    share * margins / beside
}

#[cfg(test)]
mod tests {
    use super::super::out_of_fold::Asked;
    use super::*;

    /// 400 questions of two classes: by which margin the SVMs and naive Bayes are for the right one.
    fn answered(of: impl Fn(usize) -> (f32, f32)) -> Vec<Answered> {
        let sign = |row: usize, class: usize| if row % 2 == class { 1.0 } else { -1.0 };
        vec![Answered {
            questions: (0..400)
                .map(|row| Asked { row: row as usize, question: row, class: row % 2 })
                .collect(),
            margins: Array2::from_shape_fn((400, 2), |(row, class)| of(row).0 * sign(row, class)),
            beside: Array2::from_shape_fn((400, 2), |(row, class)| of(row).1 * sign(row, class)),
        }]
    }

    /// One of ten is answered by the SVMs alone, another by naive Bayes alone: both are there to be used.
    #[test]
    fn what_answers_most_is_taken() {
        let only_svms = answered(|row| (1.0, if row % 3 == 0 { -1.0 } else { 1.0 }));
        assert_eq!(best(&only_svms, &OF_BAYES).0, 0.0);
        let both = answered(|row| match row % 10 {
            0 => (0.7, -0.8),
            1 => (-0.3, 0.8),
            _ => (1.0, 1.0),
        });
        let (share, _) = best(&both, &OF_BAYES);
        assert_eq!(right(&both, scale(deviations(&both), share)), 400, "{share}");
    }

    /// A count that stands out between two lower ones is luck more than one among equals is.
    #[test]
    fn a_count_is_averaged_with_its_neighbours() {
        assert_eq!(smoothed(&[6, 3, 9, 0]), [5.0, 5.25, 5.25, 3.0]);
        let of = smoothed(&[90, 93, 90, 92, 92, 92]);
        assert!(of[4] > of[1], "{of:?}");
    }
}
