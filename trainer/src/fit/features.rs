//! Texts → sparse vectors, by the model crate's own feature extraction.

use super::Settings;
use intent_model::classify::damp;
use intent_model::grams::{self, Space};
use rayon::prelude::*;

/// Texts whose bags are held at once: all those of 80,000 questions took 630 MB.
const CHUNK: usize = 4096;

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
        let starts = space.starts();
        let mut features = Features {
            space,
            weights: Vec::new(),
            pair_gain: settings.pair_weight.sqrt(),
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        };
        for texts in texts.chunks(CHUNK) {
            let bags: Vec<grams::Features> =
                texts.par_iter().map(|t| grams::Features::of(t, &space)).collect();
            for bags in bags {
                for (bag, first) in bags.families().into_iter().zip(starts) {
                    features.columns.extend(bag.counts().iter().map(|c| first + c.0));
                    features.values.extend(bag.counts().iter().map(|c| damp(c.1)));
                }
                features.starts.push(features.columns.len());
            }
        }
        let mut df = vec![0u32; starts[4] as usize];
        features.columns.iter().for_each(|&column| df[column as usize] += 1);
        let n = 1.0 + texts.len() as f64;
        let idf = |df: u32| (n / (1.0 + f64::from(df))).ln() + 1.0;
        features.weights = df.iter().map(|&df| idf(df).sqrt() as f32).collect();
        features.weigh();
        features
    }

    /// Weighs the damped counts, and normalises each family of each row.
    fn weigh(&mut self) {
        let firsts = self.space.starts();
        let gains = firsts.map(|first| self.gain(first as usize));
        for row in self.starts.windows(2) {
            let (mut columns, mut values) =
                (&self.columns[row[0]..row[1]], &mut self.values[row[0]..row[1]]);
            for (end, gain) in firsts[1..].iter().zip(gains) {
                let count = columns.partition_point(|column| column < end);
                let (own, others) = values.split_at_mut(count);
                for (value, column) in own.iter_mut().zip(columns) {
                    *value *= self.weights[*column as usize];
                }
                let norm = own.iter().map(|v| v.powi(2)).sum::<f32>().sqrt();
                own.iter_mut().for_each(|v| *v = *v / norm * gain);
                (columns, values) = (&columns[count..], others);
            }
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
