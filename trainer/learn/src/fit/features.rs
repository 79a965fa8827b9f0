//! Texts → sparse vectors, by the model crate's own feature extraction.
//!
//! Of pretrained vectors v the rows see the average of a text's words, Σ damp w v / ‖damp w‖, as
//! columns of their own behind the buckets: with weights W of these, pooling the rows w (v W)
//! gives the same margin.

use super::Settings;
use super::pretrained::{Pretrained, Table};
use super::words;
use intent_model::classify::sublinear_tf;
use intent_model::grams::{self, Space};
use intent_model::lexicon::{self, Lexicon};
use intent_model::tokens::Fold;
use intent_model::tokens::fold::Unicode;
use rayon::prelude::*;
use std::sync::Arc;

/// Texts whose bags are held at once: a bag has several times the bytes of the row made of it.
const CHUNK: usize = 4096;

/// Reads texts as serving does.
struct Reader<'a>(&'a [u8]);

impl Fold for Reader<'_> {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        Unicode.fold(c, give);
    }
}

impl Lexicon for Reader<'_> {
    fn bucket(&mut self, index: u32) -> [u32; lexicon::SLOTS] {
        self.0.bucket(index)
    }
}

/// One sparse vector: columns and their values.
#[derive(Clone, Copy, Debug)]
pub struct SparseRow<'a> {
    /// Buckets, counted over all tables but that of vectors, words first, then the values of the
    /// average vector.
    pub columns: &'a [u32],
    /// Values, L2-normalised in each family.
    pub values: &'a [f32],
}

/// Sparse vectors of a list of texts (compressed rows), and the weights of the buckets. What does not
/// depend on the weights is shared with what [`Features::weighed_by`] makes.
#[derive(Clone, Debug)]
pub struct Features {
    /// The feature space.
    pub space: Space,
    /// √idf of each bucket, with idf = ln((1+N)/(1+df)) + 1; a bucket never seen has the
    /// greatest. In the table of vectors idf², and 0 where a bucket has none. In the order of the
    /// tables. Then times the factors of [`Features::weighed_by`].
    pub weights: Vec<f32>,
    vectors: Option<Arc<Table>>,
    /// The lexicon of the texts.
    pub words: Arc<Vec<u8>>,
    /// Length of the family of pairs in a vector; that of words and that of sub-words are 1.
    pair_gain: f32,
    /// By what the average vector is multiplied.
    vector_gain: f32,
    starts: Arc<Vec<usize>>,
    columns: Arc<Vec<u32>>,
    values: Vec<f32>,
}

impl Features {
    /// Extracts, weighs and normalises. `space` is without pretrained vectors and
    /// without a lexicon.
    #[must_use]
    pub fn of(
        texts: &[String],
        space: Space,
        settings: &Settings,
        pretrained: Option<&Pretrained>,
    ) -> Self {
        let vectors = pretrained.map(|p| p.table(texts, settings.vector_bits));
        let vector_bits = if vectors.is_some() { settings.vector_bits } else { 0 };
        let (lexicon_bits, words) = words::lexicon(texts, settings, vectors.as_ref());
        let space = Space { vector_bits, lexicon_bits, ..space };
        let (mut rows, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        let starts = space.table_starts();
        for texts in texts.chunks(CHUNK) {
            let bags: Vec<grams::Features> = texts
                .par_iter()
                .map(|t| grams::Features::extract(t, &space, &mut Reader(&words)))
                .collect();
            for bags in bags {
                for (bag, first) in bags.families().into_iter().zip(starts) {
                    columns.extend(bag.counts().iter().map(|c| first + c.0));
                    values.extend(bag.counts().iter().map(|c| sublinear_tf(c.1)));
                }
                rows.push(columns.len());
            }
        }
        let mut df = vec![0u32; starts[4] as usize];
        columns.iter().for_each(|&column: &u32| df[column as usize] += 1);
        let n = 1.0 + texts.len() as f64;
        let idf = |df: u32| (n / (1.0 + f64::from(df))).ln() + 1.0;
        let mut weights: Vec<f32> = df.iter().map(|&df| idf(df).sqrt() as f32).collect();
        if let Some(table) = &vectors {
            let weights = &mut weights[starts[3] as usize..];
            for (bucket, (weight, &df)) in
                (0..).zip(weights.iter_mut().zip(&df[starts[3] as usize..]))
            {
                *weight = table.get(bucket).map_or(0.0, |_| idf(df).powi(2) as f32);
            }
        }
        let mut features = Features {
            space,
            weights: Vec::new(),
            vectors: vectors.map(Arc::new),
            words: Arc::new(words),
            pair_gain: settings.pair_weight.sqrt(),
            vector_gain: settings.vector_weight.sqrt(),
            starts: Arc::new(rows),
            columns: Arc::new(columns),
            values,
        };
        features.weigh(&weights, 4);
        features.weights = weights;
        features.average();
        features
    }

    /// The same texts, the weight of each bucket of n-grams times its factor: `factors` are those of the
    /// tables but that of vectors.
    #[must_use]
    pub fn weighed_by(&self, factors: &[f32]) -> Self {
        let mut features = self.clone();
        features.weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight *= factor);
        // the values have the weights that they had, and what a family was divided by cancels out
        features.weigh(factors, 3);
        features
    }

    /// Multiplies the values of the first `families` by the weights of their columns, and normalises
    /// each family of each row.
    fn weigh(&mut self, weights: &[f32], families: usize) {
        let firsts = self.space.table_starts();
        let gains = firsts.map(|first| self.gain(first as usize));
        for row in self.starts.windows(2) {
            let (mut columns, mut values) =
                (&self.columns[row[0]..row[1]], &mut self.values[row[0]..row[1]]);
            for (end, gain) in firsts[1..=families].iter().zip(gains) {
                let count = columns.partition_point(|column| column < end);
                let (own, others) = values.split_at_mut(count);
                for (value, column) in own.iter_mut().zip(columns) {
                    *value *= weights[*column as usize];
                }
                let norm = own.iter().map(|v| v.powi(2)).sum::<f32>().sqrt();
                // of words without a vector nothing is left
                if norm > 0.0 {
                    own.iter_mut().for_each(|v| *v = *v / norm * gain);
                }
                (columns, values) = (&columns[count..], others);
            }
        }
    }

    /// Puts the average vector of each row in the place of its words' weights in the table of vectors,
    /// which are of length `vector_gain`.
    fn average(&mut self) {
        let (Some(table), first) = (&self.vectors, self.space.table_starts()[3]) else { return };
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in self.starts.windows(2) {
            let (from, to) = (row[0], row[1]);
            let words = from + self.columns[from..to].partition_point(|column| *column < first);
            columns.extend_from_slice(&self.columns[from..words]);
            values.extend_from_slice(&self.values[from..words]);
            let mut average = vec![0f32; table.dims];
            for (column, x) in self.columns[words..to].iter().zip(&self.values[words..to]) {
                let vector = table.get(column - first).unwrap_or_default();
                average.iter_mut().zip(vector).for_each(|(a, v)| *a += x * v);
            }
            if average.iter().any(|v| *v != 0.0) {
                values.extend(average);
                columns.extend(first..first + table.dims as u32);
            }
            starts.push(columns.len());
        }
        (self.starts, self.columns, self.values) = (Arc::new(starts), Arc::new(columns), values);
    }

    /// Texts.
    #[must_use]
    pub fn texts(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Columns that are buckets of n-grams; those of the average vector follow.
    #[must_use]
    pub fn grams(&self) -> usize {
        self.space.table_starts()[3] as usize
    }

    /// Columns of the vectors.
    #[must_use]
    pub fn width(&self) -> usize {
        self.grams() + self.vectors.as_ref().map_or(0, |table| table.dims)
    }

    /// Of a bucket in the table of vectors, its vector, empty where it has none, and the column of
    /// the first value; `None` of a bucket in another table, which is a column itself.
    #[must_use]
    pub fn vector(&self, bucket: usize) -> Option<(&[f32], usize)> {
        let first = self.space.table_starts()[3] as usize;
        let vector = self.vectors.as_ref()?.get(bucket.checked_sub(first)? as u32);
        Some((vector.unwrap_or_default(), first))
    }

    /// What the weights of `bucket` are multiplied by in its row, beside its own weight.
    #[must_use]
    pub fn gain(&self, bucket: usize) -> f32 {
        let [_, _, pairs, vectors, _] = self.space.table_starts().map(|start| start as usize);
        match bucket {
            b if b < pairs => 1.0,
            b if b < vectors => self.pair_gain,
            _ => self.vector_gain,
        }
    }

    /// Frees the vectors of the texts; the weights of the buckets stay.
    pub fn forget_texts(&mut self) {
        (self.starts, self.columns, self.values) = Default::default();
    }

    /// The vector of text `i`.
    #[must_use]
    pub fn row(&self, i: u32) -> SparseRow<'_> {
        let range = self.starts[i as usize]..self.starts[i as usize + 1];
        SparseRow { columns: &self.columns[range.clone()], values: &self.values[range] }
    }
}
