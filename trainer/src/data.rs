//! Files → labelled questions.
//!
//! Three shapes are read: one CSV, TSV or JSONL file with a text and a label column; the Posos
//! challenge's pair `input_train.csv` + `output_train.csv`, joined by ID; a directory that holds
//! either. Each may lie in an encrypted archive, which is opened in memory ([`openpgp`], [`archive`]);
//! [`files`] gives the bytes from there or from disk. One reader a format ([`table`], [`jsonl`]) gives the same [`Record`]s; [`source`]
//! finds and joins them; [`labels`] turns label texts into classes.

pub mod archive;
pub mod files;
pub mod jsonl;
pub mod labels;
pub mod openpgp;
pub mod parts;
pub mod passphrase;
pub mod problem;
pub mod source;
pub mod table;

pub use labels::Labels;
pub use problem::{DataError, Fault, Problem};

use sha2::{Digest, Sha256};

/// One row as its file holds it, white space around the fields removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The ID column, where there is one.
    pub id: Option<String>,
    /// The text column, where it was asked for.
    pub text: String,
    /// The label column, where there is one.
    pub label: Option<String>,
}

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
    /// depend on the format that they came in.
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
        sha.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}
