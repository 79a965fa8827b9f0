//! The hyperplanes of some questions: SVMs and naive Bayes, over features weighed for them.

use super::Settings;
use super::embeddings::Embeddings;
use super::evidence::Evidence;
use super::features::Features;
use super::rows::{self, Block};
use super::selectivity::{by_class, selectivity};
use crate::progress::Stage;
use intent_dataset::Dataset;
use rayon::prelude::*;
use std::borrow::Cow;

/// Some questions, and the features as those questions weigh them.
pub(super) struct Planes<'a> {
    /// The features; of these, also texts that are not among the questions.
    pub(super) features: Cow<'a, Features>,
    data: &'a Dataset,
    members: &'a [u32],
    of: Vec<Vec<u32>>,
    selectivity: Vec<f32>,
}

impl<'a> Planes<'a> {
    /// Of the questions `members`; the weights of the n-grams are multiplied by their selectivity to the
    /// power `exponent`.
    pub(super) fn of(
        features: &'a Features,
        data: &'a Dataset,
        members: &'a [u32],
        exponent: f64,
    ) -> Self {
        let of = by_class(&data.classes, data.labels.len(), members);
        let selectivity = selectivity(features, &of);
        let features = if exponent == 0.0 {
            Cow::Borrowed(features)
        } else {
            let power = |own: &f32| f64::from(*own).powf(exponent) as f32;
            Cow::Owned(features.weighed_by(&selectivity.iter().map(power).collect::<Vec<_>>()))
        };
        Planes { features, data, members, of, selectivity }
    }

    /// The embeddings that these questions give.
    pub(super) fn embeddings(&self, settings: &Settings) -> Embeddings {
        let (classes, count) = (&self.data.classes, self.of.len());
        Embeddings::fit(&self.features, classes, count, self.members, settings.seed)
    }

    /// What `take` makes of each block, in order: of the SVMs' hyperplanes and those of naive Bayes.
    pub(super) fn fit<T: Send>(
        &self,
        settings: &Settings,
        bar: &dyn Stage,
        take: impl Fn(Block, Block) -> T + Sync,
    ) -> Vec<T> {
        let (classes, count) = (&self.data.classes, self.of.len());
        let evidence = Evidence::of(&self.features, &self.of, &self.selectivity);
        (0..count.div_ceil(rows::LANES) as u32)
            .into_par_iter()
            .map(|block| {
                let first = block * rows::LANES as u32;
                let svms = rows::fit(&self.features, classes, count, first, self.members, settings);
                let taken = take(svms, evidence.block(first));
                bar.tick();
                taken
            })
            .collect()
    }
}
