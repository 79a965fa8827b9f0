//! The margins of the questions of one fold, by classifiers fitted to the other folds.

use super::block::LANES;
use super::linear::LinearTrainer;
use super::settings::Settings;
use crate::progress::Stage;
use ndarray::Array2;

/// A held-out question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// Its row in the matrix of the margins of all folds.
    pub(super) row: usize,
    /// Its index in the data.
    pub(super) index: u32,
    /// Its class.
    pub(super) class: u32,
}

/// The margins of the questions of one fold.
pub(super) struct FoldMargins {
    /// The questions.
    pub(super) questions: Vec<Question>,
    /// Questions × classes: the margins of the SVMs, and all that was added to them.
    pub(super) margins: Array2<f32>,
    /// Questions × classes: the margins that may be added next, of naive Bayes or of the embeddings.
    pub(super) candidate_margins: Array2<f32>,
}

impl FoldMargins {
    /// Computes the margins of the SVMs for `questions`; the candidates are the margins of naive Bayes.
    pub(super) fn by_svms(
        questions: Vec<Question>,
        class_count: usize,
        trainer: &LinearTrainer<'_>,
        settings: &Settings,
        stage: &dyn Stage,
    ) -> Self {
        let blocks = trainer.fit_blocks(settings, stage, |svms, naive_bayes| {
            let answer = |question: &Question| {
                let x = trainer.features.row(question.index);
                (svms.margins(x), naive_bayes.margins(x))
            };
            questions.iter().map(answer).collect::<Vec<_>>()
        });
        let mut margins = Array2::zeros((questions.len(), class_count));
        let mut candidate_margins = Array2::zeros((questions.len(), class_count));
        for (block, part) in blocks.iter().enumerate() {
            for (row, (svms, naive_bayes)) in part.iter().enumerate() {
                let first = block * LANES;
                for class in first..class_count.min(first + LANES) {
                    margins[(row, class)] = svms[class - first];
                    candidate_margins[(row, class)] = naive_bayes[class - first];
                }
            }
        }
        FoldMargins { questions, margins, candidate_margins }
    }

    /// Replaces the candidates by the margins of the embeddings.
    pub(super) fn set_candidates_to_embeddings(&mut self, trainer: &LinearTrainer<'_>, seed: u64) {
        let embeddings = trainer.fit_embeddings(seed);
        for (question, mut row) in
            self.questions.iter().zip(self.candidate_margins.outer_iter_mut())
        {
            let margins = embeddings.margins(trainer.features.row(question.index));
            row.iter_mut().zip(margins.as_flattened()).for_each(|(to, margin)| *to = *margin);
        }
    }
}

/// The standard deviation; 1 if all margins are equal.
pub(super) fn standard_deviation(margins: impl Iterator<Item = f64> + Clone) -> f64 {
    let (count, sum) = margins.clone().fold((0f64, 0f64), |(n, sum), m| (n + 1.0, sum + m));
    let mean = sum / count.max(1.0);
    let squares = margins.map(|m| (m - mean).powi(2)).sum::<f64>();
    let sigma = (squares / count.max(1.0)).sqrt();
    if sigma > 0.0 { sigma } else { 1.0 }
}
