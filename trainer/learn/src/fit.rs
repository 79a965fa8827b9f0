//! Labelled questions → a model.
//!
//! ```text
//! texts ─ words, features ─ x ─┬─ planes, 3 folds ─→ out_of_fold: O ─→ head: decoder (linfa-svm) V, c
//!                              │                    how much of each          calibration: slope, offset, taper
//!                              └─ planes, all ──────→ E, b ── table: fold V into E ─→ margin = Σ x E' + b'
//!
//! planes = selectivity (weights) ─→ rows (SVMs) + evidence (naive Bayes) + embeddings (softmax)
//! texts of few questions a class: the class's name is one more, if O is then better (names)
//! ```
//!
//! The head only ever sees margins of questions that the rows were not fitted on: in-sample
//! margins are nearly separable and teach it nothing.

pub mod decoder;
pub mod embeddings;
mod evidence;
pub mod features;
mod head;
mod held_out;
mod low_rank;
mod names;
mod out_of_fold;
mod planes;
pub mod pretrained;
pub mod rows;
mod selectivity;
mod share;
mod table;
mod trial;
mod words;

use crate::progress::Progress;
use crate::split;
use features::Features;
use head::Head;
use intent_dataset::Dataset;
use intent_model::grams::Space;
use intent_model::lexicon;
use out_of_fold::{Fixed, OutOfFold};
use planes::Planes;
use pretrained::Pretrained;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub use head::Choices;
pub use held_out::out_of_fold_probabilities;
pub use table::Fitted;
pub use trial::{TrialError, trial};
pub use words::in_lexicon;

/// Everything that training depends on but the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Seed of every random choice.
    pub seed: u64,
    /// log2 of the word family's buckets.
    pub word_bits: u8,
    /// log2 of the sub-word family's buckets.
    pub subword_bits: u8,
    /// Shortest character n-gram.
    pub min_n: u8,
    /// Longest character n-gram.
    pub max_n: u8,
    /// log2 of the buckets of the family of pairs; 0 leaves the family out.
    pub pair_bits: u8,
    /// Characters of a stem in the family of pairs.
    pub stem: u8,
    /// Weight of the family of pairs; that of words and that of sub-words are 1.
    pub pair_weight: f32,
    /// Bits of a value in the model's rows: 8 or 4.
    pub row_bits: u8,
    /// Coordinates of a row, from which all margins are computed; 0 is as many as classes, or
    /// [`RANK`] where there are more than [`MOST_CLASSES`].
    pub rank: u32,
    /// log2 of the buckets of the family of pretrained vectors, where there are any.
    pub vector_bits: u8,
    /// Weight of the family of pretrained vectors.
    pub vector_weight: f32,
    /// log2 of the most buckets of the lexicon, by which unknown words are read as known ones; 0 takes
    /// words as they are spelled.
    pub lexicon_bits: u8,
    /// Penalty of the row SVMs.
    pub rows_c: f32,
    /// Passes over the data of the row SVMs.
    pub rows_passes: u32,
    /// Projected gradient at which a row SVM has converged.
    pub rows_tolerance: f32,
    /// Folds of the out-of-fold margins; 5 at least of fewer than 2,000 questions.
    pub folds: u8,
    /// Penalty of the decoder SVMs.
    pub decoder_c: f64,
    /// Random negatives of each decoder SVM. The dense Gram matrix is most of its CPU time, which
    /// grows with the square of this; more did not raise cross-validated accuracy.
    pub decoder_negatives: usize,
    /// Share of the classes whose margins a decoder SVM sees, those nearest to its class: all of
    /// them cost more CPU time and did not raise cross-validated accuracy.
    pub decoder_inputs: f64,
}

/// Of more classes than this, a row holds coordinates: values of its own for each class would make a
/// model of 5,000 classes 0.5 GB.
pub const MOST_CLASSES: usize = 300;
/// Coordinates of a row where there are more classes.
pub const RANK: u32 = 256;

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
    /// The tables of a model of `classes` classes, without pretrained vectors and
    /// without a lexicon, which depend on the data.
    #[must_use]
    pub fn space(&self, classes: usize) -> Space {
        let rank = match self.rank {
            0 if classes > MOST_CLASSES => RANK,
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

/// Fits a model to `data`, with what `vectors` know of its words. `choices` fixes what an earlier fit
/// to a part of the same data decided.
#[must_use]
pub fn fit(
    data: &Dataset,
    settings: &Settings,
    vectors: Option<&Pretrained>,
    choices: Option<Choices>,
    progress: &dyn Progress,
) -> Fitted {
    let classes = data.labels.len();
    let (data, out, features) = answered(data, settings, vectors, choices, progress);
    let names = matches!(data, Cow::Owned(_));
    let all: Vec<u32> = (0..data.len() as u32).collect();
    let bar = progress.stage("rows", classes.div_ceil(rows::LANES));
    let planes = Planes::of(&features, &data, &all, out.exponent);
    let embeddings = (out.embeddings.share > 0.0).then(|| planes.embeddings(settings));
    let blocks = planes.fit(settings, &*bar, |mut svms, bayes| {
        svms.mix(&bayes, out.bayes.scale as f32);
        if let Some(embeddings) = &embeddings {
            svms.mix(&embeddings.block(svms.first), out.embeddings.scale as f32);
        }
        svms
    });
    drop(embeddings);
    drop(bar);
    let own = match planes.features {
        Cow::Owned(own) => Some(own),
        Cow::Borrowed(_) => None,
    };
    let mut weighed = own.unwrap_or(features);
    // 2.3 GB of a million questions, beside which the head's matrices need not stand
    weighed.forget_texts();
    let head = Head::learn(&out, settings, names, choices, progress);
    drop(out);
    table::fold(&weighed, &blocks, data.labels.ids().to_vec(), head, settings.seed)
}

/// The questions as cross-validation answers them, with the names of their classes behind them where
/// `choices` says so, or cross-validation.
fn answered<'a>(
    data: &'a Dataset,
    settings: &Settings,
    vectors: Option<&Pretrained>,
    choices: Option<Choices>,
    progress: &dyn Progress,
) -> (Cow<'a, Dataset>, OutOfFold, Features) {
    // near-duplicates are not kept together: what is asked has them in the data as well
    let alone = split::alone(data.len());
    let ask = |data: &Dataset, fixed: Fixed| {
        let space = settings.space(data.labels.len());
        let features = Features::of(&data.texts, space, settings, vectors);
        (OutOfFold::of(&features, data, &alone, settings, fixed, progress), features)
    };
    let fixed = choices.map_or_else(Fixed::default, |choices| Fixed {
        exponent: Some(choices.selectivity),
        bayes: Some(choices.evidence),
        embeddings: Some(choices.embeddings),
    });
    let named = match choices {
        Some(choices) => choices.names.then(|| names::with_names(data)).flatten(),
        None => names::may_help(data).then(|| names::with_names(data)).flatten(),
    };
    let with = |named: Dataset, fixed: Fixed| {
        let (out, features) = ask(&named, fixed);
        (Cow::Owned(named), out, features)
    };
    match (choices, named) {
        (Some(_), Some(named)) => with(named, fixed),
        (_, named) => {
            let (plain, features) = ask(data, fixed);
            // the power is that of the questions alone: each one tried costs as much as all folds
            let exponent = Some(plain.exponent);
            match named.map(|named| with(named, Fixed { exponent, ..fixed })) {
                // the same questions were asked: of equals the one that knows more
                Some(named) if named.1.right >= plain.right => named,
                _ => (Cow::Borrowed(data), plain, features),
            }
        }
    }
}
