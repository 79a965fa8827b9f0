//! The factor on the logits of a question, which falls (tapers) as its greatest margin grows.
//!
//! One factor alone (a temperature, Guo et al. 2017) leaves the most probable answers overconfident and the least
//! probable ones underconfident, on banking77, clinc150 and snips alike. So the logits of a question whose greatest
//! margin is t are multiplied by exp(sharpness - taper t), which takes one more parameter and keeps the order of the
//! classes. `docs/peers.md` has the calibration error.

use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

/// The factor on the logits of a question: exp(`sharpness` - `taper` × greatest margin), the second term
/// clamped to ±1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sharpening {
    pub(super) sharpness: f64,
    pub(super) taper: f64,
}

/// Maximum number of steps of Fisher scoring; few are needed.
const MAX_STEPS: usize = 30;
/// Maximum of exp(sharpness): if all questions are answered correctly, the likelihood grows with it without end.
const MAX_FACTOR: f64 = 50.0;

impl Sharpening {
    /// Maximises the likelihood of the labels `classes` by Fisher scoring. `logits` (questions × classes)
    /// are without a factor; `greatest` has the greatest margin of each question.
    pub(super) fn fit(mut logits: Array2<f64>, greatest: &[f64], classes: &[u32]) -> Self {
        for mut row in logits.outer_iter_mut() {
            let top = row.iter().fold(f64::NEG_INFINITY, |m, z| m.max(*z));
            row -= top;
        }
        let mut at = Sharpening { sharpness: 0.0, taper: 0.0 };
        let mut here = at.loss(&logits, greatest, classes);
        for _ in 0..MAX_STEPS {
            let step = here.step();
            let mut step_size = 1.0;
            let next = loop {
                let sharpness = at.sharpness - step_size * step.sharpness;
                let there = Sharpening {
                    sharpness: sharpness.clamp(-MAX_FACTOR.ln(), MAX_FACTOR.ln()),
                    taper: at.taper - step_size * step.taper,
                };
                let next_loss = there.loss(&logits, greatest, classes);
                if next_loss.value < here.value {
                    break Some((there, next_loss));
                }
                step_size /= 4.0;
                if step_size < 1e-3 {
                    break None;
                }
            };
            let Some((there, next_loss)) = next else { break };
            let gained = here.value - next_loss.value;
            (at, here) = (there, next_loss);
            if gained < 1e-7 * here.value {
                break;
            }
        }
        at
    }

    /// The factor of a question.
    pub(super) fn factor(&self, greatest: f64) -> f64 {
        (self.sharpness + tapered(self.taper, greatest)).exp()
    }

    fn loss(&self, logits: &Array2<f64>, greatest: &[f64], classes: &[u32]) -> Loss {
        let terms: Vec<Loss> = (0..classes.len())
            .into_par_iter()
            .map(|i| self.term(logits.row(i), greatest[i], classes[i] as usize))
            .collect();
        // summed in order: the same on any number of threads
        terms.iter().fold(Loss::default(), |sum, term| sum.plus(term))
    }

    /// The loss of one question. Its greatest logit is 0; summands of the softmax below e^-20 are left out: with
    /// 1000 classes they would change the sum by 2e-6.
    fn term(&self, logits: ArrayView1<'_, f64>, greatest: f64, class: usize) -> Loss {
        let factor = self.factor(greatest);
        let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
        for &z in logits.iter().filter(|z| factor * **z > -20.0) {
            let p = (factor * z).exp();
            total += p;
            first += p * z;
            second += p * z * z;
        }
        let mean = first / total;
        let slope = factor * (mean - logits[class]);
        let curvature = factor * factor * (second / total - mean * mean).max(0.0);
        // the taper changes nothing where its exponent is clamped
        let by_taper = if (self.taper * greatest).abs() < 1.0 { -greatest } else { 0.0 };
        Loss {
            value: total.ln() - factor * logits[class],
            gradient: [slope, slope * by_taper],
            information: [curvature, curvature * by_taper, curvature * by_taper * by_taper],
        }
    }
}

/// The exponent that the taper adds.
fn tapered(taper: f64, greatest: f64) -> f64 {
    (-taper * greatest).clamp(-1.0, 1.0)
}

/// The negative logarithm of a likelihood, with its gradient and Fisher information (upper triangle) with
/// respect to sharpness and taper.
#[derive(Default)]
struct Loss {
    value: f64,
    gradient: [f64; 2],
    information: [f64; 3],
}

impl Loss {
    fn plus(mut self, other: &Self) -> Self {
        self.value += other.value;
        self.gradient.iter_mut().zip(other.gradient).for_each(|(a, b)| *a += b);
        self.information.iter_mut().zip(other.information).for_each(|(a, b)| *a += b);
        self
    }

    /// Information⁻¹ × gradient, each clamped to ±1.
    fn step(&self) -> Sharpening {
        // s: sharpness, t: taper
        let [ss, st, tt] = self.information;
        let (ss, tt) = (ss + 1e-9, tt + 1e-9);
        let determinant = (ss * tt - st * st).max(1e-18);
        let [s, t] = self.gradient;
        let (ds, dt) = ((tt * s - st * t) / determinant, (ss * t - st * s) / determinant);
        Sharpening { sharpness: ds.clamp(-1.0, 1.0), taper: dt.clamp(-1.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// Labels drawn from softmax(exp(a - taper t) s) give a and the taper back.
    #[test]
    fn finds_what_the_labels_were_drawn_by() {
        let truth = Sharpening { sharpness: 0.7, taper: 0.12 };
        let count = 40_000;
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut margins = Array2::zeros((count, 3));
        margins.mapv_inplace(|_: f64| 4.0 * uniform() - 2.0);
        let greatest: Vec<f64> =
            margins.outer_iter().map(|r| r.iter().fold(f64::MIN, |m, s| m.max(*s))).collect();
        let classes: Vec<u32> = margins
            .outer_iter()
            .zip(&greatest)
            .map(|(row, top)| {
                let p = row.mapv(|s| (truth.factor(*top) * s).exp());
                let mut left = uniform() * p.sum();
                p.iter().position(|p| {
                    left -= p;
                    left < 0.0
                })
            })
            .map(|class| class.unwrap_or(2) as u32)
            .collect();
        let found = Sharpening::fit(margins, &greatest, &classes);
        assert!((found.sharpness - truth.sharpness).abs() < 0.05, "{found:?}");
        assert!((found.taper - truth.taper).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn the_taper_is_clamped() {
        let tapered = Sharpening { sharpness: 0.0, taper: 0.5 };
        assert_eq!(tapered.factor(1e6), (-1f64).exp());
        assert_eq!(tapered.factor(-1e6), 1f64.exp());
    }

    /// One question, or all alike: nothing to learn, and nothing that is not finite.
    #[test]
    fn too_little_to_learn_from() {
        let one = Sharpening::fit(array![[0.0, 0.0]], &[0.0], &[1]);
        let sure = Sharpening::fit(array![[2.0, 0.0], [3.0, 0.0]], &[2.0, 3.0], &[0, 0]);
        for found in [one, sure] {
            assert!(found.sharpness.is_finite() && found.taper.is_finite(), "{found:?}");
            assert!(found.factor(5.0) < 150.0, "{found:?}");
        }
    }
}
