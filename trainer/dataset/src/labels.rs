//! Label texts → classes.

use std::collections::BTreeMap;
use thiserror::Error;

/// Reasons why labels make no classes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LabelsError {
    /// There is no label.
    #[error("there is no labelled question to learn from")]
    None,
    /// There is one label only.
    #[error("every question has the label {0:?}: a classifier needs at least two")]
    One(String),
}

/// The classes of a data set, in ascending order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    ids: Vec<i32>,
    keys: Vec<String>,
    names: Option<BTreeMap<i32, String>>,
    named: bool,
}

impl Labels {
    /// The classes of `labels`. If every label is an integer, it is the id of its class; otherwise
    /// the names in sorted order get the ids 0, 1, 2, …
    ///
    /// # Errors
    /// If there are fewer than two classes.
    pub fn new<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> Result<Self, LabelsError> {
        let by_id: Option<BTreeMap<i32, &str>> =
            labels.clone().map(|l| Some((l.parse().ok()?, l))).collect();
        let (ids, keys, named) = match by_id {
            Some(by_id) => {
                let keys: Vec<_> = by_id.keys().map(ToString::to_string).collect();
                (by_id.into_keys().collect(), keys, false)
            }
            None => {
                let mut keys: Vec<String> = labels.map(str::to_owned).collect();
                keys.sort_unstable();
                keys.dedup();
                ((0..).take(keys.len()).collect::<Vec<i32>>(), keys, true)
            }
        };
        match keys.as_slice() {
            [] => Err(LabelsError::None),
            [one] => Err(LabelsError::One(one.clone())),
            _ => Ok(Labels { ids, keys, names: None, named }),
        }
    }

    /// Names integer labels; an id that `names` lacks keeps its number as its name.
    pub fn set_names(&mut self, names: BTreeMap<i32, String>) {
        if !self.named {
            self.names = Some(names);
        }
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Always false: there are at least two classes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of each class, ascending.
    #[must_use]
    pub fn ids(&self) -> &[i32] {
        &self.ids
    }

    /// The label of each class, as the data writes it.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The name of each class: the data's own, or the number in decimal.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let name = |(id, key): (&i32, &String)| {
            self.names.as_ref().and_then(|n| n.get(id)).unwrap_or(key).clone()
        };
        self.ids.iter().zip(&self.keys).map(name).collect()
    }

    /// The class that the data writes as `label`.
    #[must_use]
    pub fn class_of(&self, label: &str) -> Option<u32> {
        let found = if self.named {
            self.keys.binary_search_by(|k| k.as_str().cmp(label))
        } else {
            self.ids.binary_search(&label.parse().ok()?)
        };
        found.ok().map(|i| i as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_their_value_and_names_are_ranked() {
        let labels = Labels::new(["10", "-1", "9", "10"].into_iter()).expect("labels");
        assert_eq!(labels.ids(), [-1, 9, 10]);
        assert_eq!(labels.class_of("010"), Some(2));
        let labels = Labels::new(["b", "10", "a"].into_iter()).expect("labels");
        assert_eq!(
            (labels.ids(), labels.keys()),
            (&[0, 1, 2][..], &["10", "a", "b"].map(String::from)[..])
        );
        assert_eq!(labels.class_of("c"), None);
    }

    #[test]
    fn one_class_is_refused() {
        let error = Labels::new(["x", "x"].into_iter()).expect_err("one class");
        assert!(error.to_string().contains("at least two"), "{error}");
    }
}
