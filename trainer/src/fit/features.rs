//! Texts → sparse vectors, by the model crate's own feature extraction.

use super::Settings;
use intent_model::classify::damp;
use intent_model::grams::{self, Bag, Space};
use rayon::prelude::*;

/// One sparse vector: columns and their values.
#[derive(Clone, Copy, Debug)]
pub struct SparseRow<'a> {
    /// Buckets, counted over all tables, words first.
    pub columns: &'a [u32],
    /// Values, L2-normalised in each family.
    pub values: &'a [f32],
}

/// Sparse vectors of a list of texts (compressed rows), and the weights of the buckets.
#[derive(Debug)]
pub struct Features {
    /// The feature space.
    pub space: Space,
    /// √idf of each bucket, with idf = ln((1+N)/(1+df)) + 1; a bucket never seen has the
    /// greatest. In the order of the tables.
    pub weights: Vec<f32>,
    /// Length of the family of pairs in a vector; that of the others is 1.
    pair_gain: f32,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Features {
    /// Extracts, weighs and normalises.
    #[must_use]
    pub fn of(texts: &[String], space: Space, settings: &Settings) -> Self {
        let bags: Vec<grams::Features> =
            texts.par_iter().map(|t| grams::Features::of(t, &space)).collect();
        let starts = space.starts();
        let mut df = vec![0u32; starts[4] as usize];
        for bags in &bags {
            for (bag, first) in bags.families().into_iter().zip(starts) {
                bag.counts().iter().for_each(|&(bucket, _)| df[(first + bucket) as usize] += 1);
            }
        }
        let n = 1.0 + texts.len() as f64;
        let idf = |df: u32| (n / (1.0 + f64::from(df))).ln() + 1.0;
        let weights: Vec<f32> = df.iter().map(|&df| idf(df).sqrt() as f32).collect();
        let mut features = Features {
            space,
            weights,
            pair_gain: settings.pair_weight.sqrt(),
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        };
        for bags in bags {
            for (bag, first) in bags.families().into_iter().zip(starts) {
                features.push(first, bag);
            }
            features.starts.push(features.columns.len());
        }
        features
    }

    /// Adds one family of a row.
    fn push(&mut self, first: u32, bag: &Bag) {
        let counts = bag.counts();
        let weight =
            |&(bucket, count): &(u32, u32)| damp(count) * self.weights[(first + bucket) as usize];
        let norm = counts.iter().map(|c| weight(c).powi(2)).sum::<f32>().sqrt();
        for c in counts {
            self.values.push(weight(c) / norm * self.gain(first as usize));
            self.columns.push(first + c.0);
        }
    }

    /// The length of the family of `bucket` in a vector.
    #[must_use]
    pub fn gain(&self, bucket: usize) -> f32 {
        let [_, _, pairs, vectors, _] = self.space.starts();
        if (pairs as usize..vectors as usize).contains(&bucket) { self.pair_gain } else { 1.0 }
    }

    /// The vector of text `i`.
    #[must_use]
    pub fn row(&self, i: u32) -> SparseRow<'_> {
        let range = self.starts[i as usize]..self.starts[i as usize + 1];
        SparseRow { columns: &self.columns[range.clone()], values: &self.values[range] }
    }
}
