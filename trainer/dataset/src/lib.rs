//! Labelled questions: the type that readers produce and training consumes.
//!
//! # Layout
//!
//! [`Dataset`] and its [`Labels`].
#![forbid(unsafe_code)]

mod labels;

pub use labels::{Labels, LabelsError};

use sha2::{Digest, Sha256};

/// Labelled questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The questions.
    pub texts: Vec<String>,
    /// The class of each question: an index into `labels`.
    pub classes: Vec<u32>,
    /// The classes.
    pub labels: Labels,
}

impl Dataset {
    /// Number of questions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no question.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Questions of each class.
    #[must_use]
    pub fn class_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.labels.len()];
        self.classes.iter().for_each(|&c| sizes[c as usize] += 1);
        sizes
    }

    /// The questions at `indices`, with the same classes.
    #[must_use]
    pub fn part(&self, indices: &[u32]) -> Dataset {
        Dataset {
            texts: indices.iter().map(|&i| self.texts[i as usize].clone()).collect(),
            classes: indices.iter().map(|&i| self.classes[i as usize]).collect(),
            labels: self.labels.clone(),
        }
    }

    /// SHA-256 of the questions and their labels, in their order, in hexadecimal. Does not
    /// depend on the format that they were read from.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut sha = Sha256::new();
        for (text, &class) in self.texts.iter().zip(&self.classes) {
            let name = &self.labels.keys()[class as usize];
            sha.update((text.len() as u64).to_le_bytes());
            sha.update(text);
            sha.update((name.len() as u64).to_le_bytes());
            sha.update(name);
        }
        hex::encode(sha.finalize())
    }
}
