//! Access to a model's tables (rows, lexicon, character folding): in memory here, in a passive data segment in the
//! guest.

use crate::info::ModelInfo;
use crate::lexicon::{ENTRIES_PER_BUCKET, Lexicon};
use crate::rows::{FETCH_BLOCK, Rows};
use crate::tokens::fold::{CharFold, Unicode};
use core::hint::black_box;

/// Creates readers of a model's tables. A reader holds buffers, so threads share a source, not a reader.
pub trait Source {
    /// Reads rows, the buckets of the lexicon, and what characters fold to.
    type Reader<'a>: Rows + Lexicon + CharFold
    where
        Self: 'a;

    /// A reader for one query.
    fn reader(&self) -> Self::Reader<'_>;
}

/// A model's tables in memory, with its description.
#[derive(Clone, Debug)]
pub struct SliceSource<'a> {
    reader: SliceReader<'a>,
    info: ModelInfo,
}

impl<'a> SliceSource<'a> {
    pub(crate) fn new(rows: &'a [u8], stride: usize, lexicon: &'a [u8], info: ModelInfo) -> Self {
        SliceSource { reader: SliceReader::new(rows, stride, lexicon), info }
    }

    pub(crate) fn info(&self) -> &ModelInfo {
        &self.info
    }
}

impl<'a> Source for SliceSource<'a> {
    type Reader<'b>
        = SliceReader<'a>
    where
        Self: 'b;

    fn reader(&self) -> SliceReader<'a> {
        self.reader
    }
}

/// Reads a model's tables in memory.
#[derive(Clone, Copy, Debug)]
pub struct SliceReader<'a> {
    bytes: &'a [u8],
    stride: usize,
    lexicon: &'a [u8],
    /// Start of the row in each slot.
    starts: [usize; FETCH_BLOCK],
}

impl<'a> SliceReader<'a> {
    /// `bytes` holds whole rows of `stride` bytes; `lexicon` is as [`crate::lexicon::encode`] writes it.
    #[must_use]
    pub fn new(bytes: &'a [u8], stride: usize, lexicon: &'a [u8]) -> Self {
        SliceReader { bytes, stride, lexicon, starts: [0; FETCH_BLOCK] }
    }
}

impl Rows for SliceReader<'_> {
    fn fetch(&mut self, slot: usize, index: u32) {
        let start = index as usize * self.stride;
        self.starts[slot] = start;
        // what is read here is in the cache when it is needed: a row lies in one or two lines of it
        black_box((self.bytes[start], self.bytes[start + self.stride - 1]));
    }

    fn fetched(&self, slot: usize) -> &[u8] {
        &self.bytes[self.starts[slot]..][..self.stride]
    }
}

impl Lexicon for SliceReader<'_> {
    fn bucket(&mut self, index: u32) -> [u32; ENTRIES_PER_BUCKET] {
        self.lexicon.bucket(index)
    }
}

impl CharFold for SliceReader<'_> {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        Unicode.fold(c, give);
    }
}
