//! Reads the baked model: a passive data segment that only `memory.init` reaches.
//!
//! rustc cannot emit a passive segment, so the template imports four functions, and baking
//! replaces them by bodies of `memory.init`. A table in linear memory instead is mapped anew
//! into every instance and costs a page fault for each page that a query touches.
//!
//! Unsafe: the functions write through a pointer. The buffers below are as long as what is
//! written, and an offset outside the segment traps.
#![allow(unsafe_code)]

use alloc::vec;
use alloc::vec::Vec;
use intent_model::layout::{HEADER_LEN, Header};
use intent_model::lexicon::{BUCKET_LEN, ENTRIES_PER_BUCKET};
use intent_model::rows::FETCH_BLOCK;
use intent_model::tokens::CharFold;
use intent_model::tokens::fold::by_table;
use intent_model::{LayoutError, Lexicon, Model, Params, Rows, Source};

mod baked {
    #[link(wasm_import_module = "baked")]
    unsafe extern "C" {
        /// Copies one row, whose length is known when baking, from `offset` to `dst`.
        pub(super) fn row(dst: *mut u8, offset: u32);
        /// Copies one bucket of the lexicon, 64 bytes, from `offset` to `dst`.
        pub(super) fn lexicon_bucket(dst: *mut u32, offset: u32);
        /// Copies `len` bytes from `offset` to `dst`.
        pub(super) fn read(dst: *mut u8, offset: u32, len: u32);
        /// Copies the entry (a u32) at `offset` of the table of folded characters to `dst`.
        pub(super) fn fold(dst: *mut u32, offset: u32);
    }
}

/// The header of the baked model.
fn header() -> Result<Header, LayoutError> {
    Header::decode(&read(0, HEADER_LEN))
}

/// The bytes from `start` to `end` of the model.
pub(crate) fn read(start: usize, end: usize) -> Vec<u8> {
    let mut bytes = vec![0; end - start];
    // SAFETY: `bytes` has `bytes.len()` bytes.
    unsafe { baked::read(bytes.as_mut_ptr(), start as u32, bytes.len() as u32) };
    bytes
}

/// The baked model.
pub(crate) fn model() -> Result<Model<Segment>, LayoutError> {
    let header = header()?;
    let params = Params::decode(&read(header.params_at, header.rows_at), header.taper);
    let segment = Segment {
        rows_at: header.rows_at as u32,
        stride: header.stride,
        lexicon_at: header.lexicon_at as u32,
    };
    Ok(Model::from_parts(header, params, segment))
}

/// The tables of the baked model.
pub(crate) struct Segment {
    rows_at: u32,
    stride: usize,
    lexicon_at: u32,
}

impl Source for Segment {
    type Reader<'a> = SegmentReader;

    fn reader(&self) -> SegmentReader {
        SegmentReader {
            rows_at: self.rows_at,
            stride: self.stride,
            lexicon_at: self.lexicon_at,
            buffer: vec![0; FETCH_BLOCK * self.stride],
        }
    }
}

/// Reads the tables of the baked model.
pub(crate) struct SegmentReader {
    rows_at: u32,
    stride: usize,
    lexicon_at: u32,
    /// [`FETCH_BLOCK`] rows.
    buffer: Vec<u8>,
}

impl Rows for SegmentReader {
    fn fetch(&mut self, slot: usize, index: u32) {
        let offset = self.rows_at + index * self.stride as u32;
        let to = &mut self.buffer[slot * self.stride..][..self.stride];
        // SAFETY: the baked body writes `stride` bytes, which is what `to` has.
        unsafe { baked::row(to.as_mut_ptr(), offset) };
    }

    fn fetched(&self, slot: usize) -> &[u8] {
        &self.buffer[slot * self.stride..][..self.stride]
    }
}

impl Lexicon for SegmentReader {
    fn bucket(&mut self, index: u32) -> [u32; ENTRIES_PER_BUCKET] {
        let mut bucket = [0; ENTRIES_PER_BUCKET];
        // SAFETY: the baked body writes 64 bytes, which is what `bucket` has. WebAssembly is little-endian.
        unsafe {
            baked::lexicon_bucket(bucket.as_mut_ptr(), self.lexicon_at + index * BUCKET_LEN as u32)
        };
        bucket
    }
}

impl CharFold for SegmentReader {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        let entry = |at: u32| {
            let mut entry = 0;
            // SAFETY: the baked body writes 4 bytes, which is what `entry` has.
            unsafe { baked::fold(&mut entry, 4 * at) };
            entry
        };
        by_table(c, entry, give);
    }
}
