//! `embeddings.fifu`: the sub-word embeddings in finalfusion's format, for other tools.
//!
//! Its vocabulary is that of the training questions, folded; a word that is not in it gets the
//! normalised sum of its n-grams' rows, as any word does in the model ([`intent_model::word`]).

use finalfusion::embeddings::Embeddings;
use finalfusion::io::WriteEmbeddings;
use finalfusion::metadata::Metadata;
use finalfusion::norms::NdNorms;
use finalfusion::storage::NdArray;
use finalfusion::subword::{BucketIndexer, FinalfusionHashIndexer};
use finalfusion::vocab::BucketSubwordVocab;
use intent_model::tokens::Tokens;
use intent_model::{Rows, SliceModel, rows, word};
use ndarray15::{Array1, Array2};
use std::collections::BTreeSet;
use std::io::Cursor;

/// The embeddings of `model`, with the words of `texts` as vocabulary.
///
/// # Errors
/// If finalfusion refuses to write them.
pub(crate) fn fifu(
    model: &SliceModel<'_>,
    texts: &[String],
) -> Result<Vec<u8>, finalfusion::error::Error> {
    let (space, classes) = (model.header().space, model.header().classes);
    let width = space.width(classes);
    let mut table = model.reader();
    let (mut words, mut norms, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for candidate in vocabulary(texts) {
        let sum = model.word_sum(&candidate);
        let norm = word::norm(&sum);
        if norm > 0.0 {
            values.extend(sum.iter().map(|v| v / norm));
            norms.push(norm);
            words.push(candidate);
        }
    }
    for bucket in 0..space.subword_rows() {
        let row = table.row(space.word_rows() + bucket);
        let scale = rows::scale(row);
        values.extend((0..width).map(|i| scale * rows::value(row, space.row_bits, i)));
    }
    let indexer = FinalfusionHashIndexer::new(usize::from(space.subword_bits));
    let vocab = BucketSubwordVocab::new(words, space.min_n.into(), space.max_n.into(), indexer);
    let rows = values.len() / width;
    let storage = Array2::from_shape_vec((rows, width), values).unwrap_or_default();
    let mut metadata = toml::Table::new();
    for (key, value) in [("model", &model.info().name), ("data_sha256", &model.info().data_digest)]
    {
        metadata.insert(key.to_owned(), toml::Value::String(value.clone()));
    }
    let embeddings = Embeddings::new(
        Some(Metadata::from(metadata)),
        vocab,
        NdArray::new(storage),
        NdNorms::new(Array1::from(norms)),
    );
    let mut bytes = Cursor::new(Vec::new());
    embeddings.write_embeddings(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn vocabulary(texts: &[String]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in texts {
        for token in Tokens::new(text).plain().filter(|t| t[0].is_alphanumeric()) {
            words.insert(token.iter().collect::<String>());
        }
    }
    words
}
