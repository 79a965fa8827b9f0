//! Texts → sparse vectors, by the model crate's own feature extraction.
//!
//! With pretrained vectors, the average vector of a text, Σ tf w v / ‖tf w‖ over its words (v: the vector of
//! the word, w: the weight of its bucket), has columns of its own behind those of the buckets. If W are the
//! coefficients that a classifier learns for these columns, a row of the model w (v W) for each word gives the same
//! margin: serving needs no vectors.

use super::pretrained::{Pretrained, VectorTable};
use super::settings::Settings;
use super::vocabulary;
use intent_model::classify::sublinear_tf;
use intent_model::grams::{self, Space};
use intent_model::lexicon::{self, Lexicon};
use intent_model::tokens::CharFold;
use intent_model::tokens::fold::Unicode;
use rayon::prelude::*;
use std::sync::Arc;

/// Texts whose bags are held at once: a bag takes several times the memory of its row.
const CHUNK: usize = 4096;

/// Folds characters and looks up words as serving does; holds the bytes of the lexicon.
struct Reader<'a>(&'a [u8]);

impl CharFold for Reader<'_> {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        Unicode.fold(c, give);
    }
}

impl Lexicon for Reader<'_> {
    fn bucket(&mut self, index: u32) -> [u32; lexicon::ENTRIES_PER_BUCKET] {
        self.0.bucket(index)
    }
}

/// The sparse vector of a text: columns and their values.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextVector<'a> {
    /// First a column for each bucket of the tables of words, sub-words and pairs that the text has; then one for each
    /// dimension of the average word vector.
    pub(super) columns: &'a [u32],
    /// Values, L2-normalised in each family.
    pub(super) values: &'a [f32],
}

/// The sparse vectors of a list of texts (in compressed row storage), and the weights of the buckets. Copies by
/// [`FeatureMatrix::weighted_by`] share everything that does not depend on the weights.
#[derive(Clone, Debug)]
pub(super) struct FeatureMatrix {
    /// The feature space.
    pub(super) space: Space,
    /// The weight of each bucket, in the order of the tables: √idf, with idf = ln((1+N)/(1+df)) + 1 for N texts of
    /// which df have it. In the table of vectors idf², and 0 for a bucket without a vector. Multiplied by the
    /// factors of [`FeatureMatrix::weighted_by`].
    pub(super) weights: Vec<f32>,
    vectors: Option<Arc<VectorTable>>,
    /// The lexicon of the texts.
    pub(super) lexicon: Arc<Vec<u8>>,
    /// L2 norm of the family of pairs in each text; that of words and that of sub-words is 1.
    pair_norm: f32,
    /// L2 norm of the family of vectors in each text.
    vector_norm: f32,
    starts: Arc<Vec<usize>>,
    columns: Arc<Vec<u32>>,
    values: Vec<f32>,
}

/// The pretrained vector of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct BucketVector<'a> {
    /// Its values; none if the bucket has no vector.
    pub(super) values: &'a [f32],
    /// The column of the first value.
    pub(super) first: usize,
}

impl FeatureMatrix {
    /// Extracts, weights and normalises the features of `texts`. `space` is without pretrained vectors and
    /// without a lexicon.
    pub(super) fn extract(
        texts: &[String],
        space: Space,
        settings: &Settings,
        pretrained: Option<&Pretrained>,
    ) -> Self {
        let vectors = pretrained.map(|p| p.table(texts, settings.vector_bits));
        let vector_bits = if vectors.is_some() { settings.vector_bits } else { 0 };
        let known = vectors.as_ref().map_or(&[][..], |table| &table.words);
        let (lexicon_bits, lexicon) = vocabulary::lexicon(texts, settings, known);
        let space = Space { vector_bits, lexicon_bits, ..space };
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        let firsts = space.table_starts();
        for texts in texts.chunks(CHUNK) {
            let bags: Vec<grams::Features> = texts
                .par_iter()
                .map(|t| grams::Features::extract(t, &space, &mut Reader(&lexicon)))
                .collect();
            for bags in bags {
                for (bag, first) in bags.families().into_iter().zip(firsts) {
                    columns.extend(bag.counts().iter().map(|c| first + c.0));
                    values.extend(bag.counts().iter().map(|c| sublinear_tf(c.1)));
                }
                starts.push(columns.len());
            }
        }
        let weights = bucket_weights(&columns, texts.len(), firsts, vectors.as_ref());
        let mut features = FeatureMatrix {
            space,
            weights: Vec::new(),
            vectors: vectors.map(Arc::new),
            lexicon: Arc::new(lexicon),
            pair_norm: settings.pair_weight.sqrt(),
            vector_norm: settings.vector_weight.sqrt(),
            starts: Arc::new(starts),
            columns: Arc::new(columns),
            values,
        };
        features.multiply_weights(&weights, 4);
        features.weights = weights;
        features.average_vectors();
        features
    }

    /// The same texts with the weight of each bucket multiplied by its factor. `factors` has the buckets of
    /// all tables but that of vectors.
    pub(super) fn weighted_by(&self, factors: &[f32]) -> Self {
        let mut features = self.clone();
        features.weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight *= factor);
        // multiplying the normalised values is enough: normalising again gives what the plain values would give
        features.multiply_weights(factors, 3);
        features
    }

    /// Multiplies the values of the first `family_count` families by the weights of their columns, and normalises
    /// each of these families of each text.
    fn multiply_weights(&mut self, weights: &[f32], family_count: usize) {
        let firsts = self.space.table_starts();
        let norms = firsts.map(|first| self.family_norm(first as usize));
        for row in self.starts.windows(2) {
            let (mut columns, mut values) =
                (&self.columns[row[0]..row[1]], &mut self.values[row[0]..row[1]]);
            for (end, family_norm) in firsts[1..=family_count].iter().zip(norms) {
                let count = columns.partition_point(|column| column < end);
                let (family, others) = values.split_at_mut(count);
                for (value, column) in family.iter_mut().zip(columns) {
                    *value *= weights[*column as usize];
                }
                let norm = family.iter().map(|v| v.powi(2)).sum::<f32>().sqrt();
                // the norm is 0 if no word has a vector
                if norm > 0.0 {
                    family.iter_mut().for_each(|v| *v = *v / norm * family_norm);
                }
                (columns, values) = (&columns[count..], others);
            }
        }
    }

    /// In each text, replaces the entries of the family of vectors (one for each word, L2 norm `vector_norm`) by
    /// the dimensions of the average vector.
    fn average_vectors(&mut self) {
        let (Some(table), first) = (&self.vectors, self.space.table_starts()[3]) else { return };
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in self.starts.windows(2) {
            let (from, to) = (row[0], row[1]);
            let vectors_at =
                from + self.columns[from..to].partition_point(|column| *column < first);
            columns.extend_from_slice(&self.columns[from..vectors_at]);
            values.extend_from_slice(&self.values[from..vectors_at]);
            let mut average = vec![0f32; table.dims];
            for (column, x) in self.columns[vectors_at..to].iter().zip(&self.values[vectors_at..to])
            {
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

    /// The number of texts.
    pub(super) fn texts(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The number of columns that are buckets of n-grams; those of the average vector follow.
    pub(super) fn gram_columns(&self) -> usize {
        self.space.table_starts()[3] as usize
    }

    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        self.gram_columns() + self.vectors.as_ref().map_or(0, |table| table.dims)
    }

    /// `None` if `bucket` is one of n-grams, whose column has the same index, or if there are no vectors. Otherwise the
    /// pretrained vector of the bucket; no values if it has none.
    pub(super) fn vector(&self, bucket: usize) -> Option<BucketVector<'_>> {
        let first = self.space.table_starts()[3] as usize;
        let vector = self.vectors.as_ref()?.get(bucket.checked_sub(first)? as u32);
        Some(BucketVector { values: vector.unwrap_or_default(), first })
    }

    /// The L2 norm of the family of `bucket` in each text.
    pub(super) fn family_norm(&self, bucket: usize) -> f32 {
        let [_, _, pairs, vectors, _] = self.space.table_starts().map(|start| start as usize);
        match bucket {
            b if b < pairs => 1.0,
            b if b < vectors => self.pair_norm,
            _ => self.vector_norm,
        }
    }

    /// Frees the vectors of the texts; the bucket weights stay.
    pub(super) fn forget_texts(&mut self) {
        (self.starts, self.columns, self.values) = Default::default();
    }

    /// The vector of text `i`.
    pub(super) fn row(&self, i: u32) -> TextVector<'_> {
        let range = self.starts[i as usize]..self.starts[i as usize + 1];
        TextVector { columns: &self.columns[range.clone()], values: &self.values[range] }
    }
}

/// The weight of each bucket ([`FeatureMatrix::weights`]), by the `columns` of all texts. `firsts` are the first
/// buckets of the tables.
fn bucket_weights(
    columns: &[u32],
    texts: usize,
    firsts: [u32; 5],
    vectors: Option<&VectorTable>,
) -> Vec<f32> {
    let mut df = vec![0u32; firsts[4] as usize];
    columns.iter().for_each(|&column| df[column as usize] += 1);
    let n = 1.0 + texts as f64;
    let idf = |df: u32| (n / (1.0 + f64::from(df))).ln() + 1.0;
    let mut weights: Vec<f32> = df.iter().map(|&df| idf(df).sqrt() as f32).collect();
    if let Some(table) = vectors {
        let first = firsts[3] as usize;
        let buckets = weights[first..].iter_mut().zip(&df[first..]);
        for (bucket, (weight, &df)) in (0..).zip(buckets) {
            *weight = table.get(bucket).map_or(0.0, |_| idf(df).powi(2) as f32);
        }
    }
    weights
}
