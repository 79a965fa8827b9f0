//! Predicts the size of a component before any fit.

use crate::config::{FIELDS, Field, Search};
use intent_bake::{BakeError, bake, golden};
use intent_dataset::Dataset;
use intent_learn::fit::{Settings, lexicon_words};
use intent_model::ModelInfo;
use intent_model::grams::Space;
use intent_model::info::{Abstention, Figures, Golden, Selective};
use intent_model::lexicon;
use intent_model::rows;
use intent_model::{Params, layout};

/// Sizes of the components of one data set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Everything but the rows.
    fixed: u64,
    classes: usize,
    /// Words of its lexicon if there is room.
    words: usize,
}

/// A model's name has at most this many bytes where sizes are to hold.
const MAX_NAME_BYTES: usize = 64;
/// The lengths of the sections that hold the rows are written with 1 to 5 bytes each.
const LENGTH_BYTES: u64 = 32;

impl Sizes {
    /// Bakes the smallest model with the labels of `data`, and subtracts its rows.
    ///
    /// # Errors
    /// If it cannot be baked: the data has too many classes.
    pub(crate) fn measure(data: &Dataset) -> Result<Self, BakeError> {
        let classes = data.labels.len();
        let space = Space { word_bits: 1, subword_bits: 1, pair_bits: 0, ..Space::default() };
        let zeros = vec![0.0; classes];
        let params = Params {
            ids: data.labels.ids().to_vec(),
            bias: zeros.clone(),
            slope: zeros.clone(),
            taper: 0.0,
            offset: zeros,
        };
        let ids = data.labels.ids().iter().copied();
        let widest = ids.max_by_key(|id| id.unsigned_abs()).unwrap_or_default();
        let info = ModelInfo {
            name: "n".repeat(MAX_NAME_BYTES),
            version: u32::MAX,
            label_names: data.labels.names(),
            data_digest: data.digest(),
            training_questions: data.len() as u32,
            seed: u64::MAX,
            validation: Some(Figures::default()),
            refitted: true,
            abstention: Some(Abstention {
                validation: Some(Selective { candidates_right: Some(0.0), ..Selective::default() }),
                ..Abstention::default()
            }),
            golden: golden::questions()
                .into_iter()
                .map(|query| Golden { query, intent: widest, probability: 0.0 })
                .collect(),
        };
        let rows = vec![0; row_bytes(space, classes) as usize];
        let component = bake(&layout::encode(space, &params, &rows, &info)?)?;
        let fixed = component.len() as u64 - rows.len() as u64 + LENGTH_BYTES;
        Ok(Sizes { fixed, classes, words: lexicon_words(&data.texts) })
    }

    /// Upper bound of the bytes of a component trained with `settings`, at most 200 too high.
    #[must_use]
    pub(crate) fn bytes(&self, settings: &Settings) -> u64 {
        let words = lexicon::byte_len(lexicon::bits_for(self.words, settings.lexicon_bits));
        self.fixed + row_bytes(settings.space(self.classes), self.classes) + words as u64
    }

    /// Lowers the searched knobs that save the most, a step at a time, until `settings` need at
    /// most `limit` bytes.
    ///
    /// # Errors
    /// With the bytes of the smallest, where even that needs more.
    pub(crate) fn fit_into(&self, settings: &mut Settings, limit: u64) -> Result<(), u64> {
        loop {
            let now = self.bytes(settings);
            if now <= limit {
                return Ok(());
            }
            let smaller = FIELDS.iter().filter_map(|field| {
                let mut next = *settings;
                field.set(&mut next, below(field, field.get(settings))?);
                Some((self.bytes(&next), next))
            });
            // the first of equals: min_by_key is so defined
            match smaller.min_by_key(|(bytes, _)| *bytes) {
                Some((bytes, next)) if bytes < now => *settings = next,
                _ => return Err(now),
            }
        }
    }
}

fn row_bytes(space: Space, classes: usize) -> u64 {
    let stride = rows::stride(space.width(classes), space.row_bits);
    space.row_count(classes) as u64 * stride as u64
}

/// The next smaller value that a search tries of `field`, where it goes in steps.
fn below(field: &Field, value: f64) -> Option<f64> {
    match field.search? {
        Search::Integer(low, _) => (value > f64::from(low)).then_some(value - 1.0),
        Search::Choice(values) => values.iter().rev().find(|v| **v < value).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZES: Sizes = Sizes { fixed: 100_000, classes: 77, words: 1000 };

    proptest! {
        #[test]
        fn what_is_made_smaller_fits_and_is_not_made_smaller_than_needed(
            most in 0u64..8_000_000, word_bits in 10u8..=16, subword_bits in 10u8..=16,
        ) {
            let asked = Settings { word_bits, subword_bits, ..Settings::default() };
            let smallest = Settings {
                word_bits: 10, subword_bits: 10, pair_bits: 10, row_bits: 4, ..asked
            };
            let mut settings = asked;
            match SIZES.fit_into(&mut settings, most) {
                Err(least) => {
                    prop_assert!(most < least);
                    prop_assert_eq!(least, SIZES.bytes(&smallest));
                }
                Ok(()) => {
                    prop_assert!(SIZES.bytes(&settings) <= most);
                    if SIZES.bytes(&asked) <= most {
                        prop_assert_eq!(settings, asked);
                    } else {
                        // a step back of all tables, or of the bits, would not fit
                        let bits = settings.word_bits.max(settings.subword_bits);
                        let bits = bits.max(settings.pair_bits) + 1;
                        let more = Settings {
                            word_bits: bits, subword_bits: bits, pair_bits: bits, row_bits: 8, ..settings
                        };
                        prop_assert!(SIZES.bytes(&more) > most);
                    }
                    // nothing else is touched
                    let tables = Settings {
                        word_bits, subword_bits, pair_bits: asked.pair_bits, row_bits: 8, ..settings
                    };
                    prop_assert_eq!(tables, asked);
                }
            }
        }
    }
}
