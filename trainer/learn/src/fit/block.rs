//! The weights of linear classifiers, for [`LANES`] classes at a time.

use super::features::TextVector;

/// Number of classes of a block. Their weights for one n-gram fill half a cache line.
pub(super) const LANES: usize = 8;

/// One number for each class of a block.
pub(super) type Lanes = [f32; LANES];

/// The hyperplanes of a block of classes. Lanes beyond the last class have no meaning.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The class of the first lane.
    pub(super) first: u32,
    /// The weights of each column.
    pub(super) weights: Vec<Lanes>,
    /// The weights of the constant feature.
    pub(super) bias: Lanes,
}

impl Block {
    /// The margins of `x`.
    pub(super) fn margins(&self, x: TextVector<'_>) -> Lanes {
        let mut sums = sum_rows(x, &self.weights);
        sums.iter_mut().zip(&self.bias).for_each(|(sum, bias)| *sum += bias);
        sums
    }

    /// Adds `scale` times the hyperplanes of `other`, a block of the same classes.
    pub(super) fn add_scaled(&mut self, other: &Block, scale: f32) {
        for (into, from) in self.weights.iter_mut().zip(&other.weights) {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += scale * from);
        }
        self.bias.iter_mut().zip(&other.bias).for_each(|(into, from)| *into += scale * from);
    }

    /// Adds `steps[lane]` × `x` to the weights of each class, and `steps[lane]` to its bias.
    pub(super) fn add_step(&mut self, x: TextVector<'_>, steps: &Lanes) {
        for (&c, &v) in x.columns.iter().zip(x.values) {
            let weights = &mut self.weights[c as usize];
            weights.iter_mut().zip(steps).for_each(|(weight, step)| *weight += v * step);
        }
        self.bias.iter_mut().zip(steps).for_each(|(bias, step)| *bias += step);
    }
}

/// Σ value × row over the columns of `x`. Four partial sums are kept: consecutive additions to one sum would wait
/// for each other, which takes longer than to fetch the rows.
pub(super) fn sum_rows<const N: usize>(x: TextVector<'_>, rows: &[[f32; N]]) -> [f32; N] {
    const SUMS: usize = 4;
    let mut sums = [[0f32; N]; SUMS];
    let add = |sum: &mut [f32; N], column: u32, value: f32| {
        let row = &rows[column as usize];
        sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += value * weight);
    };
    let (columns, last_columns) = x.columns.as_chunks::<SUMS>();
    let (values, last_values) = x.values.as_chunks::<SUMS>();
    for (columns, values) in columns.iter().zip(values) {
        for ((sum, column), value) in sums.iter_mut().zip(columns).zip(values) {
            add(sum, *column, *value);
        }
    }
    for ((sum, column), value) in sums.iter_mut().zip(last_columns).zip(last_values) {
        add(sum, *column, *value);
    }
    let [mut total, rest @ ..] = sums;
    for sum in rest {
        total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
    }
    total
}
