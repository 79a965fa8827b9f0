//! The embedding rows of [`LANES`] classes at once: for each an L2-regularised squared-hinge linear
//! SVM, solved in its dual by coordinate descent with shrinking (Hsieh et al., ICML 2008,
//! algorithm 3).
//!
//! The classes of a block visit the questions in the same order, so that an n-gram's weights for
//! all of them lie side by side and are fetched once: a visit is bound by these fetches, not by
//! its arithmetic.

use super::Settings;
use super::features::{Features, SparseRow};
use crate::random::rng;
use rand::seq::SliceRandom;

/// Classes of a block: their weights of one n-gram are half a cache line.
pub const LANES: usize = 8;

/// One number for each class of a block.
pub type Lanes = [f32; LANES];

/// The hyperplanes of a block of classes. Lanes beyond the last class mean nothing.
#[derive(Clone, Debug)]
pub struct Block {
    /// The class of the first lane.
    pub first: u32,
    /// Weights of each column.
    pub values: Vec<Lanes>,
    /// Weights of the constant feature.
    pub bias: Lanes,
}

impl Block {
    /// The decision values of `x`.
    #[must_use]
    pub fn margins(&self, x: SparseRow<'_>) -> Lanes {
        let mut sums = sum_rows(x, &self.values);
        sums.iter_mut().zip(&self.bias).for_each(|(sum, bias)| *sum += bias);
        sums
    }

    /// Adds `scale` times the hyperplanes of `other`, which are those of the same classes.
    pub fn mix(&mut self, other: &Block, scale: f32) {
        for (into, from) in self.values.iter_mut().zip(&other.values) {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += scale * from);
        }
        self.bias.iter_mut().zip(&other.bias).for_each(|(into, from)| *into += scale * from);
    }

    fn add(&mut self, x: SparseRow<'_>, steps: &Lanes) {
        for (&c, &v) in x.columns.iter().zip(x.values) {
            let weights = &mut self.values[c as usize];
            weights.iter_mut().zip(steps).for_each(|(weight, step)| *weight += v * step);
        }
        self.bias.iter_mut().zip(steps).for_each(|(bias, step)| *bias += step);
    }
}

/// Σ of the rows of `x`, each times its value: every fourth in a sum of its own, for an addition takes longer
/// than a row to come.
pub(super) fn sum_rows<const N: usize>(x: SparseRow<'_>, rows: &[[f32; N]]) -> [f32; N] {
    const SUMS: usize = 4;
    let mut sums = [[0f32; N]; SUMS];
    let add = |sum: &mut [f32; N], column: u32, value: f32| {
        let row = &rows[column as usize];
        sum.iter_mut().zip(row).for_each(|(sum, of_row)| *sum += value * of_row);
    };
    let (columns, few) = x.columns.as_chunks::<SUMS>();
    let (values, of_few) = x.values.as_chunks::<SUMS>();
    for (columns, values) in columns.iter().zip(values) {
        for ((sum, column), value) in sums.iter_mut().zip(columns).zip(values) {
            add(sum, *column, *value);
        }
    }
    for ((sum, column), value) in sums.iter_mut().zip(few).zip(of_few) {
        add(sum, *column, *value);
    }
    let [mut total, rest @ ..] = sums;
    for sum in rest {
        total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
    }
    total
}

/// Separates each class of the block that begins with class `first` from all others among the
/// questions `members`. Deterministic: the order of visits depends on the seed and `first` alone.
#[must_use]
pub fn fit(
    features: &Features,
    classes: &[u32],
    count: usize,
    first: u32,
    members: &[u32],
    settings: &Settings,
) -> Block {
    let diagonal = 0.5 / settings.rows_c;
    let used = LANES.min(count - first as usize);
    let mut block =
        Block { first, values: vec![[0.0; LANES]; features.width()], bias: [0.0; LANES] };
    let curvature: Vec<f32> = members
        .iter()
        .map(|&i| features.row(i).values.iter().map(|v| v * v).sum::<f32>() + 1.0 + diagonal)
        .collect();
    let mut alpha = vec![[0f32; LANES]; members.len()];
    let mut order: Vec<u32> = (0..members.len() as u32).collect();
    let mut active = order.len();
    let mut rng = rng(settings.seed, "visits", u64::from(first));
    // the greatest projected gradient of the pass before: above it, an α of 0 stays there
    let mut bound = [f32::INFINITY; LANES];
    for _ in 0..settings.rows_passes {
        order[..active].shuffle(&mut rng);
        let (mut greatest, mut least) = ([f32::NEG_INFINITY; LANES], [f32::INFINITY; LANES]);
        let mut at = 0;
        while at < active {
            let k = order[at] as usize;
            let i = members[k];
            let x = features.row(i);
            let mut signs = [-1f32; LANES];
            if let Some(own) = classes[i as usize].checked_sub(first).filter(|l| *l < LANES as u32)
            {
                signs[own as usize] = 1.0;
            }
            let margins = block.margins(x);
            let alpha = &mut alpha[k];
            let (mut steps, mut moves, mut stays) = ([0f32; LANES], false, true);
            for lane in 0..LANES {
                let old = alpha[lane];
                let gradient = signs[lane] * margins[lane] - 1.0 + diagonal * old;
                let projected = if old > 0.0 { gradient } else { gradient.min(0.0) };
                greatest[lane] = greatest[lane].max(projected);
                least[lane] = least[lane].min(projected);
                stays &= old == 0.0 && gradient > bound[lane];
                let new = (old - gradient / curvature[k]).max(0.0);
                alpha[lane] = new;
                steps[lane] = (new - old) * signs[lane];
                moves |= new != old;
            }
            if stays {
                active -= 1;
                order.swap(at, active);
                continue;
            }
            if moves {
                block.add(x, &steps);
            }
            at += 1;
        }
        let open = (0..used).any(|lane| greatest[lane] - least[lane] > settings.rows_tolerance);
        if !open {
            if active == order.len() {
                break;
            }
            // converged on what is left: look at everything once more
            active = order.len();
            bound = [f32::INFINITY; LANES];
        } else {
            bound = greatest.map(|g| if g > 0.0 { g } else { f32::INFINITY });
        }
    }
    block
}
