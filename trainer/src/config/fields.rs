//! The settings that a configuration can hold.

use intent_learn::fit::Settings;

/// A numeric field of [`Settings`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Name in files and tables.
    pub(crate) name: &'static str,
    /// Smallest allowed value.
    pub(crate) low: f64,
    /// Largest allowed value.
    pub(crate) high: f64,
    /// Search space of `tune`; `None` if it keeps the default.
    pub(crate) search: Option<Search>,
    text: fn(&Settings) -> String,
    set: fn(&mut Settings, f64),
}

/// Search space of a field, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Search {
    /// Whole numbers, evenly.
    Integer(i32, i32),
    /// Whole numbers, their logarithm evenly.
    LogInteger(i32, i32),
    /// Real numbers to 3 significant digits, evenly.
    Linear(f64, f64),
    /// Real numbers to 3 significant digits, their logarithm evenly.
    Log(f64, f64),
    /// One of these values, which ascend.
    Choice(&'static [f64]),
}

macro_rules! field {
    ($name:ident: $kind:ty, $low:literal to $high:literal, $search:expr) => {
        Field {
            name: stringify!($name),
            low: $low as f64,
            high: $high as f64,
            search: $search,
            // Debug, not Display: a whole float keeps its point
            text: |s| format!("{:?}", s.$name),
            set: |s, value| s.$name = value as $kind,
        }
    };
}

/// All settings but the seed, in the order of [`Settings`]. Those that only cost time (passes,
/// tolerance, folds) are not searched.
pub(crate) const FIELDS: &[Field] = &[
    field!(word_bits: u8, 4 to 20, Some(Search::Integer(10, 16))),
    field!(subword_bits: u8, 4 to 20, Some(Search::Integer(10, 16))),
    field!(min_n: u8, 1 to 16, Some(Search::Integer(1, 3))),
    field!(max_n: u8, 1 to 16, Some(Search::Integer(3, 7))),
    field!(pair_bits: u8, 0 to 20, Some(Search::Integer(10, 16))),
    field!(stem: u8, 1 to 16, Some(Search::Integer(3, 5))),
    field!(pair_weight: f32, 0.0001 to 100, Some(Search::Log(0.25, 4.0))),
    field!(row_bits: u8, 4 to 8, Some(Search::Choice(&[4.0, 8.0]))),
    field!(rank: u32, 0 to 4096, None),
    field!(vector_bits: u8, 4 to 20, None),
    field!(vector_weight: f32, 0.0001 to 100, None),
    field!(lexicon_bits: u8, 0 to 12, None),
    field!(rows_c: f32, 0.0001 to 10000, Some(Search::Log(0.1, 10.0))),
    field!(rows_passes: u32, 1 to 1000, None),
    field!(rows_tolerance: f32, 0.000001 to 10, None),
    field!(folds: u8, 2 to 20, None),
    field!(decoder_c: f64, 0.00001 to 1000, Some(Search::Log(0.005, 0.5))),
    field!(decoder_negatives: usize, 10 to 5000, Some(Search::LogInteger(100, 400))),
    field!(decoder_inputs: f64, 0 to 1, Some(Search::Linear(0.1, 1.0))),
];

impl Field {
    /// The value in `settings`, as written in a file.
    #[must_use]
    pub(crate) fn text(&self, settings: &Settings) -> String {
        (self.text)(settings)
    }

    /// The value in `settings`. Converted through text: 0.1 in 32 bits is 0.1 here too.
    #[must_use]
    pub(crate) fn get(&self, settings: &Settings) -> f64 {
        self.text(settings).parse().unwrap_or(f64::NAN)
    }

    /// Sets it in `settings` to `value`, which is in its range.
    pub(crate) fn set(&self, settings: &mut Settings, value: f64) {
        (self.set)(settings, value);
    }
}
