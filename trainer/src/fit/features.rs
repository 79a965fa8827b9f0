//! Texts → sparse vectors, by the model crate's own feature extraction.

use intent_model::classify::damp;
use intent_model::grams::{self, Bag, Space};
use rayon::prelude::*;

/// One sparse vector: columns and their values.
#[derive(Clone, Copy, Debug)]
pub struct SparseRow<'a> {
    /// Buckets, counted over both tables, words first.
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
    /// greatest. Words first.
    pub weights: Vec<f32>,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Features {
    /// Extracts, weighs and normalises.
    #[must_use]
    pub fn of(texts: &[String], space: Space) -> Self {
        let bags: Vec<grams::Features> =
            texts.par_iter().map(|t| grams::Features::of(t, &space)).collect();
        let families = |f: &grams::Features| -> [(u32, Vec<(u32, u32)>); 2] {
            let counts = |b: &Bag| b.counts().to_vec();
            [(0, counts(&f.words)), (space.word_rows(), counts(&f.subwords))]
        };
        let mut df = vec![0u32; (space.word_rows() + space.subword_rows()) as usize];
        for bag in &bags {
            for (first, counts) in families(bag) {
                counts.iter().for_each(|&(bucket, _)| df[(first + bucket) as usize] += 1);
            }
        }
        let n = 1.0 + texts.len() as f64;
        let idf = |df: u32| (n / (1.0 + f64::from(df))).ln() + 1.0;
        let weights: Vec<f32> = df.iter().map(|&df| idf(df).sqrt() as f32).collect();
        let mut features =
            Features { space, weights, starts: vec![0], columns: Vec::new(), values: Vec::new() };
        for bag in &bags {
            for (first, counts) in families(bag) {
                features.push(first, &counts);
            }
            features.starts.push(features.columns.len());
        }
        features
    }

    /// Adds one family of a row.
    fn push(&mut self, first: u32, counts: &[(u32, u32)]) {
        let weight =
            |&(bucket, count): &(u32, u32)| damp(count) * self.weights[(first + bucket) as usize];
        let norm = counts.iter().map(|c| weight(c).powi(2)).sum::<f32>().sqrt();
        for c in counts {
            self.values.push(weight(c) / norm);
            self.columns.push(first + c.0);
        }
    }

    /// The vector of text `i`.
    #[must_use]
    pub fn row(&self, i: u32) -> SparseRow<'_> {
        let range = self.starts[i as usize]..self.starts[i as usize + 1];
        SparseRow { columns: &self.columns[range.clone()], values: &self.values[range] }
    }
}
