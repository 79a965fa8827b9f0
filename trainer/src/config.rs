//! A TOML file → checked [`Settings`], and back.
//!
//! [`FIELDS`] is the one table of the settings: the range of each field, and the part of it that
//! `tune` searches. A further field of [`Settings`] is one further line there.

mod fields;

pub(crate) use fields::{FIELDS, Field, Search};

use intent_learn::fit::Settings;
use std::fmt::Write;
use std::path::Path;
use thiserror::Error;

/// Errors of a configuration.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Read {
        /// Path of the file.
        path: String,
        /// The underlying error.
        cause: std::io::Error,
    },
    /// Not TOML, a field that is not there, or a value of another type.
    #[error("{path}: {what}")]
    Shape {
        /// Path of the file.
        path: String,
        /// The fault, with its line.
        what: String,
    },
    /// A value is out of its range.
    #[error("{path}: {field} = {value} is out of its range, {low} to {high}")]
    Range {
        /// Path of the file.
        path: String,
        /// Name of the field.
        field: &'static str,
        /// The configured value.
        value: f64,
        /// Smallest allowed value.
        low: f64,
        /// Largest allowed value.
        high: f64,
    },
    /// A value is not one of the allowed ones.
    #[error("{path}: {field} = {value}: it is 4 or 8")]
    Bits {
        /// Path of the file.
        path: String,
        /// Name of the field.
        field: &'static str,
        /// The configured value.
        value: u8,
    },
}

/// Reads the configuration file `path`; missing fields have their defaults.
///
/// # Errors
/// If the file cannot be read, is no TOML, has an unknown field or a value of another type or
/// out of its range.
pub(crate) fn load(path: &Path) -> Result<Settings, ConfigError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::Read { path: name.clone(), cause })?;
    parse(&text, &name)
}

/// Parses `text`, which was read from `path`.
///
/// # Errors
/// The errors of [`load`], except those of reading.
pub(crate) fn parse(text: &str, path: &str) -> Result<Settings, ConfigError> {
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

/// Formats `settings` as a file for [`load`], below the lines of `comment`.
#[must_use]
pub(crate) fn to_toml(settings: &Settings, comment: &str) -> String {
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
