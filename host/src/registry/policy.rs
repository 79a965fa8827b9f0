//! `models.toml`: which versions serve, under which labels, and how the traffic is split.
//!
//! ```toml
//! [models.intent]
//! versions = "all"                      # or { latest = 2 }, or [3, 4]
//! labels = { stable = 3, canary = 4 }
//! split = { stable = 90, canary = 10 }  # percent of the requests that name no version
//! shadow = 4                            # gets shadow requests, never answers
//! ```
//!
//! Without the file, or for a model that it does not name, all versions serve and the highest one
//! answers.

use intent_store::scan::is_name;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use thiserror::Error;

/// The name of the file in the models directory.
const FILE: &str = "models.toml";
/// Maximum size of the file.
const MAX_BYTES: u64 = 1 << 20;

/// A policy file that cannot be used. The previous policy stays in force.
#[derive(Debug, Error)]
#[error("{path}: {reason}")]
pub struct PolicyError {
    path: String,
    reason: String,
}

/// The checked content of `models.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    models: BTreeMap<String, ModelPolicy>,
}

/// The policy of one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelPolicy {
    /// The versions that serve.
    pub(crate) versions: ServedVersions,
    /// Label → version.
    pub(crate) labels: BTreeMap<String, u64>,
    /// Versions and their percent of the requests that name none; 100 together, or empty.
    pub split: Vec<(u64, f64)>,
    /// The version that gets shadow requests.
    pub(crate) shadow: Option<u64>,
}

/// The versions in a directory that serve.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ServedVersions {
    /// All of them.
    #[default]
    All,
    /// The highest ones, this many, and those that a label, the split or the shadow names.
    Latest(u32),
    /// The listed ones.
    Listed(Vec<u64>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    models: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    versions: Option<Versions>,
    #[serde(default)]
    labels: BTreeMap<String, u64>,
    #[serde(default)]
    split: BTreeMap<String, f64>,
    shadow: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected \"all\", { latest = N } or a list of versions")]
enum Versions {
    Word(All),
    // before `Latest`, which would take a list of one number for its field
    Listed(Vec<u64>),
    Latest(Latest),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum All {
    All,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Latest {
    latest: u32,
}

impl Policy {
    /// Reads the file in the models directory `root`. Without the file, the defaults hold.
    ///
    /// # Errors
    /// If the file exists and cannot be read or is invalid.
    pub(crate) fn read(root: &Path) -> Result<Self, PolicyError> {
        let path = root.join(FILE);
        let failed = |reason: String| PolicyError { path: path.display().to_string(), reason };
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Policy::default()),
            Ok(file) if file.len() > MAX_BYTES => {
                return Err(failed(format!("{} bytes; at most {MAX_BYTES} are read", file.len())));
            }
            _ => {}
        }
        let text = std::fs::read_to_string(&path).map_err(|e| failed(e.to_string()))?;
        Policy::parse(&text).map_err(failed)
    }

    /// Parses and checks `text`.
    ///
    /// # Errors
    /// If it is not TOML, or has an unknown field or an invalid value; the error says which and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        let check = |(name, entry): (String, Entry)| {
            let place = format!("[models.{name}]");
            if !is_name(&name) {
                return Err(format!("{place}: a model's name has only letters, digits, - _ ."));
            }
            let policy = ModelPolicy::checked(entry).map_err(|e| format!("{place}: {e}"))?;
            Ok((name, policy))
        };
        Ok(Policy { models: file.models.into_iter().map(check).collect::<Result<_, _>>()? })
    }

    /// The policy of the model `name`.
    #[must_use]
    pub fn model(&self, name: &str) -> ModelPolicy {
        self.models.get(name).cloned().unwrap_or_default()
    }

    /// The names of the models in the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }
}

impl ModelPolicy {
    fn checked(entry: Entry) -> Result<Self, String> {
        for label in entry.labels.keys() {
            // in `split`, a number is a version
            if !is_name(label) || label.parse::<u64>().is_ok() {
                return Err(format!(
                    "labels: {label:?} is no label: letters, digits, - _ . and not a number"
                ));
            }
        }
        let mut split = Vec::new();
        for (target, percent) in entry.split {
            let version = entry.labels.get(&target).copied().or_else(|| target.parse().ok());
            let Some(version) = version else {
                return Err(format!(
                    "split: {target:?} is neither one of the labels nor a version"
                ));
            };
            if !(0.0..=100.0).contains(&percent) {
                return Err(format!("split: {target} = {percent} is not a percentage"));
            }
            split.push((version, percent));
        }
        let total: f64 = split.iter().map(|s| s.1).sum();
        if !split.is_empty() && (total - 100.0).abs() > 1e-6 {
            return Err(format!("split: the percentages are {total} together, not 100"));
        }
        let versions = match entry.versions {
            None | Some(Versions::Word(All::All)) => ServedVersions::All,
            Some(Versions::Latest(Latest { latest: 0 })) => {
                return Err("versions: latest = 0 would serve nothing".to_owned());
            }
            Some(Versions::Latest(Latest { latest })) => ServedVersions::Latest(latest),
            Some(Versions::Listed(listed)) if listed.is_empty() => {
                return Err("versions: an empty list would serve nothing".to_owned());
            }
            Some(Versions::Listed(listed)) => ServedVersions::Listed(listed),
        };
        Ok(ModelPolicy { versions, labels: entry.labels, split, shadow: entry.shadow })
    }

    /// Filters the ascending `numbers` to those that serve.
    #[must_use]
    pub fn wanted(&self, numbers: &[u64]) -> Vec<u64> {
        let named = |n: &u64| {
            self.labels.values().chain(&self.shadow).any(|v| v == n)
                || self.split.iter().any(|(v, _)| v == n)
        };
        let first = match &self.versions {
            ServedVersions::Latest(count) => numbers.len().saturating_sub(*count as usize),
            _ => 0,
        };
        let served = |(place, number): (usize, &u64)| {
            let wanted = match &self.versions {
                ServedVersions::All => true,
                ServedVersions::Latest(_) => place >= first || named(number),
                ServedVersions::Listed(listed) => listed.contains(number),
            };
            wanted.then_some(*number)
        };
        numbers.iter().enumerate().filter_map(served).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_head_of_this_file_shows() {
        let policy = Policy::parse(
            "[models.intent]\nversions = { latest = 1 }\nlabels = { stable = 3, canary = 4 }\n\
             split = { stable = 90, canary = 10 }\nshadow = 4\n",
        );
        let intent = policy.as_ref().map(|p| p.model("intent")).unwrap_or_default();
        assert_eq!(intent.split, [(4, 10.0), (3, 90.0)], "{policy:?}");
        assert_eq!(intent.wanted(&[1, 2, 3, 4, 5]), [3, 4, 5]);
        assert_eq!(ModelPolicy::default().wanted(&[1, 2]), [1, 2]);
        let one = Policy::parse("[models.intent]\nversions = [1]\n").map(|p| p.model("intent"));
        assert_eq!(one.map(|p| p.versions), Ok(ServedVersions::Listed(vec![1])));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, words) in [
            ("models = 1", "invalid type"),
            ("[models.intent]\nlabel = {}", "unknown field `label`"),
            ("[models.\"a/b\"]", "[models.a/b]: a model's name"),
            ("[models.a]\nlabels = { 3 = 4 }", "\"3\" is no label"),
            ("[models.a]\nlabels = { x = -1 }", "invalid value"),
            ("[models.a]\nsplit = { stable = 100 }", "neither one of the labels"),
            ("[models.a]\nsplit = { 1 = 50, 2 = 49 }", "are 99 together"),
            ("[models.a]\nsplit = { 1 = nan }", "not a percentage"),
            ("[models.a]\nversions = \"some\"", "expected \"all\""),
            ("[models.a]\nversions = []", "would serve nothing"),
            ("[models.a]\nversions = { latest = 0 }", "would serve nothing"),
        ] {
            let said = Policy::parse(text).map_or_else(|e| e, |p| format!("{p:?}"));
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
