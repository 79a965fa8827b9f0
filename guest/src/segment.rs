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
use intent_model::layout::{HEADER_LEN, Header, LayoutError};
use intent_model::lexicon::{BUCKET_LEN, SLOTS};
use intent_model::rows::BLOCK;
use intent_model::tokens::Fold;
use intent_model::tokens::fold::by_table;
use intent_model::{Rows, Words};

mod baked {
    #[link(wasm_import_module = "baked")]
    unsafe extern "C" {
        /// Copies one embedding row, whose length is known when baking, from `offset` to `dst`.
        pub(super) fn row(dst: *mut u8, offset: u32);
        /// Copies one bucket of the lexicon, 64 bytes, from `offset` to `dst`.
        pub(super) fn words(dst: *mut u32, offset: u32);
        /// Copies `len` bytes from `offset` to `dst`.
        pub(super) fn read(dst: *mut u8, offset: u32, len: u32);
        /// Copies the word at `offset` of the table of folded characters to `dst`.
        pub(super) fn fold(dst: *mut u32, offset: u32);
    }
}

/// The header of the baked model.
pub(crate) fn header() -> Result<Header, LayoutError> {
    Header::decode(&read(0, HEADER_LEN))
}

/// The bytes from `start` to `end` of the model.
pub(crate) fn read(start: usize, end: usize) -> Vec<u8> {
    let mut bytes = vec![0; end - start];
    // SAFETY: `bytes` has `bytes.len()` bytes.
    unsafe { baked::read(bytes.as_mut_ptr(), start as u32, bytes.len() as u32) };
    bytes
}

/// The embedding rows of the baked model.
pub(crate) struct SegmentRows {
    rows_at: u32,
    stride: usize,
    words_at: u32,
    /// [`BLOCK`] rows.
    buffer: Vec<u8>,
}

impl SegmentRows {
    pub(crate) fn new(header: &Header) -> Self {
        let stride = header.stride;
        SegmentRows {
            rows_at: header.rows_at as u32,
            stride,
            words_at: header.words_at as u32,
            buffer: vec![0; BLOCK * stride],
        }
    }
}

impl Rows for SegmentRows {
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

impl Words for SegmentRows {
    fn words(&mut self, index: u32) -> [u32; SLOTS] {
        let mut bucket = [0; SLOTS];
        // SAFETY: the baked body writes 64 bytes, which is what `bucket` has. WebAssembly is little-endian.
        unsafe { baked::words(bucket.as_mut_ptr(), self.words_at + index * BUCKET_LEN as u32) };
        bucket
    }
}

impl Fold for SegmentRows {
    fn fold(&mut self, c: char, give: &mut impl FnMut(char)) {
        let word = |at: u32| {
            let mut word = 0;
            // SAFETY: the baked body writes 4 bytes, which is what `word` has.
            unsafe { baked::fold(&mut word, 4 * at) };
            word
        };
        by_table(c, word, give);
    }
}
