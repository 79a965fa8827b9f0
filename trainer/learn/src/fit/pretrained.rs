//! Pretrained word vectors, and which bucket holds which.
//!
//! Only training reads them: what the rows learn of a vector is folded into the row of its
//! bucket, so that serving needs no vector.

use super::words::by_count;
use finalfusion::compat::fasttext::ReadFastText;
use finalfusion::prelude::*;
use finalfusion::storage::Storage;
use finalfusion::vocab::{Vocab, WordIndex};
use intent_model::grams;
use intent_model::tokens::Tokens;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use thiserror::Error;

/// Why vectors cannot be used.
#[derive(Debug, Error)]
pub enum PretrainedError {
    /// The file cannot be opened or read.
    #[error("{path}: {cause}")]
    Io {
        /// Which file.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Its name ends in nothing that is known.
    #[error(
        "{0}: what kind of vectors is told by the end of the name: .fifu (finalfusion), .bin \
         (fastText or word2vec), .vec, .txt or .w2v (word2vec as text)"
    )]
    Extension(String),
    /// The content is not what its name says.
    #[error("{path}: not readable as {kind} vectors: {what}")]
    Content {
        /// Which file.
        path: String,
        /// What it was read as.
        kind: Kind,
        /// What is wrong.
        what: String,
    },
    /// Nothing to gain from it.
    #[error(
        "{0}: none of the words of the training questions is in it: are the vectors of the same \
         language?"
    )]
    Foreign(String),
}

/// What vectors a model was trained with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VectorFacts {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Values of a vector.
    pub dimensions: usize,
    /// Different words of all questions.
    pub words: usize,
    /// Those of them that have a vector.
    pub words_known: usize,
}

/// A file of pretrained vectors.
pub struct Pretrained {
    path: String,
    sha256: String,
    embeddings: Embeddings<VocabWrap, StorageWrap>,
    /// The words of the file that fold into one token, each once: folded, and its index.
    words: Vec<(String, usize)>,
    /// Folded word → index in the file, the first of those that fold alike.
    index: HashMap<String, usize>,
}

impl fmt::Debug for Pretrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pretrained").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Pretrained {
    /// Reads a file, of the kind that its extension says.
    ///
    /// # Errors
    /// Where it cannot be read, or is not of that kind.
    pub fn load(path: &Path) -> Result<Self, PretrainedError> {
        let name = path.display().to_string();
        let io = |cause| PretrainedError::Io { path: name.clone(), cause };
        let extension =
            path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
        if !["fifu", "bin", "vec", "txt", "w2v"].contains(&extension.as_str()) {
            return Err(PretrainedError::Extension(name));
        }
        let mut file = BufReader::new(File::open(path).map_err(io)?);
        let sha256 = digest(&mut file).map_err(io)?;
        file.rewind().map_err(io)?;
        let kind = Kind::of(&extension, file.fill_buf().map_err(io)?);
        let content = |what| PretrainedError::Content { path: name.clone(), kind, what };
        let length = path.metadata().map_err(io)?.len();
        if kind.stated_values(file.fill_buf().map_err(io)?) > length {
            return Err(content("it is shorter than its first line says".to_owned()));
        }
        let embeddings = guarded(|| kind.read(&mut file)).map_err(content)?;
        if embeddings.dims() == 0 {
            return Err(content("its vectors have no values".to_owned()));
        }
        let folded: Vec<Option<String>> =
            embeddings.vocab().words().par_iter().map(|word| fold(word)).collect();
        let mut index = HashMap::new();
        let mut words = Vec::new();
        for (i, word) in folded.into_iter().enumerate() {
            if let Some(word) = word
                && !index.contains_key(&word)
            {
                index.insert(word.clone(), i);
                words.push((word, i));
            }
        }
        Ok(Pretrained { path: name, sha256, embeddings, words, index })
    }

    /// Values of a vector.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.embeddings.dims()
    }

    /// The vector of a folded word, of length 1: its own, or that of its n-grams where the file has
    /// n-grams; none where neither is there.
    #[must_use]
    pub fn vector(&self, word: &str) -> Option<Vec<f32>> {
        let (vocab, storage) = (self.embeddings.vocab(), self.embeddings.storage());
        let mut vector = match self.index.get(word) {
            Some(&i) => storage.embedding(i).to_vec(),
            None => match vocab.idx(word)? {
                WordIndex::Word(i) => storage.embedding(i).to_vec(),
                WordIndex::Subword(_) => self.embeddings.embedding(word)?.to_vec(),
            },
        };
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        if !norm.is_normal() {
            return None;
        }
        vector.iter_mut().for_each(|v| *v /= norm);
        Some(vector)
    }

    /// What is said of the file in the report of a training on `texts`.
    ///
    /// # Errors
    /// Where it holds none of their words.
    pub fn facts(&self, texts: &[String]) -> Result<VectorFacts, PretrainedError> {
        let words = by_count(texts);
        let words_known = words.par_iter().filter(|(word, _)| self.vector(word).is_some()).count();
        if words_known == 0 {
            return Err(PretrainedError::Foreign(self.path.clone()));
        }
        let (sha256, dimensions) = (self.sha256.clone(), self.dims());
        Ok(VectorFacts { sha256, dimensions, words: words.len(), words_known })
    }

    /// Vectors of 2^`bits` buckets.
    #[must_use]
    pub(super) fn table(&self, texts: &[String], bits: u8) -> Table {
        let (mut seen, mask) = (HashSet::new(), (1u32 << bits) - 1);
        let (mut slots, mut values, mut taken) = (vec![0; 1 << bits], Vec::new(), 0);
        let own = by_count(texts);
        let mut known = Vec::new();
        let words = own.iter().map(|(word, _)| word).chain(self.words.iter().map(|(word, _)| word));
        for word in words.filter(|word| seen.insert(word.as_str())) {
            if taken == 1 << (bits - 1) {
                break;
            }
            let chars: Vec<char> = word.chars().collect();
            let slot = &mut slots[(grams::hash(&chars) as u32 & mask) as usize];
            if *slot == 0
                && let Some(vector) = self.vector(word)
            {
                taken += 1;
                *slot = taken;
                values.extend(vector);
                known.push(word.clone());
            }
        }
        Table { dims: self.dims(), slots, values, words: known }
    }
}

/// Bucket → vector. Half of the buckets are filled at most: first by the words of the training
/// questions, the most frequent first, then by those of the file in its order, which is by
/// frequency in all common files. A bucket keeps its first word; another word that hashes to it
/// gets that vector, here as in serving.
#[derive(Debug)]
pub(super) struct Table {
    /// Values of a vector.
    pub(super) dims: usize,
    /// For each bucket 0, or one more than the number of its vector.
    slots: Vec<u32>,
    values: Vec<f32>,
    /// Those that have one.
    pub(super) words: Vec<String>,
}

impl Table {
    /// The vector of `bucket`, of length 1; none where no word took it.
    pub(super) fn get(&self, bucket: u32) -> Option<&[f32]> {
        let at = self.slots[bucket as usize].checked_sub(1)? as usize * self.dims;
        self.values.get(at..at + self.dims)
    }
}

type Read = Result<Embeddings<VocabWrap, StorageWrap>, finalfusion::error::Error>;

/// Formats of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `.fifu`.
    Finalfusion,
    /// fastText's model, `.bin`.
    FastText,
    /// word2vec's `.bin`.
    Word2VecBinary,
    /// A line a word, below a line with the numbers of words and of values.
    Word2VecText,
    /// A line a word, as GloVe's files.
    Text,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Finalfusion => "finalfusion",
            Kind::FastText => "fastText",
            Kind::Word2VecBinary => "word2vec binary",
            Kind::Word2VecText | Kind::Text => "word2vec text",
        })
    }
}

impl Kind {
    /// By the extension of the name, and where that is not enough by the first bytes.
    fn of(extension: &str, head: &[u8]) -> Self {
        /// The first bytes of fastText's files.
        const FASTTEXT: [u8; 4] = 793_712_314u32.to_le_bytes();
        match extension {
            "fifu" => Kind::Finalfusion,
            "bin" if head.starts_with(&FASTTEXT) => Kind::FastText,
            "bin" => Kind::Word2VecBinary,
            _ if first_line(head).len() == 2 => Kind::Word2VecText,
            _ => Kind::Text,
        }
    }

    /// How many values a word2vec file says that it has, which the reader makes room for; each
    /// takes more than a byte.
    fn stated_values(self, head: &[u8]) -> u64 {
        match (self, first_line(head).as_slice()) {
            (Kind::Word2VecBinary | Kind::Word2VecText, [words, values]) => {
                let number = |text: &[u8]| str::from_utf8(text).ok()?.parse::<u64>().ok();
                let (words, values) = (number(words), number(values));
                words.unwrap_or(0).saturating_mul(values.unwrap_or(0))
            }
            _ => 0,
        }
    }

    fn read(self, file: &mut BufReader<File>) -> Read {
        match self {
            Kind::Finalfusion => Embeddings::read_embeddings(file),
            Kind::FastText => Embeddings::read_fasttext_lossy(file).map(Embeddings::from),
            Kind::Word2VecBinary => {
                Embeddings::read_word2vec_binary_lossy(file).map(Embeddings::from)
            }
            Kind::Word2VecText => Embeddings::read_text_dims_lossy(file).map(Embeddings::from),
            Kind::Text => Embeddings::read_text_lossy(file).map(Embeddings::from),
        }
    }
}

fn first_line(head: &[u8]) -> Vec<&[u8]> {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect()
}

/// What `read` gives, a panic as an error: finalfusion's readers assert what a damaged file does
/// not hold, and divide by its number of words.
fn guarded(read: impl FnOnce() -> Read) -> Result<Embeddings<VocabWrap, StorageWrap>, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    panic::set_hook(hook);
    match result {
        Ok(read) => read.map_err(|e| chain(&e)),
        Err(_) => Err("it is damaged, holds a word twice, or holds none".to_owned()),
    }
}

fn digest(file: &mut impl BufRead) -> io::Result<String> {
    let mut sha = Sha256::new();
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok(sha.finalize().iter().map(|b| format!("{b:02x}")).collect());
        }
        sha.update(bytes);
        let count = bytes.len();
        file.consume(count);
    }
}

/// An error and its causes in a line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |e| e.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// The one token that `word` folds into.
fn fold(word: &str) -> Option<String> {
    let tokens = Tokens::new(word);
    let mut plain = tokens.plain();
    match (plain.next(), plain.next()) {
        (Some(token), None) => Some(token.iter().collect()),
        _ => None,
    }
}
