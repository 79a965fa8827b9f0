//! Bucket → row.
//!
//! A row is `stride` bytes, little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0-1 | `scale`, bfloat16: the factor that turns a quantised value into what one occurrence adds to a margin, before the L2 norm; the bucket weight is multiplied in |
//! | 2-3 | `weight`, bfloat16: the weight of the bucket (√idf; see docs/terms.md), which enters the family's L2 norm |
//! | 4-  | the values, i8 or i4 (the lower half of a byte first): one for each class, or coordinates |
//! | …   | zeros up to the stride, a multiple of 4 |
//!
//! The weight is in the row, not in a table of its own, so that an n-gram costs one fetch. bfloat16 is the upper half
//! of an f32. The values are quantised by the scale as it is stored, so its rounding costs less than 0.8 % of
//! resolution. With f32 instead, a row of 51 classes would have 60 bytes; it has 56.

/// Bytes in front of a row's values.
pub const ROW_HEADER_LEN: usize = 4;

/// Number of rows that are fetched before the first of them is used, so that their cache misses overlap: a question
/// of `data/sample` takes 10.2 µs natively instead of 13.6, and 12 instead of 19 if 2 MB of other memory were touched
/// since the last question (docs/serving-speed.md).
pub const FETCH_BLOCK: usize = 32;

/// Reads rows from a slice or from the guest's passive data segment.
pub trait Rows {
    /// Fetches the row at `index`, counted over all tables, words first, into `slot`, which is below
    /// [`FETCH_BLOCK`]. The index is always below the number of rows that the model's header states.
    fn fetch(&mut self, slot: usize, index: u32);

    /// The row that was last fetched into `slot`: `stride` bytes.
    fn fetched(&self, slot: usize) -> &[u8];

    /// Fetches the row at `index` alone.
    fn row(&mut self, index: u32) -> &[u8] {
        self.fetch(0, index);
        self.fetched(0)
    }
}

/// Bytes of a row of `values` values of `bits` bits.
#[must_use]
pub fn stride(values: usize, bits: u8) -> usize {
    (ROW_HEADER_LEN + (values * usize::from(bits)).div_ceil(8)).next_multiple_of(4)
}

/// Values of a row of `stride` bytes, padding included.
#[must_use]
pub fn padded_len(stride: usize, bits: u8) -> usize {
    (stride - ROW_HEADER_LEN) * 8 / usize::from(bits)
}

/// The `scale` of a row.
#[must_use]
pub fn scale(row: &[u8]) -> f32 {
    bfloat16_at(row, 0)
}

/// The `weight` of a row.
#[must_use]
pub fn weight(row: &[u8]) -> f32 {
    bfloat16_at(row, 2)
}

/// Adds `factor` times each quantised value of `row`, padding included, to `sum`.
pub fn add_scaled(row: &[u8], bits: u8, factor: f32, sum: &mut [f32]) {
    let bytes = &row[ROW_HEADER_LEN..];
    if bits == 4 {
        let low = |byte: u8| f32::from((byte << 4) as i8 >> 4);
        let high = |byte: u8| f32::from(byte as i8 >> 4);
        // 4 bytes, 8 values: a row has whole steps of them
        for (sum, bytes) in sum.as_chunks_mut::<8>().0.iter_mut().zip(bytes.as_chunks::<4>().0) {
            for (pair, &byte) in sum.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
                pair[0] += factor * low(byte);
                pair[1] += factor * high(byte);
            }
        }
    } else {
        // 32 values per iteration, since each iteration of a loop checks the deadline of the guest: with 4 per
        // iteration, the checks took 3.4 of the 16.2 µs of a question, now 1.3 of 9.9
        let (steps, rest) = bytes.as_chunks::<32>();
        let (step_sums, rest_sums) = sum.as_chunks_mut::<32>();
        add_chunks(steps, factor, step_sums);
        let (steps, rest) = rest.as_chunks::<16>();
        let (step_sums, rest_sums) = rest_sums.as_chunks_mut::<16>();
        add_chunks(steps, factor, step_sums);
        add_chunks(rest.as_chunks::<4>().0, factor, rest_sums.as_chunks_mut::<4>().0);
    }
}

fn add_chunks<const N: usize>(chunks: &[[u8; N]], factor: f32, sums: &mut [[f32; N]]) {
    for (sums, bytes) in sums.iter_mut().zip(chunks) {
        for (sum, &byte) in sums.iter_mut().zip(bytes) {
            *sum += factor * f32::from(byte as i8);
        }
    }
}

/// The dot product of `vector` with the quantised values of `row`.
#[must_use]
pub fn dot(row: &[u8], bits: u8, vector: &[f32]) -> f32 {
    let mut total = 0f32;
    for (i, x) in vector.iter().enumerate() {
        total += x * value(row, bits, i);
    }
    total
}

/// The quantised value at `index`.
#[must_use]
pub fn value(row: &[u8], bits: u8, index: usize) -> f32 {
    if bits == 4 {
        let byte = row[ROW_HEADER_LEN + index / 2];
        f32::from(if index & 1 == 0 { (byte << 4) as i8 >> 4 } else { byte as i8 >> 4 })
    } else {
        f32::from(row[ROW_HEADER_LEN + index] as i8)
    }
}

fn bfloat16_at(bytes: &[u8], at: usize) -> f32 {
    f32::from_le_bytes([0, 0, bytes[at], bytes[at + 1]])
}

/// `x` rounded up to a bfloat16, so that quotients by it are not greater than those by `x`.
fn bfloat16_above(x: f32) -> [u8; 2] {
    ((x.to_bits().saturating_add(0xffff) >> 16) as u16).to_le_bytes()
}

/// `x` rounded to the nearest bfloat16.
fn bfloat16_near(x: f32) -> [u8; 2] {
    ((x.to_bits().saturating_add(0x8000) >> 16) as u16).to_le_bytes()
}

/// Writes one row into `row`, which is [`stride`] bytes. The scale is max |value| / 127 (with 4 bits: / 7), rounded up
/// to a bfloat16; each value is divided by it and rounded, half away from zero. NaN is written as 0; an
/// infinite value, which the scale ignores, as the greatest or least.
pub fn write_row(row: &mut [u8], bits: u8, weight: f32, values: &[f32]) {
    let top = values.iter().filter(|v| v.is_finite()).fold(0f32, |m, v| m.max(libm::fabsf(*v)));
    let above = bfloat16_above(top / if bits == 4 { 7.0 } else { 127.0 });
    let scale = bfloat16_at(&above, 0);
    row.fill(0);
    row[2..4].copy_from_slice(&bfloat16_near(weight));
    if !scale.is_normal() {
        return;
    }
    row[..2].copy_from_slice(&above);
    // `as` saturates and sends NaN to 0
    let quantised = values.iter().map(|value| libm::roundf(value / scale) as i8 as u8);
    if bits == 4 {
        for (i, value) in quantised.enumerate() {
            row[ROW_HEADER_LEN + i / 2] |= (value & 15) << (4 * (i % 2));
        }
    } else {
        row[ROW_HEADER_LEN..].iter_mut().zip(quantised).for_each(|(byte, value)| *byte = value);
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
            bits in prop_oneof![Just(4u8), Just(8)],
        ) {
            let mut row = vec![0; stride(values.len(), bits)];
            write_row(&mut row, bits, weight, &values);
            // half a step of 8 bits of mantissa
            prop_assert!((super::weight(&row) / weight - 1.0).abs() <= 1.0 / 256.0);
            let mut sum = vec![0f32; padded_len(row.len(), bits)];
            add_scaled(&row, bits, scale(&row), &mut sum);
            prop_assert!(sum[values.len()..].iter().all(|v| *v == 0.0));
            for (i, (read, value)) in sum.iter().zip(&values).enumerate() {
                prop_assert!((read - value).abs() <= 0.5001 * scale(&row), "{} {}", read, value);
                prop_assert_eq!(*read, scale(&row) * super::value(&row, bits, i));
            }
        }
    }
}
