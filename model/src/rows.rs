//! Bucket → embedding row.
//!
//! A row is `stride` bytes, little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0-3 | `scale`, f32: what one unit of the quantised values is worth, idf weight included |
//! | 4-7 | `weight`, f32: √idf of the bucket, which enters the family's L2 norm |
//! | 8-  | one i8 for each class |
//! | …   | zeros up to the stride, a multiple of 16 |
//!
//! The weight lies in the row, not in a table of its own, so that a gram costs one fetch.

/// Bytes in front of a row's values.
pub const ROW_HEAD: usize = 8;

/// Where embedding rows come from: a slice, or the guest's passive data segment.
pub trait Rows {
    /// The row at `index`, counted over both tables, words first: `stride` bytes. The index is
    /// always below the number of rows that the model's header states.
    fn row(&mut self, index: u32) -> &[u8];
}

/// Rows in memory.
#[derive(Clone, Copy, Debug)]
pub struct SliceRows<'a> {
    bytes: &'a [u8],
    stride: usize,
}

impl<'a> SliceRows<'a> {
    /// `bytes` holds whole rows of `stride` bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8], stride: usize) -> Self {
        SliceRows { bytes, stride }
    }
}

impl Rows for SliceRows<'_> {
    fn row(&mut self, index: u32) -> &[u8] {
        let start = index as usize * self.stride;
        &self.bytes[start..start + self.stride]
    }
}

/// Bytes of a row for `classes` classes.
#[must_use]
pub fn stride(classes: usize) -> usize {
    (ROW_HEAD + classes).next_multiple_of(16)
}

/// The `scale` of a row.
#[must_use]
pub fn scale(row: &[u8]) -> f32 {
    f32_at(row, 0)
}

/// The `weight` of a row.
#[must_use]
pub fn weight(row: &[u8]) -> f32 {
    f32_at(row, 4)
}

/// The quantised values of a row and their padding.
#[must_use]
pub fn values(row: &[u8]) -> &[u8] {
    &row[ROW_HEAD..]
}

fn f32_at(bytes: &[u8], at: usize) -> f32 {
    f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Writes one row into `row`, which is `stride(values.len())` bytes: `values` divided by
/// their greatest magnitude over 127, rounded, half away from zero. Not finite values count as 0.
pub fn write_row(row: &mut [u8], weight: f32, values: &[f32]) {
    let top = values.iter().filter(|v| v.is_finite()).fold(0f32, |m, v| m.max(libm::fabsf(*v)));
    let scale = top / 127.0;
    row.fill(0);
    row[4..8].copy_from_slice(&weight.to_le_bytes());
    if scale == 0.0 || !scale.is_normal() {
        return;
    }
    row[..4].copy_from_slice(&scale.to_le_bytes());
    for (byte, value) in row[ROW_HEAD..].iter_mut().zip(values) {
        // `as` saturates and sends NaN to 0
        *byte = libm::roundf(value / scale) as i8 as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_reads_back_within_half_a_step(
            values in proptest::collection::vec(-1e3f32..1e3, 1..200), weight in 0.1f32..10.0,
        ) {
            let mut row = vec![0; stride(values.len())];
            write_row(&mut row, weight, &values);
            prop_assert_eq!(super::weight(&row), weight);
            for (byte, value) in super::values(&row).iter().zip(&values) {
                let read = f32::from(*byte as i8) * scale(&row);
                prop_assert!((read - value).abs() <= 0.5001 * scale(&row), "{} {}", read, value);
            }
        }
    }
}
