//! Formats of pretrained vectors, and their readers.

use finalfusion::compat::fasttext::ReadFastText;
use finalfusion::prelude::*;
use std::fmt;
use std::io::{BufRead, Seek};
use std::panic::{self, AssertUnwindSafe};

/// The content of a file of vectors.
pub(super) type WordVectors = Embeddings<VocabWrap, StorageWrap>;

type ReadResult = Result<WordVectors, finalfusion::error::Error>;

/// A format of pretrained vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorFormat {
    /// `.fifu`.
    Finalfusion,
    /// The model of fastText, `.bin`.
    FastText,
    /// The `.bin` of word2vec.
    Word2VecBinary,
    /// word2vec as text: a line for each word, below a line with the numbers of words and of dimensions.
    Word2VecText,
    /// The text of GloVe: a line for each word, without a first line of numbers.
    Glove,
}

impl fmt::Display for VectorFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VectorFormat::Finalfusion => "finalfusion",
            VectorFormat::FastText => "fastText",
            VectorFormat::Word2VecBinary => "word2vec binary",
            VectorFormat::Word2VecText | VectorFormat::Glove => "word2vec text",
        })
    }
}

impl VectorFormat {
    /// The format by the extension of the name and, if that is not enough, by the first bytes.
    pub(super) fn detect(extension: &str, head: &[u8]) -> Self {
        /// The first bytes of the files of fastText.
        const FASTTEXT: [u8; 4] = 793_712_314u32.to_le_bytes();
        match extension {
            "fifu" => VectorFormat::Finalfusion,
            "bin" if head.starts_with(&FASTTEXT) => VectorFormat::FastText,
            "bin" => VectorFormat::Word2VecBinary,
            _ if first_line(head).len() == 2 => VectorFormat::Word2VecText,
            _ => VectorFormat::Glove,
        }
    }

    /// The number of values that the first line of a word2vec file states. Each takes more than one byte, so a file
    /// with fewer bytes than this is truncated; the reader would allocate memory for all of them.
    pub(super) fn stated_values(self, head: &[u8]) -> u64 {
        match (self, first_line(head).as_slice()) {
            (VectorFormat::Word2VecBinary | VectorFormat::Word2VecText, [words, values]) => {
                let number = |text: &[u8]| str::from_utf8(text).ok()?.parse::<u64>().ok();
                let (words, values) = (number(words), number(values));
                words.unwrap_or(0).saturating_mul(values.unwrap_or(0))
            }
            _ => 0,
        }
    }

    /// Reads a file of this format.
    ///
    /// # Errors
    /// With the reason, if the content is damaged or of another format.
    pub(super) fn read(self, file: &mut (impl BufRead + Seek)) -> Result<WordVectors, String> {
        catch_panic(|| self.read_unguarded(file))
    }

    fn read_unguarded(self, file: &mut (impl BufRead + Seek)) -> ReadResult {
        match self {
            VectorFormat::Finalfusion => Embeddings::read_embeddings(file),
            VectorFormat::FastText => Embeddings::read_fasttext_lossy(file).map(Embeddings::from),
            VectorFormat::Word2VecBinary => {
                Embeddings::read_word2vec_binary_lossy(file).map(Embeddings::from)
            }
            VectorFormat::Word2VecText => {
                Embeddings::read_text_dims_lossy(file).map(Embeddings::from)
            }
            VectorFormat::Glove => Embeddings::read_text_lossy(file).map(Embeddings::from),
        }
    }
}

/// The fields of the first line, separated by white space.
fn first_line(head: &[u8]) -> Vec<&[u8]> {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect()
}

/// Turns a panic of `read` into an error: the readers of finalfusion assert properties that a damaged file
/// lacks, and divide by the number of its words.
fn catch_panic(read: impl FnOnce() -> ReadResult) -> Result<WordVectors, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    panic::set_hook(hook);
    match result {
        Ok(read) => read.map_err(|e| chain(&e)),
        Err(_) => Err("it is damaged, holds a word twice, or holds none".to_owned()),
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |e| e.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
