//! A low-rank basis of the rows, for models of many classes.
//!
//! The table W (buckets × classes) is approximated by (W P) Pᵀ, where P is an orthonormal basis of most
//! of its row space, by a randomised range finder (Halko, Martinsson and Tropp 2011, section 4):
//! P is an orthonormal basis of the columns of Wᵀ W Ω, where Ω (classes × rank) is random. W is read once, in chunks,
//! and never held as a whole.

use crate::random::rng;
use ndarray::{Array2, ArrayViewMut1};
use rand::Rng;

/// Rows that are multiplied at once.
const CHUNK: usize = 512;

/// The size of a table, and of its basis.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) buckets: usize,
    pub(super) classes: usize,
    pub(super) rank: usize,
}

/// P (classes × rank) of the table whose row `i` is written by `read(i, row)`.
pub(super) fn basis(shape: Shape, seed: u64, read: impl Fn(usize, &mut [f32])) -> Array2<f32> {
    let Shape { buckets, classes, rank } = shape;
    let mut rng = rng(seed, "low rank", 0);
    // any distribution without a preferred direction will do
    let directions = Array2::from_shape_simple_fn((classes, rank), || rng.random_range(-1f32..1.0));
    let mut image = Array2::<f32>::zeros((classes, rank));
    let mut chunk = Array2::<f32>::zeros((CHUNK, classes));
    for start in (0..buckets).step_by(CHUNK) {
        chunk.fill(0.0);
        for (i, mut row) in (start..buckets.min(start + CHUNK)).zip(chunk.outer_iter_mut()) {
            if let Some(row) = row.as_slice_mut() {
                read(i, row);
            }
        }
        image += &chunk.t().dot(&chunk.dot(&directions));
    }
    orthonormalise(&mut image);
    image
}

/// Makes the columns orthonormal by the modified Gram-Schmidt process, twice for accuracy (Giraud,
/// Langou and Rozložník 2005). A column that depends on those before it becomes zeros.
fn orthonormalise(matrix: &mut Array2<f32>) {
    // rows of the transpose are contiguous
    let mut columns = matrix.t().as_standard_layout().to_owned();
    for i in 0..columns.nrows() {
        let (before, mut rest) = columns.view_mut().split_at(ndarray::Axis(0), i);
        let mut column: ArrayViewMut1<'_, f32> = rest.row_mut(0);
        let length = column.dot(&column).sqrt();
        for _ in 0..2 {
            for other in before.outer_iter() {
                let projection = column.dot(&other);
                column.scaled_add(-projection, &other);
            }
        }
        let left = column.dot(&column).sqrt();
        // the rest of a dependent column is rounding error
        let scale = if left > 1e-5 * length { 1.0 / left } else { 0.0 };
        column.mapv_inplace(|v| v * scale);
    }
    matrix.assign(&columns.t());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_low_rank_is_kept() {
        let mut rng = rng(3, "test", 0);
        let mut random =
            |shape| Array2::from_shape_simple_fn(shape, || rng.random_range(-1f32..1.0));
        let table = random((700, 5)).dot(&random((5, 40)));
        let read = |i: usize, row: &mut [f32]| {
            row.iter_mut().zip(table.row(i)).for_each(|(to, from)| *to = *from);
        };
        // with more dimensions than the table has, the others are zeros or noise, and harmless
        for rank in [5, 8] {
            let basis = basis(Shape { buckets: 700, classes: 40, rank }, 1, read);
            let kept = table.dot(&basis).dot(&basis.t());
            let worst = (&kept - &table).iter().fold(0f32, |m, v| m.max(v.abs()));
            assert!(worst < 1e-3, "{worst}");
        }
    }
}
