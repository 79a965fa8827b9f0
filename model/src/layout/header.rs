//! The header: the sizes of a model, and the offsets of its parts.

use super::error::LayoutError;
use crate::grams::Space;
use crate::lexicon;
use crate::params::{PARAMS_PER_CLASS, Thresholds};
use crate::rows;

/// Version of the layout that this crate reads and writes.
pub const VERSION: u32 = 5;
/// Bytes of the header.
pub const HEADER_LEN: usize = 96;
/// Maximum number of classes.
pub const MAX_CLASSES: usize = 65_536;
/// log2 of the maximum number of buckets of a family.
pub const MAX_BITS: u8 = 24;

/// The bytes from here to the checksum are reserved, and zero.
const RESERVED_AT: usize = 81;
/// Position of the checksum: the last four bytes of the header.
pub(super) const CHECKSUM_AT: usize = HEADER_LEN - 4;

const MAGIC: &[u8; 8] = b"PSINTENT";

/// The decoded header.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// Number of classes.
    pub classes: usize,
    /// The feature space.
    pub space: Space,
    /// Bytes of a row.
    pub stride: usize,
    /// Start of the parameters.
    pub params_at: usize,
    /// Start of the rows.
    pub rows_at: usize,
    /// Start of the lexicon.
    pub lexicon_at: usize,
    /// Start of the description.
    pub info_at: usize,
    /// Length of the whole file.
    pub len: usize,
    /// Thresholds below which the model does not answer.
    pub thresholds: Thresholds,
    /// [`crate::Params::taper`].
    pub taper: f32,
    pub(super) checksum: u32,
}

impl Header {
    /// Decodes the first [`HEADER_LEN`] bytes of a model. Every offset in the result has been
    /// checked against the others, so that slices taken with them are inside `len`.
    ///
    /// # Errors
    /// If there are too few bytes, the magic bytes are missing, the version is another one, or a field is out of its
    /// range.
    pub fn decode(bytes: &[u8]) -> Result<Self, LayoutError> {
        let Some(head) = bytes.first_chunk::<HEADER_LEN>() else {
            return Err(LayoutError::Truncated { actual: bytes.len(), needed: HEADER_LEN as u64 });
        };
        if !head.starts_with(MAGIC) {
            return Err(LayoutError::BadMagic);
        }
        let version = u32_at(head, 8);
        if version != VERSION {
            return Err(LayoutError::Version { found: version, supported: VERSION });
        }
        let space = Space {
            word_bits: head[16],
            subword_bits: head[17],
            min_n: head[18],
            max_n: head[19],
            pair_bits: head[68],
            stem: head[69],
            vector_bits: head[70],
            row_bits: head[71],
            rank: u32_at(head, 72),
            lexicon_bits: head[80],
        };
        let classes = ranged("classes", u32_at(head, 12).into(), 2, MAX_CLASSES as u64)?;
        check_ranges(&space)?;
        let want = Self::for_model(classes as usize, space, 0)?;
        let stride = exactly("stride", u32_at(head, 20).into(), want.stride as u64)?;
        let params_at = exactly("params_at", u64_at(head, 24), want.params_at as u64)?;
        let rows_at = exactly("rows_at", u64_at(head, 32), want.rows_at as u64)?;
        let info_at = exactly("info_at", u64_at(head, 40), want.info_at as u64)?;
        let len = ranged("len", u64_at(head, 48), info_at, u32::MAX.into())?;
        if let Some(at) = (RESERVED_AT..CHECKSUM_AT).find(|&at| head[at] != 0) {
            return Err(LayoutError::Header { field: "reserved", value: head[at].into() });
        }
        let thresholds = thresholds(head)?;
        let taper = f32::from_bits(u32_at(head, 76));
        if !taper.is_finite() {
            return Err(LayoutError::Header { field: "taper", value: taper.to_bits().into() });
        }
        Ok(Header {
            classes: classes as usize,
            space,
            stride: stride as usize,
            params_at: params_at as usize,
            rows_at: rows_at as usize,
            lexicon_at: want.lexicon_at,
            info_at: info_at as usize,
            len: len as usize,
            thresholds,
            taper,
            checksum: u32_at(head, CHECKSUM_AT),
        })
    }

    /// The header of a model whose description has `info_len` bytes. The rows begin at a
    /// multiple of 16. A model has less than 4 GiB: the guest addresses it by u32.
    pub(super) fn for_model(
        classes: usize,
        space: Space,
        info_len: usize,
    ) -> Result<Self, LayoutError> {
        let stride = rows::stride(space.width(classes), space.row_bits);
        let rows_at = HEADER_LEN + classes * PARAMS_PER_CLASS;
        let row_count = space.row_count(classes) as u64;
        let lexicon_at = rows_at as u64 + row_count * stride as u64;
        let info_at = lexicon_at + lexicon::byte_len(space.lexicon_bits) as u64;
        let len = ranged("len", info_at + info_len as u64, 0, u32::MAX.into())?;
        Ok(Header {
            classes,
            space,
            stride,
            params_at: HEADER_LEN,
            rows_at,
            lexicon_at: lexicon_at as usize,
            info_at: info_at as usize,
            len: len as usize,
            thresholds: Thresholds::ALWAYS_ANSWER,
            taper: 0.0,
            checksum: 0,
        })
    }

    pub(super) fn encode(&self) -> [u8; HEADER_LEN] {
        let mut head = [0; HEADER_LEN];
        head[..8].copy_from_slice(MAGIC);
        head[8..12].copy_from_slice(&VERSION.to_le_bytes());
        head[12..16].copy_from_slice(&(self.classes as u32).to_le_bytes());
        let s = &self.space;
        head[16..20].copy_from_slice(&[s.word_bits, s.subword_bits, s.min_n, s.max_n]);
        head[68..72].copy_from_slice(&[s.pair_bits, s.stem, s.vector_bits, s.row_bits]);
        head[72..76].copy_from_slice(&s.rank.to_le_bytes());
        head[20..24].copy_from_slice(&(self.stride as u32).to_le_bytes());
        let wide = [self.params_at, self.rows_at, self.info_at, self.len];
        for (at, value) in [24, 32, 40, 48].into_iter().zip(wide) {
            head[at..at + 8].copy_from_slice(&(value as u64).to_le_bytes());
        }
        head[80] = s.lexicon_bits;
        let t = &self.thresholds;
        let floats = [t.unsure_below, t.out_of_scope_below, t.candidate_mass, self.taper];
        for (at, value) in [56, 60, 64, 76].into_iter().zip(floats) {
            head[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        head[CHECKSUM_AT..].copy_from_slice(&self.checksum.to_le_bytes());
        head
    }

    /// All rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.space.row_count(self.classes)
    }
}

/// Reads the thresholds, and checks them.
fn thresholds(head: &[u8; HEADER_LEN]) -> Result<Thresholds, LayoutError> {
    let thresholds = Thresholds {
        unsure_below: f32::from_bits(u32_at(head, 56)),
        out_of_scope_below: f32::from_bits(u32_at(head, 60)),
        candidate_mass: f32::from_bits(u32_at(head, 64)),
    };
    thresholds
        .validate()
        .map_err(|(field, value)| LayoutError::Header { field, value: value.to_bits().into() })?;
    Ok(thresholds)
}

/// Checks the range of each size of `space`.
fn check_ranges(space: &Space) -> Result<(), LayoutError> {
    ranged("word_bits", space.word_bits.into(), 1, MAX_BITS.into())?;
    ranged("subword_bits", space.subword_bits.into(), 1, MAX_BITS.into())?;
    ranged("min_n", space.min_n.into(), 1, 16)?;
    ranged("max_n", space.max_n.into(), space.min_n.into(), 16)?;
    ranged("pair_bits", space.pair_bits.into(), 0, MAX_BITS.into())?;
    ranged("stem", space.stem.into(), 1, 16)?;
    ranged("vector_bits", space.vector_bits.into(), 0, MAX_BITS.into())?;
    if space.row_bits != 4 {
        exactly("row_bits", space.row_bits.into(), 8)?;
    }
    ranged("rank", space.rank.into(), 0, MAX_CLASSES as u64)?;
    ranged("lexicon_bits", space.lexicon_bits.into(), 0, lexicon::MAX_BITS.into())?;
    Ok(())
}

fn ranged(field: &'static str, value: u64, low: u64, high: u64) -> Result<u64, LayoutError> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(LayoutError::Header { field, value })
    }
}

fn exactly(field: &'static str, value: u64, want: u64) -> Result<u64, LayoutError> {
    ranged(field, value, want, want)
}

fn u32_at(bytes: &[u8; HEADER_LEN], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8; HEADER_LEN], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
