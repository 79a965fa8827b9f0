//! Linear SVMs, one for each class against all others: L2 regularisation, squared hinge loss, solved in the dual
//! by coordinate descent with shrinking (Hsieh et al., ICML 2008, algorithm 3).
//!
//! The classes of a block visit the questions in the same order, so that the weights of an n-gram for all of them
//! are fetched from memory together: these fetches, not the arithmetic, take the time.

use super::block::{Block, LANES, Lanes};
use super::sample::Sample;
use super::settings::Settings;
use crate::random::rng;
use rand::seq::SliceRandom;

/// Fits the SVMs of the block of classes that begins with `first`. Deterministic: the order of visits depends on
/// the seed and `first` alone.
pub(super) fn fit(sample: Sample<'_>, first: u32, settings: &Settings) -> Block {
    let used = LANES.min(sample.class_count - first as usize);
    let mut solver = Solver::new(sample, first, settings.rows_c);
    let mut order: Vec<u32> = (0..sample.members.len() as u32).collect();
    let mut active = order.len();
    let mut rng = rng(settings.seed, "visits", u64::from(first));
    // the greatest projected gradient of the previous pass: a question whose gradients are above it is shrunk
    let mut bound = [f32::INFINITY; LANES];
    for _ in 0..settings.rows_passes {
        order[..active].shuffle(&mut rng);
        let mut gradients = GradientRange::EMPTY;
        let mut at = 0;
        while at < active {
            if solver.visit(order[at] as usize, &bound, &mut gradients) {
                at += 1;
            } else {
                active -= 1;
                order.swap(at, active);
            }
        }
        let converged = (0..used).all(|lane| gradients.width(lane) <= settings.rows_tolerance);
        if converged {
            if active == order.len() {
                break;
            }
            // converged on the active questions: visit the shrunk ones once more
            active = order.len();
            bound = [f32::INFINITY; LANES];
        } else {
            bound = gradients.greatest.map(|g| if g > 0.0 { g } else { f32::INFINITY });
        }
    }
    solver.block
}

/// The projected gradients of one pass, by class.
struct GradientRange {
    greatest: Lanes,
    least: Lanes,
}

impl GradientRange {
    const EMPTY: Self =
        GradientRange { greatest: [f32::NEG_INFINITY; LANES], least: [f32::INFINITY; LANES] };

    fn width(&self, lane: usize) -> f32 {
        self.greatest[lane] - self.least[lane]
    }
}

/// Coordinate descent for the classes of one block.
struct Solver<'a> {
    sample: Sample<'a>,
    block: Block,
    /// The dual variables of each question.
    alpha: Vec<Lanes>,
    /// The second derivative of the dual with respect to the variable of each question.
    curvature: Vec<f32>,
    /// The part of the curvature that the squared hinge loss adds: 1/(2C).
    diagonal: f32,
}

impl<'a> Solver<'a> {
    fn new(sample: Sample<'a>, first: u32, penalty: f32) -> Self {
        let diagonal = 0.5 / penalty;
        let weights = vec![[0.0; LANES]; sample.features.width()];
        let squares = |i: u32| sample.features.row(i).values.iter().map(|v| v * v).sum::<f32>();
        Solver {
            sample,
            block: Block { first, weights, bias: [0.0; LANES] },
            alpha: vec![[0f32; LANES]; sample.members.len()],
            curvature: sample.members.iter().map(|&i| squares(i) + 1.0 + diagonal).collect(),
            diagonal,
        }
    }

    /// Minimises the dual with respect to the variables of member `k`, one for each class of the block. Returns false
    /// if the question is to be shrunk, that is left out of the next passes: all its variables are 0 and their
    /// gradients above `bound`.
    fn visit(&mut self, k: usize, bound: &Lanes, gradients: &mut GradientRange) -> bool {
        let i = self.sample.members[k];
        let x = self.sample.features.row(i);
        let mut signs = [-1f32; LANES];
        let lane = self.sample.classes[i as usize].checked_sub(self.block.first);
        if let Some(lane) = lane.filter(|lane| *lane < LANES as u32) {
            signs[lane as usize] = 1.0;
        }
        let margins = self.block.margins(x);
        let alpha = &mut self.alpha[k];
        let (mut steps, mut changed, mut shrunk) = ([0f32; LANES], false, true);
        for lane in 0..LANES {
            let old = alpha[lane];
            let gradient = signs[lane] * margins[lane] - 1.0 + self.diagonal * old;
            let projected = if old > 0.0 { gradient } else { gradient.min(0.0) };
            gradients.greatest[lane] = gradients.greatest[lane].max(projected);
            gradients.least[lane] = gradients.least[lane].min(projected);
            shrunk &= old == 0.0 && gradient > bound[lane];
            let new = (old - gradient / self.curvature[k]).max(0.0);
            alpha[lane] = new;
            steps[lane] = (new - old) * signs[lane];
            changed |= new != old;
        }
        if !shrunk && changed {
            self.block.add_step(x, &steps);
        }
        !shrunk
    }
}
