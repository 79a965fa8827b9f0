//! The settings of a training.

use intent_model::grams::Space;
use intent_model::lexicon;
use serde::{Deserialize, Serialize};

/// Everything but the data that training depends on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seed of every random choice.
    pub seed: u64,
    /// log2 of the buckets of the word family.
    pub word_bits: u8,
    /// log2 of the buckets of the sub-word family.
    pub subword_bits: u8,
    /// Shortest character n-gram.
    pub min_n: u8,
    /// Longest character n-gram.
    pub max_n: u8,
    /// log2 of the buckets of the family of pairs; 0 leaves the family out.
    pub pair_bits: u8,
    /// Length of a stem, in characters: the stem of a word is its first `stem` characters.
    pub stem: u8,
    /// Squared L2 norm of the family of pairs in a question; that of words and that of sub-words are 1.
    pub pair_weight: f32,
    /// Bits of a value in the model's rows: 8 or 4.
    pub row_bits: u8,
    /// Coordinates of a row in the low-rank form; 0 chooses: a value for each class up to 300 classes (full rank), else
    /// 256 coordinates.
    pub rank: u32,
    /// log2 of the buckets of the family of pretrained vectors, if there are any.
    pub vector_bits: u8,
    /// Squared L2 norm of the family of pretrained vectors in a question.
    pub vector_weight: f32,
    /// log2 of the maximum number of buckets of the lexicon, by which spelling is corrected; 0 corrects nothing.
    pub lexicon_bits: u8,
    /// Penalty C of the SVMs whose weights become the rows of the model.
    pub rows_c: f32,
    /// Maximum number of passes of these SVMs over the data.
    pub rows_passes: u32,
    /// Stopping tolerance of these SVMs: the range of the projected gradients in one pass.
    pub rows_tolerance: f32,
    /// Folds of the out-of-fold margins; at least 5 for fewer than 2,000 questions.
    pub folds: u8,
    /// Penalty C of the decoder SVMs.
    pub decoder_c: f64,
    /// Random negatives of each decoder SVM. Its CPU time is mostly the dense Gram matrix, which
    /// grows with the square of this; more negatives did not raise cross-validated accuracy.
    pub decoder_negatives: usize,
    /// Fraction of the classes whose margins are the inputs of a decoder SVM: those with the greatest average
    /// margins on the questions of its class. 1 costs more CPU time and did not raise cross-validated accuracy.
    pub decoder_inputs: f64,
}

/// Maximum number of classes for which a row holds one value per class; with more it holds coordinates. With a
/// value for each class, a model of 5,000 classes would have 0.5 GB.
const MAX_FULL_RANK_CLASSES: usize = 300;
/// Coordinates of a row if there are more than [`MAX_FULL_RANK_CLASSES`] classes.
const RANK: u32 = 256;

impl Default for Settings {
    fn default() -> Self {
        let space = Space::default();
        Settings {
            seed: 1,
            word_bits: space.word_bits,
            subword_bits: space.subword_bits,
            min_n: space.min_n,
            max_n: space.max_n,
            pair_bits: space.pair_bits,
            stem: space.stem,
            pair_weight: 1.0,
            row_bits: space.row_bits,
            rank: 0,
            vector_bits: 16,
            vector_weight: 3.0,
            lexicon_bits: lexicon::MAX_BITS,
            rows_c: 1.0,
            rows_passes: 12,
            rows_tolerance: 0.1,
            folds: 3,
            decoder_c: 0.05,
            decoder_negatives: 250,
            decoder_inputs: 1.0 / 3.0,
        }
    }
}

impl Settings {
    /// The feature space of a model of `classes` classes, without pretrained vectors and
    /// without a lexicon, which depend on the data.
    #[must_use]
    pub fn space(&self, classes: usize) -> Space {
        let rank = match self.rank {
            0 if classes > MAX_FULL_RANK_CLASSES => RANK,
            rank if rank as usize >= classes => 0,
            rank => rank,
        };
        Space {
            word_bits: self.word_bits,
            subword_bits: self.subword_bits,
            min_n: self.min_n,
            max_n: self.max_n,
            pair_bits: self.pair_bits,
            stem: self.stem,
            vector_bits: 0,
            row_bits: self.row_bits,
            rank,
            lexicon_bits: 0,
        }
    }
}
