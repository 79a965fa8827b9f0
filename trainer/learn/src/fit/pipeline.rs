//! The whole fit: features, cross-validation, linear classifiers, head, table.

use super::block;
use super::features::FeatureMatrix;
use super::head::{Choices, Head};
use super::linear::LinearTrainer;
use super::names;
use super::out_of_fold::{CrossValidation, FixedChoices, OutOfFold};
use super::pretrained::Pretrained;
use super::settings::Settings;
use super::table::{self, QuantisedModel};
use crate::progress::Progress;
use crate::split;
use intent_dataset::Dataset;
use std::borrow::Cow;

/// Fits a model to `data`, with pretrained `vectors` of its words if given. `choices` are the decisions of an
/// earlier fit to a part of the same data: if given, cross-validation decides nothing.
#[must_use]
pub fn fit(
    data: &Dataset,
    settings: &Settings,
    vectors: Option<&Pretrained>,
    choices: Option<Choices>,
    progress: &dyn Progress,
) -> QuantisedModel {
    let classes = data.labels.len();
    let inputs = Inputs { data, settings, vectors, progress };
    let TrainingSet { data, with_names, features, out_of_fold } =
        inputs.choose_training_set(choices);
    let all: Vec<u32> = (0..data.len() as u32).collect();
    let stage = progress.stage("linear classifiers", classes.div_ceil(block::LANES));
    let trainer = LinearTrainer::new(&features, &data, &all, out_of_fold.exponent);
    let embeddings =
        (out_of_fold.embeddings.strength > 0.0).then(|| trainer.fit_embeddings(settings.seed));
    let blocks = trainer.fit_blocks(settings, &*stage, |mut svms, naive_bayes| {
        svms.add_scaled(&naive_bayes, out_of_fold.naive_bayes.scale as f32);
        if let Some(embeddings) = &embeddings {
            let block = embeddings.block(svms.first);
            svms.add_scaled(&block, out_of_fold.embeddings.scale as f32);
        }
        svms
    });
    drop(embeddings);
    drop(stage);
    let weighted = match trainer.features {
        Cow::Owned(copy) => Some(copy),
        Cow::Borrowed(_) => None,
    };
    let mut weighted = weighted.unwrap_or(features);
    // frees 2.3 GB with a million questions before the matrices of the head are allocated
    weighted.forget_texts();
    let head = Head::fit(&out_of_fold, settings, with_names, choices, progress);
    drop(out_of_fold);
    table::build(&weighted, &blocks, data.labels.ids().to_vec(), head, settings.seed)
}

/// The arguments of [`fit`] other than the earlier choices.
struct Inputs<'a> {
    data: &'a Dataset,
    settings: &'a Settings,
    vectors: Option<&'a Pretrained>,
    progress: &'a dyn Progress,
}

/// The questions to fit on, with the results of their cross-validation.
struct TrainingSet<'a> {
    /// The questions, followed by the class names if `with_names`.
    data: Cow<'a, Dataset>,
    /// Whether the class names are among the questions.
    with_names: bool,
    features: FeatureMatrix,
    out_of_fold: OutOfFold,
}

impl<'a> Inputs<'a> {
    /// Cross-validates without the class names and, if they may help, also with them as further questions; returns
    /// the better of the two. With `choices`, only the one that they say.
    fn choose_training_set(&self, choices: Option<Choices>) -> TrainingSet<'a> {
        let fixed = choices.map_or_else(FixedChoices::default, |choices| FixedChoices {
            exponent: Some(choices.selectivity_exponent),
            naive_bayes: Some(choices.naive_bayes),
            embeddings: Some(choices.embeddings),
        });
        let try_names = choices.map_or_else(|| names::may_help(self.data), |choices| choices.names);
        let named = try_names.then(|| names::with_names(self.data)).flatten();
        match (choices, named) {
            (Some(_), Some(named)) => self.cross_validate(Cow::Owned(named), true, fixed),
            (_, named) => {
                let plain = self.cross_validate(Cow::Borrowed(self.data), false, fixed);
                let Some(named) = named else { return plain };
                // the exponent is taken from the fit without names: trying exponents again would double the cost
                let exponent = Some(plain.out_of_fold.exponent);
                let fixed = FixedChoices { exponent, ..fixed };
                let named = self.cross_validate(Cow::Owned(named), true, fixed);
                // both answered the same questions; of equal counts, the one with more training data
                if named.out_of_fold.right >= plain.out_of_fold.right { named } else { plain }
            }
        }
    }

    /// Cross-validates on `data`: the questions of the inputs, followed by the class names if `with_names`.
    fn cross_validate(
        &self,
        data: Cow<'a, Dataset>,
        with_names: bool,
        fixed: FixedChoices,
    ) -> TrainingSet<'a> {
        let space = self.settings.space(data.labels.len());
        let features = FeatureMatrix::extract(&data.texts, space, self.settings, self.vectors);
        // each question is its own group: near-duplicates may be on both sides of a fold, as a served question may
        // have near-duplicates among the training questions
        let groups = split::singletons(self.data.len());
        let inputs = CrossValidation {
            features: &features,
            data: &data,
            groups: &groups,
            settings: self.settings,
        };
        let out_of_fold = OutOfFold::compute(inputs, fixed, self.progress);
        TrainingSet { data, with_names, features, out_of_fold }
    }
}
