//! Pretrained word vectors, for training only: the row of a word's bucket gets what was learned of its vector, so
//! serving needs no vectors.

mod format;
mod table;

pub use format::VectorFormat;
pub(super) use table::VectorTable;

use super::vocabulary::by_count;
use finalfusion::storage::Storage;
use finalfusion::vocab::{Vocab, WordIndex};
use format::WordVectors;
use intent_model::tokens::Tokens;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Seek};
use std::path::Path;
use thiserror::Error;

/// Reasons why vectors cannot be used.
#[derive(Debug, Error)]
pub enum PretrainedError {
    /// The file cannot be opened or read.
    #[error("{path}: {cause}")]
    Io {
        /// The path of the file.
        path: String,
        /// The error of the system.
        cause: io::Error,
    },
    /// The extension of the file is unknown.
    #[error(
        "{0}: unknown kind of vectors: the end of the file's name tells it: .fifu (finalfusion), .bin \
         (fastText or word2vec), .vec, .txt or .w2v (word2vec as text)"
    )]
    Extension(String),
    /// The content is not of the format that the name says.
    #[error("{path}: not readable as {format} vectors: {what}")]
    Content {
        /// The path of the file.
        path: String,
        /// The format it was read as.
        format: VectorFormat,
        /// The reason.
        what: String,
    },
    /// The file knows none of the words.
    #[error(
        "{0}: none of the words of the training questions is in it: are the vectors of the same \
         language?"
    )]
    NoKnownWords(String),
}

/// The pretrained vectors of a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VectorFacts {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Dimension of a vector.
    pub dimensions: usize,
    /// Number of different words in all questions.
    pub words: usize,
    /// Number of these words that have a vector.
    pub words_known: usize,
}

/// The name of a file of pretrained vectors. Its extension says the format.
#[derive(Clone, Debug)]
pub struct VectorFileName {
    path: String,
    extension: String,
}

impl VectorFileName {
    /// Checks the extension of `path`; the file is not opened.
    ///
    /// # Errors
    /// If the extension is unknown.
    pub fn new(path: &Path) -> Result<Self, PretrainedError> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let (path, extension) = (path.display().to_string(), extension.to_lowercase());
        if !["fifu", "bin", "vec", "txt", "w2v"].contains(&extension.as_str()) {
            return Err(PretrainedError::Extension(path));
        }
        Ok(VectorFileName { path, extension })
    }
}

/// Pretrained word vectors.
pub struct Pretrained {
    path: String,
    sha256: String,
    vectors: WordVectors,
    /// The normalised words of the file (characters folded, one token), each once; words that are several tokens or
    /// none are left out.
    words: Vec<String>,
    /// The index in the file of each of these; of words with the same normalised form, the first.
    index: HashMap<String, usize>,
}

impl fmt::Debug for Pretrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pretrained").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Pretrained {
    /// Reads the `content` of a file of `length` bytes, in the format that its name says.
    ///
    /// # Errors
    /// If it cannot be read, or is not of that format.
    pub fn read(
        file: &VectorFileName,
        mut content: impl BufRead + Seek,
        length: u64,
    ) -> Result<Self, PretrainedError> {
        let path = file.path.clone();
        let io = |cause| PretrainedError::Io { path: path.clone(), cause };
        let sha256 = digest(&mut content).map_err(io)?;
        content.rewind().map_err(io)?;
        let format = VectorFormat::detect(&file.extension, content.fill_buf().map_err(io)?);
        let damaged = |what| PretrainedError::Content { path: path.clone(), format, what };
        if format.stated_values(content.fill_buf().map_err(io)?) > length {
            return Err(damaged("it is shorter than its first line says".to_owned()));
        }
        let vectors = format.read(&mut content).map_err(damaged)?;
        if vectors.dims() == 0 {
            return Err(damaged("its vectors have no values".to_owned()));
        }
        let folded: Vec<Option<String>> =
            vectors.vocab().words().par_iter().map(|word| normalise(word)).collect();
        let mut index = HashMap::new();
        let mut words = Vec::new();
        for (i, word) in folded.into_iter().enumerate() {
            if let Some(word) = word
                && !index.contains_key(&word)
            {
                index.insert(word.clone(), i);
                words.push(word);
            }
        }
        Ok(Pretrained { path, sha256, vectors, words, index })
    }

    /// The dimension of a vector.
    fn dims(&self) -> usize {
        self.vectors.dims()
    }

    /// The L2-normalised vector of a normalised word: its own, or that of its n-grams if the file has n-grams;
    /// `None` if it has neither.
    #[must_use]
    pub fn vector(&self, word: &str) -> Option<Vec<f32>> {
        let (vocab, storage) = (self.vectors.vocab(), self.vectors.storage());
        let mut vector = match self.index.get(word) {
            Some(&i) => storage.embedding(i).to_vec(),
            None => match vocab.idx(word)? {
                WordIndex::Word(i) => storage.embedding(i).to_vec(),
                WordIndex::Subword(_) => self.vectors.embedding(word)?.to_vec(),
            },
        };
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        if !norm.is_normal() {
            return None;
        }
        vector.iter_mut().for_each(|v| *v /= norm);
        Some(vector)
    }

    /// The facts about the file for the report of a training on `texts`.
    ///
    /// # Errors
    /// If it has none of their words.
    pub fn facts(&self, texts: &[String]) -> Result<VectorFacts, PretrainedError> {
        let words = by_count(texts);
        let words_known =
            words.par_iter().filter(|count| self.vector(&count.word).is_some()).count();
        if words_known == 0 {
            return Err(PretrainedError::NoKnownWords(self.path.clone()));
        }
        let (sha256, dimensions) = (self.sha256.clone(), self.dims());
        Ok(VectorFacts { sha256, dimensions, words: words.len(), words_known })
    }

    /// The table of 2^`bits` buckets for a training on `texts`.
    pub(super) fn table(&self, texts: &[String], bits: u8) -> VectorTable {
        let counts = by_count(texts);
        let words = counts.iter().map(|count| &count.word).chain(&self.words);
        let vector = |word: &str| self.vector(word);
        VectorTable::build(bits, self.dims(), words.map(String::as_str), vector)
    }
}

/// The SHA-256 of the content, in hexadecimal.
fn digest(content: &mut impl BufRead) -> io::Result<String> {
    let mut sha = Sha256::new();
    loop {
        let bytes = content.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hex::encode(sha.finalize()));
        }
        sha.update(bytes);
        let count = bytes.len();
        content.consume(count);
    }
}

/// `word` with its characters folded, if it is a single token.
fn normalise(word: &str) -> Option<String> {
    let tokens = Tokens::new(word);
    let mut plain = tokens.plain();
    match (plain.next(), plain.next()) {
        (Some(token), None) => Some(token.iter().collect()),
        _ => None,
    }
}
