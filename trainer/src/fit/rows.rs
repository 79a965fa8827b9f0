//! The embedding rows of one class: an L2-regularised squared-hinge linear SVM, solved in its
//! dual by coordinate descent with shrinking (Hsieh et al., ICML 2008, algorithm 3).

use super::Settings;
use super::features::{Features, SparseRow};
use crate::random::rng;
use rand::seq::SliceRandom;

/// A hyperplane over the feature space.
#[derive(Clone, Debug)]
pub struct Weights {
    /// One weight for each bucket.
    pub values: Vec<f32>,
    /// Weight of the constant feature.
    pub bias: f32,
}

impl Weights {
    /// The decision value of `x`.
    #[must_use]
    pub fn margin(&self, x: SparseRow<'_>) -> f32 {
        let products = x.columns.iter().zip(x.values);
        self.bias + products.map(|(&c, v)| v * self.values[c as usize]).sum::<f32>()
    }

    fn add(&mut self, x: SparseRow<'_>, step: f32) {
        for (&c, v) in x.columns.iter().zip(x.values) {
            self.values[c as usize] += step * v;
        }
        self.bias += step;
    }
}

/// Separates `class` from the others among the questions `members`. Deterministic: the order of
/// visits depends on the seed and the class alone.
#[must_use]
pub fn fit(
    features: &Features,
    classes: &[u32],
    class: u32,
    members: &[u32],
    settings: &Settings,
) -> Weights {
    let diagonal = 0.5 / settings.rows_c;
    let mut weights = Weights { values: vec![0.0; features.weights.len()], bias: 0.0 };
    let sign = |i: u32| if classes[i as usize] == class { 1.0 } else { -1.0f32 };
    let curvature: Vec<f32> = members
        .iter()
        .map(|&i| features.row(i).values.iter().map(|v| v * v).sum::<f32>() + 1.0 + diagonal)
        .collect();
    let mut alpha = vec![0f32; members.len()];
    let mut order: Vec<u32> = (0..members.len() as u32).collect();
    let mut active = order.len();
    let mut rng = rng(settings.seed, "visits", u64::from(class));
    // the greatest projected gradient of the pass before: above it, an α of 0 stays there
    let mut bound = f32::INFINITY;
    for _ in 0..settings.rows_passes {
        order[..active].shuffle(&mut rng);
        let (mut greatest, mut least) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut at = 0;
        while at < active {
            let k = order[at] as usize;
            let i = members[k];
            let (x, y) = (features.row(i), sign(i));
            let gradient = y * weights.margin(x) - 1.0 + diagonal * alpha[k];
            let projected = if alpha[k] > 0.0 {
                gradient
            } else if gradient > bound {
                active -= 1;
                order.swap(at, active);
                continue;
            } else {
                gradient.min(0.0)
            };
            greatest = greatest.max(projected);
            least = least.min(projected);
            if projected.abs() > 1e-12 {
                let old = alpha[k];
                alpha[k] = (old - gradient / curvature[k]).max(0.0);
                weights.add(x, (alpha[k] - old) * y);
            }
            at += 1;
        }
        if greatest - least <= settings.rows_tolerance {
            if active == order.len() {
                break;
            }
            // converged on what is left: look at everything once more
            active = order.len();
            bound = f32::INFINITY;
        } else {
            bound = if greatest > 0.0 { greatest } else { f32::INFINITY };
        }
    }
    weights
}
