//! Out-of-fold margins: the margins of each question by classifiers that were fitted without its fold. By them
//! cross-validation chooses the exponent of the selectivity and the mixing strengths of naive Bayes and of the
//! embeddings.

use super::block::LANES;
use super::embeddings;
use super::features::FeatureMatrix;
use super::fold_margins::{FoldMargins, Question, standard_deviation};
use super::linear::LinearTrainer;
use super::mixing::{self, Mix};
use super::settings::Settings;
use crate::progress::Progress;
use crate::random::rng;
use crate::split::Strata;
use intent_dataset::Dataset;
use ndarray::Array2;
use rand::seq::index::sample;
use rayon::prelude::*;

/// Maximum number of margins (questions × classes) that a head is fitted to: 200 MB of f64. With more data, only
/// a sample of one fold is answered.
const MAX_MARGINS: usize = 25_000_000;
/// Exponents of the selectivity to choose from. With many clear examples cross-validation takes 0
/// (banking77, clinc150), with noisy ones .5 (`data/sample`): `choices` in `metrics.json`.
const EXPONENTS: [f64; 2] = [0.0, 0.5];
/// Exponents are compared on just enough folds to have this many questions together: each further fold is one more
/// fit.
const EXPONENT_QUESTIONS: usize = 3000;
/// Maximum number of questions for which exponents are compared. With more, n-grams have been seen often enough,
/// and each exponent needs a copy of the values.
const MAX_EXPONENT_QUESTIONS: usize = 200_000;
/// With fewer questions than this there are at least [`MIN_FOLDS`] folds: a fit is cheap, and differs much if
/// a third of the questions are missing.
const FEW_QUESTIONS: usize = 2000;
/// See [`FEW_QUESTIONS`].
const MIN_FOLDS: u8 = 5;

/// The inputs of a cross-validation.
#[derive(Clone, Copy)]
pub(super) struct CrossValidation<'a> {
    /// The vectors of all texts of `data`.
    pub(super) features: &'a FeatureMatrix,
    /// The labelled questions.
    pub(super) data: &'a Dataset,
    /// The group of each of the first questions of `data`; questions of a group are in the same fold. The
    /// questions beyond them (class names) are in the training part of every fold.
    pub(super) groups: &'a [u32],
    /// The settings of the fits.
    pub(super) settings: &'a Settings,
}

/// Choices that cross-validation need not make.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FixedChoices {
    /// The exponent of the selectivity.
    pub(super) exponent: Option<f64>,
    /// The mixing strength of naive Bayes.
    pub(super) naive_bayes: Option<f64>,
    /// The mixing strength of the embeddings.
    pub(super) embeddings: Option<f64>,
}

/// Out-of-fold margins, and what they decided.
pub(super) struct OutOfFold {
    /// Questions × classes, in standard deviations.
    pub(super) margins: Array2<f64>,
    /// The class of each question.
    pub(super) classes: Vec<u32>,
    /// The group of each question.
    pub(super) groups: Vec<u32>,
    /// The standard deviation of the margins before they were divided by it.
    pub(super) sigma: f64,
    /// The exponent of the selectivity.
    pub(super) exponent: f64,
    /// How naive Bayes was added.
    pub(super) naive_bayes: Mix,
    /// How the embeddings were added.
    pub(super) embeddings: Mix,
    /// The number of questions that these margins answer correctly.
    pub(super) right: usize,
}

impl OutOfFold {
    /// Computes the margins, and chooses exponent and mixing strengths unless they are `fixed`.
    pub(super) fn compute(
        inputs: CrossValidation<'_>,
        fixed: FixedChoices,
        progress: &dyn Progress,
    ) -> Self {
        let folds = Folds::deal(inputs);
        let ExponentTrial { exponent, answers: mut fold_margins, .. } =
            folds.choose_exponent(fixed.exponent, progress);
        let naive_bayes = Mix::choose_and_apply(
            &mut fold_margins,
            fixed.naive_bayes,
            &mixing::NAIVE_BAYES_STRENGTHS,
        );
        let embeddings =
            folds.add_embeddings(&mut fold_margins, exponent, fixed.embeddings, progress);
        let right = mixing::count_right(&fold_margins, 0.0);
        let mut margins = folds.collect_margins(&fold_margins);
        drop(fold_margins);
        let sigma = standard_deviation(margins.iter().copied());
        margins /= sigma;
        let select = |all: &[u32]| folds.answered.iter().map(|&i| all[i as usize]).collect();
        let (classes, groups) = (select(&inputs.data.classes), select(inputs.groups));
        OutOfFold { margins, classes, groups, sigma, exponent, naive_bayes, embeddings, right }
    }
}

/// The folds of a cross-validation.
struct Folds<'a> {
    inputs: CrossValidation<'a>,
    fold_of: Vec<u8>,
    /// The questions whose margins are computed, ascending.
    answered: Vec<u32>,
    /// The number of folds that are held out in turn, from fold 0 on.
    count: u8,
}

/// The margins with one exponent.
#[derive(Default)]
struct ExponentTrial {
    exponent: f64,
    /// The smoothed number of questions that are answered correctly ([`mixing::choose`]).
    right: f64,
    answers: Vec<FoldMargins>,
}

impl<'a> Folds<'a> {
    fn deal(inputs: CrossValidation<'a>) -> Self {
        let CrossValidation { data, groups, settings, .. } = inputs;
        let (class_count, question_count) = (data.labels.len(), groups.len());
        let fold_count = if question_count < FEW_QUESTIONS {
            settings.folds.max(MIN_FOLDS)
        } else {
            settings.folds
        };
        let strata = Strata::new(&data.classes[..question_count], groups, class_count);
        // "rows" seeds the folds: another name gives other folds, and another model
        let fold_of = strata.folds(fold_count.into(), settings.seed, "rows");
        let max = (MAX_MARGINS / class_count).max(1);
        let answered = sample_questions(&fold_of, max, settings.seed);
        // if a sample of one fold is enough, so is one fit
        let count = if answered.len() < question_count { 1 } else { fold_count };
        Folds { inputs, fold_of, answered, count }
    }

    /// Computes the margins of all folds with the best exponent, or with `fixed`.
    fn choose_exponent(&self, fixed: Option<f64>, progress: &dyn Progress) -> ExponentTrial {
        let exponents = match &fixed {
            Some(exponent) => std::slice::from_ref(exponent),
            None if self.fold_of.len() > MAX_EXPONENT_QUESTIONS => &EXPONENTS[..1],
            None => &EXPONENTS[..],
        };
        let per_fold = (self.answered.len() / usize::from(self.count)).max(1);
        let compared = match exponents.len() {
            1 => 0,
            _ => EXPONENT_QUESTIONS.div_ceil(per_fold).min(self.count.into()) as u8,
        };
        let fits = usize::from(self.count) + usize::from(compared) * (exponents.len() - 1);
        let blocks = self.inputs.data.labels.len().div_ceil(LANES);
        let stage = progress.stage("out-of-fold margins", blocks * fits);
        let answer = |exponent: f64, fold: u8| {
            let (data, settings) = (self.inputs.data, self.inputs.settings);
            let training = self.training_part(fold);
            let trainer = LinearTrainer::new(self.inputs.features, data, &training, exponent);
            let questions = self.questions(fold);
            FoldMargins::by_svms(questions, data.labels.len(), &trainer, settings, &*stage)
        };
        let tried = exponents.iter().map(|&exponent| {
            let answers: Vec<FoldMargins> =
                (0..compared).map(|fold| answer(exponent, fold)).collect();
            let right = mixing::choose(&answers, &mixing::NAIVE_BAYES_STRENGTHS).right;
            ExponentTrial { exponent, right, answers }
        });
        let best = tried.reduce(|a, b| if b.right > a.right { b } else { a });
        let mut best = best.unwrap_or_default();
        best.answers.extend((compared..self.count).map(|fold| answer(best.exponent, fold)));
        best
    }

    /// Adds the embeddings to the margins of all folds.
    fn add_embeddings(
        &self,
        fold_margins: &mut [FoldMargins],
        exponent: f64,
        fixed: Option<f64>,
        progress: &dyn Progress,
    ) -> Mix {
        let CrossValidation { features, data, settings, .. } = self.inputs;
        if data.labels.len() > embeddings::MAX_CLASSES || fixed == Some(0.0) {
            return Mix::default();
        }
        let stage = progress.stage("out-of-fold embeddings", fold_margins.len());
        fold_margins.par_iter_mut().zip(0..self.count).for_each(|(answers, fold)| {
            let training = self.training_part(fold);
            let trainer = LinearTrainer::new(features, data, &training, exponent);
            answers.set_candidates_to_embeddings(&trainer, settings.seed);
            stage.tick();
        });
        Mix::choose_and_apply(fold_margins, fixed, &mixing::EMBEDDING_STRENGTHS)
    }

    /// The questions of `fold` whose margins are computed.
    fn questions(&self, fold: u8) -> Vec<Question> {
        let question = |(row, &index): (usize, &u32)| {
            let class = self.inputs.data.classes[index as usize];
            (self.fold_of[index as usize] == fold).then_some(Question { row, index, class })
        };
        self.answered.iter().enumerate().filter_map(question).collect()
    }

    /// All questions outside `fold`.
    fn training_part(&self, fold: u8) -> Vec<u32> {
        let all = 0..self.inputs.data.len() as u32;
        all.filter(|&i| self.fold_of.get(i as usize) != Some(&fold)).collect()
    }

    /// One matrix of the margins of all folds.
    fn collect_margins(&self, fold_margins: &[FoldMargins]) -> Array2<f64> {
        let mut margins = Array2::zeros((self.answered.len(), self.inputs.data.labels.len()));
        for answers in fold_margins {
            for (question, row) in answers.questions.iter().zip(answers.margins.outer_iter()) {
                let pairs = margins.row_mut(question.row).into_iter().zip(row);
                pairs.for_each(|(to, margin)| *to = f64::from(*margin));
            }
        }
        margins
    }
}

/// The questions whose margins are computed, ascending: all, or a sample of `max` of the first fold.
fn sample_questions(fold_of: &[u8], max: usize, seed: u64) -> Vec<u32> {
    if fold_of.len() <= max {
        return (0..fold_of.len() as u32).collect();
    }
    let first: Vec<u32> = (0u32..).zip(fold_of).filter(|f| *f.1 == 0).map(|f| f.0).collect();
    let mut rng = rng(seed, "held out", 0);
    let mut places = sample(&mut rng, first.len(), max.min(first.len())).into_vec();
    places.sort_unstable();
    places.into_iter().map(|place| first[place]).collect()
}
