//! A TOML file → checked [`Settings`], and back.
//!
//! [`FIELDS`] is the one table of what can be set: the range of each field, and the part of it
//! that `tune` searches. A further field of [`Settings`] is one further line there.

use intent_learn::fit::Settings;
use std::fmt::Write;
use std::path::Path;
use thiserror::Error;

/// One field of [`Settings`] but the seed, as a number.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, in files and in tables.
    pub name: &'static str,
    /// The least that a configuration may say.
    pub low: f64,
    /// The most that a configuration may say.
    pub high: f64,
    /// What `tune` tries; `None` where it leaves the default.
    pub search: Option<Search>,
    text: fn(&Settings) -> String,
    set: fn(&mut Settings, f64),
}

/// The values that a search draws from, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Search {
    /// Whole numbers, evenly.
    Integer(i32, i32),
    /// Whole numbers, their logarithm evenly.
    LogInteger(i32, i32),
    /// Real numbers to 3 significant digits, evenly.
    Linear(f64, f64),
    /// Real numbers to 3 significant digits, their logarithm evenly.
    Log(f64, f64),
    /// One of these, in ascending order.
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

/// Everything that can be set, in the order of [`Settings`]. What only costs time (passes,
/// tolerance, folds) is not searched.
pub const FIELDS: &[Field] = &[
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

/// Why a configuration is refused.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Read {
        /// Which.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Not TOML, a field that is not there, or a value of another type.
    #[error("{path}: {what}")]
    Shape {
        /// Which file.
        path: String,
        /// What is wrong, with its line.
        what: String,
    },
    /// A value is out of its range.
    #[error("{path}: {field} = {value} is out of its range, {low} to {high}")]
    Range {
        /// Which file.
        path: String,
        /// Which field.
        field: &'static str,
        /// What it says.
        value: f64,
        /// The least that it may say.
        low: f64,
        /// The most that it may say.
        high: f64,
    },
    /// A value is none of those that there are.
    #[error("{path}: {field} = {value}: it is 4 or 8")]
    Bits {
        /// Which file.
        path: String,
        /// Which field.
        field: &'static str,
        /// What it says.
        value: u8,
    },
}

impl Field {
    /// Its value in `settings`, as written in a file.
    #[must_use]
    pub fn text(&self, settings: &Settings) -> String {
        (self.text)(settings)
    }

    /// Its value in `settings`. By way of its text: 0.1 in 32 bits is 0.1 here too.
    #[must_use]
    pub fn get(&self, settings: &Settings) -> f64 {
        self.text(settings).parse().unwrap_or(f64::NAN)
    }

    /// Sets it in `settings` to `value`, which is in its range.
    pub fn set(&self, settings: &mut Settings, value: f64) {
        (self.set)(settings, value);
    }
}

/// The configuration in the file `path`; what it does not say has its default.
///
/// # Errors
/// Where the file cannot be read, is no TOML, has an unknown field or a value of another type or
/// out of its range.
pub fn load(path: &Path) -> Result<Settings, ConfigError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::Read { path: name.clone(), cause })?;
    parse(&text, &name)
}

/// The configuration in `text`, which came from `path`.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, path: &str) -> Result<Settings, ConfigError> {
    let shape = |e: toml::de::Error| ConfigError::Shape {
        path: path.to_owned(),
        what: e.to_string().trim_end().to_owned(),
    };
    let table: toml::Table = toml::from_str(text).map_err(shape)?;
    let out_of_range = |field: &Field, value: f64, low: f64| ConfigError::Range {
        path: path.to_owned(),
        field: field.name,
        value,
        low,
        high: field.high,
    };
    // before the types: 300 for a u8 is out of the field's range, whatever a u8's is
    for field in FIELDS {
        let value = match table.get(field.name) {
            Some(toml::Value::Integer(i)) => *i as f64,
            Some(toml::Value::Float(f)) => *f,
            _ => continue,
        };
        if !(field.low..=field.high).contains(&value) {
            return Err(out_of_range(field, value, field.low));
        }
    }
    let settings: Settings = toml::from_str(text).map_err(shape)?;
    if settings.max_n < settings.min_n
        && let Some(field) = FIELDS.iter().find(|f| f.name == "max_n")
    {
        return Err(out_of_range(field, settings.max_n.into(), settings.min_n.into()));
    }
    if !matches!(settings.row_bits, 4 | 8) {
        let (path, value) = (path.to_owned(), settings.row_bits);
        return Err(ConfigError::Bits { path, field: "row_bits", value });
    }
    Ok(settings)
}

/// `settings` as a file that [`load`] takes. Each line of `comment` stands on its own.
#[must_use]
pub fn to_toml(settings: &Settings, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    let _ = writeln!(text, "seed = {}", settings.seed);
    for field in FIELDS {
        let _ = writeln!(text, "{} = {}", field.name, field.text(settings));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn error(text: &str) -> String {
        parse(text, "my.toml").expect_err("refused").to_string()
    }

    #[test]
    fn the_table_holds_every_field_of_the_settings() {
        let all = toml::Table::try_from(Settings::default()).expect("settings are TOML");
        let mut named: BTreeSet<&str> = FIELDS.iter().map(|f| f.name).collect();
        assert_eq!(named.len(), FIELDS.len());
        named.insert("seed");
        assert_eq!(named, all.keys().map(String::as_str).collect());
    }

    #[test]
    fn defaults_are_in_their_ranges() {
        for field in FIELDS {
            let value = field.get(&Settings::default());
            assert!((field.low..=field.high).contains(&value), "{}", field.name);
        }
    }

    #[test]
    fn the_documentation_has_this_table() {
        let doc = include_str!("../../docs/tune.md");
        for field in FIELDS {
            let searched = match field.search {
                None => "no".to_owned(),
                Some(Search::Integer(low, high) | Search::LogInteger(low, high)) => {
                    format!("{low} to {high}")
                }
                Some(Search::Linear(low, high) | Search::Log(low, high)) => {
                    format!("{low} to {high}")
                }
                Some(Search::Choice(values)) => {
                    values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
                }
            };
            let default = field.text(&Settings::default());
            let Field { name, low, high, .. } = field;
            let row = format!("| `{name}` | {default} | {low} to {high} | {searched} |\n");
            assert!(doc.contains(&row), "docs/tune.md lacks {row}");
        }
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let settings = parse("rows_c = 2\nseed = 9", "my.toml").expect("right");
        assert_eq!(settings, Settings { rows_c: 2.0, seed: 9, ..Settings::default() });
        assert_eq!(parse("", "my.toml").expect("right"), Settings::default());
    }

    #[test]
    fn messages_name_file_field_value_and_range() {
        assert_eq!(
            error("word_bits = 300"),
            "my.toml: word_bits = 300 is out of its range, 4 to 20"
        );
        assert_eq!(error("folds = -1"), "my.toml: folds = -1 is out of its range, 2 to 20");
        assert!(
            error("rows_c = nan").contains("rows_c = NaN is out of its range, 0.0001 to 10000")
        );
        assert_eq!(error("row_bits = 5"), "my.toml: row_bits = 5: it is 4 or 8");
        assert!(error("min_n = 4\nmax_n = 3").contains("max_n = 3 is out of its range, 4 to 16"));
        let unknown = error("folds = 4\nrow_c = 1.0");
        assert!(unknown.contains("my.toml") && unknown.contains("line 2"), "{unknown}");
        assert!(unknown.contains("unknown field `row_c`"), "{unknown}");
        assert!(unknown.contains("`rows_c`"), "the known ones are listed: {unknown}");
        let kind = error("folds = \"four\"");
        assert!(kind.contains("folds = \"four\"") && kind.contains("expected u8"), "{kind}");
        assert!(error("word_bits = 15.5").contains("expected u8"));
        assert!(error("seed = -1").contains("seed = -1"));
        assert!(error("folds 4").contains("line 1"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values in proptest::collection::vec(0f64..=1.0, FIELDS.len())) {
            let mut settings = Settings { seed: 3, ..Settings::default() };
            for (field, at) in FIELDS.iter().zip(values) {
                field.set(&mut settings, field.low + at * (field.high - field.low));
            }
            settings.max_n = settings.max_n.max(settings.min_n);
            settings.row_bits = if settings.row_bits < 6 { 4 } else { 8 };
            let text = to_toml(&settings, "one\n\ntwo");
            prop_assert!(text.starts_with("# one\n#\n# two\nseed = 3\n"));
            prop_assert_eq!(parse(&text, "my.toml").expect("read"), settings);
        }
    }
}
