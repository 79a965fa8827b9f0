//! Fits the linear classifiers (SVMs, naive Bayes, embeddings) to a part of the questions. If the
//! exponent is not 0, the bucket weights (√idf, from all texts) are multiplied by selectivity^exponent, where the
//! selectivity is that in this part of the questions.

use super::block::{self, Block};
use super::embeddings::Embeddings;
use super::features::FeatureMatrix;
use super::naive_bayes::NaiveBayes;
use super::sample::Sample;
use super::selectivity::selectivity;
use super::settings::Settings;
use super::svm;
use crate::progress::Stage;
use crate::split::by_class;
use intent_dataset::Dataset;
use rayon::prelude::*;
use std::borrow::Cow;

/// Fits linear classifiers to some of the questions.
pub(super) struct LinearTrainer<'a> {
    /// The vectors of all texts, weighted by the selectivity in these questions.
    pub(super) features: Cow<'a, FeatureMatrix>,
    data: &'a Dataset,
    members: &'a [u32],
    questions_by_class: Vec<Vec<u32>>,
    selectivity: Vec<f32>,
}

impl<'a> LinearTrainer<'a> {
    /// A trainer for the questions `members`: computes the selectivity in them, and weights the features by it. The
    /// bucket weights are multiplied by the power `exponent` of their selectivity.
    pub(super) fn new(
        features: &'a FeatureMatrix,
        data: &'a Dataset,
        members: &'a [u32],
        exponent: f64,
    ) -> Self {
        let class_count = data.labels.len();
        let questions_by_class = by_class(&data.classes, class_count, members.iter().copied());
        let selectivity = selectivity(features, &questions_by_class);
        let features = if exponent == 0.0 {
            Cow::Borrowed(features)
        } else {
            let power = |value: &f32| f64::from(*value).powf(exponent) as f32;
            Cow::Owned(features.weighted_by(&selectivity.iter().map(power).collect::<Vec<_>>()))
        };
        LinearTrainer { features, data, members, questions_by_class, selectivity }
    }

    fn sample(&self) -> Sample<'_> {
        Sample {
            features: &self.features,
            classes: &self.data.classes,
            class_count: self.questions_by_class.len(),
            members: self.members,
        }
    }

    /// Fits the embeddings.
    pub(super) fn fit_embeddings(&self, seed: u64) -> Embeddings {
        Embeddings::fit(self.sample(), seed)
    }

    /// Fits the SVMs and naive Bayes for one block of classes after another, and returns what `map` returns for
    /// the fitted weights of both (SVMs, naive Bayes), in the order of the blocks.
    pub(super) fn fit_blocks<T: Send>(
        &self,
        settings: &Settings,
        stage: &dyn Stage,
        map: impl Fn(Block, Block) -> T + Sync,
    ) -> Vec<T> {
        let sample = self.sample();
        let naive_bayes =
            NaiveBayes::fit(&self.features, &self.questions_by_class, &self.selectivity);
        (0..sample.class_count.div_ceil(block::LANES) as u32)
            .into_par_iter()
            .map(|index| {
                let first = index * block::LANES as u32;
                let svms = svm::fit(sample, first, settings);
                let mapped = map(svms, naive_bayes.block(first));
                stage.tick();
                mapped
            })
            .collect()
    }
}
