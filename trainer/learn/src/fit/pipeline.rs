//! The whole fit: features, cross-validation, linear classifiers, head, table.

use super::block;
use super::features::Features;
use super::head::{Choices, Head};
use super::linear::LinearTrainer;
use super::names;
use super::out_of_fold::{CrossValidation, FixedChoices, OutOfFold};
use super::pretrained::Pretrained;
use super::settings::Settings;
use super::table::{self, Fitted};
use crate::progress::Progress;
use crate::split;
use intent_dataset::Dataset;
use std::borrow::Cow;

/// Fits a model to `data`, with pretrained `vectors` of its words if given. `choices` fixes what an earlier
/// fit to a part of the same data decided.
#[must_use]
pub fn fit(
    data: &Dataset,
    settings: &Settings,
    vectors: Option<&Pretrained>,
    choices: Option<Choices>,
    progress: &dyn Progress,
) -> Fitted {
    let classes = data.labels.len();
    let inputs = Inputs { data, settings, vectors, progress };
    let TrainingSet { data, features, out_of_fold } = inputs.choose_training_set(choices);
    let names = matches!(data, Cow::Owned(_));
    let all: Vec<u32> = (0..data.len() as u32).collect();
    let stage = progress.stage("rows", classes.div_ceil(block::LANES));
    let trainer = LinearTrainer::new(&features, &data, &all, out_of_fold.exponent);
    let embeddings =
        (out_of_fold.embeddings.share > 0.0).then(|| trainer.fit_embeddings(settings.seed));
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
        Cow::Owned(own) => Some(own),
        Cow::Borrowed(_) => None,
    };
    let mut weighted = weighted.unwrap_or(features);
    // frees 2.3 GB with a million questions before the matrices of the head are allocated
    weighted.forget_texts();
    let head = Head::fit(&out_of_fold, settings, names, choices, progress);
    drop(out_of_fold);
    table::fold(&weighted, &blocks, data.labels.ids().to_vec(), head, settings.seed)
}

/// Everything that the choice of the training set depends on, but for earlier choices.
struct Inputs<'a> {
    data: &'a Dataset,
    settings: &'a Settings,
    vectors: Option<&'a Pretrained>,
    progress: &'a dyn Progress,
}

/// The questions to fit on, as cross-validation answers them.
struct TrainingSet<'a> {
    /// The questions; owned if the class names follow them.
    data: Cow<'a, Dataset>,
    features: Features,
    out_of_fold: OutOfFold,
}

impl<'a> Inputs<'a> {
    /// Adds the class names to the questions, or not, as `choices` says or as cross-validation decides.
    fn choose_training_set(&self, choices: Option<Choices>) -> TrainingSet<'a> {
        let fixed = choices.map_or_else(FixedChoices::default, |choices| FixedChoices {
            exponent: Some(choices.selectivity),
            naive_bayes: Some(choices.naive_bayes),
            embeddings: Some(choices.embeddings),
        });
        let try_names = choices.map_or_else(|| names::may_help(self.data), |choices| choices.names);
        let named = try_names.then(|| names::with_names(self.data)).flatten();
        match (choices, named) {
            (Some(_), Some(named)) => self.cross_validate(Cow::Owned(named), fixed),
            (_, named) => {
                let plain = self.cross_validate(Cow::Borrowed(self.data), fixed);
                let Some(named) = named else { return plain };
                // the exponent is that of the questions alone: each one tried costs as much as all folds
                let exponent = Some(plain.out_of_fold.exponent);
                let fixed = FixedChoices { exponent, ..fixed };
                let named = self.cross_validate(Cow::Owned(named), fixed);
                // both were asked the same questions; with equal counts, the one that knows more
                if named.out_of_fold.right >= plain.out_of_fold.right { named } else { plain }
            }
        }
    }

    /// Cross-validates on `data`, whose first questions are those of the inputs.
    fn cross_validate(&self, data: Cow<'a, Dataset>, fixed: FixedChoices) -> TrainingSet<'a> {
        let space = self.settings.space(data.labels.len());
        let features = Features::extract(&data.texts, space, self.settings, self.vectors);
        // near-duplicates are not kept together: questions in use have near-duplicates in the data as well
        let groups = split::singletons(self.data.len());
        let inputs = CrossValidation {
            features: &features,
            data: &data,
            groups: &groups,
            settings: self.settings,
        };
        let out_of_fold = OutOfFold::compute(inputs, fixed, self.progress);
        TrainingSet { data, features, out_of_fold }
    }
}
