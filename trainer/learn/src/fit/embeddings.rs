//! Embeddings: the classifier of fastText (Joulin et al., EACL 2017) over the same n-grams, added to the SVMs.
//!
//! ```text
//! h    = Σ_f x(f) e(f)              e(f): the vector of n-gram f, DIMS values, initially random
//! p(k) = softmax over k of u(k)·h   u(k): the vector of class k, initially 0
//! ```
//!
//! They are fitted by stochastic gradient descent (SGD) on -ln p of the true class, with a learning rate that falls
//! linearly to 0. All classes share the vector of an n-gram, while each SVM has a weight of its own for it, so
//! their errors differ, most with few examples. The margins of several classifiers with different
//! initial vectors (an ensemble) are added up, which averages out the effect of the initial vectors. As u(k)·h is
//! linear in x, one table of rows holds the sum with the SVMs, and serving needs nothing new. `metrics.json` has the
//! mixing strength that cross-validation chose (`choices`).

use super::block::{Block, LANES, Lanes, sum_rows};
use super::features::{FeatureMatrix, TextVector};
use super::sample::Sample;
use crate::random::rng;
use rand::Rng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

/// Number of classifiers of the ensemble.
pub const ENSEMBLE_SIZE: u64 = 4;
/// Values of a vector.
pub const DIMS: usize = 8;
/// Maximum number of classes for which embeddings are fitted: the cost of an SGD step grows with it.
pub(super) const MAX_CLASSES: usize = 300;
/// Number of SGD steps, rounded to whole epochs, whose number is within [`EPOCHS`]. More steps gained nothing on
/// banking77, clinc150 and `data/sample` (out of fold), and the steps are most of the cost.
const STEPS: usize = 40_000;
/// Minimum and maximum number of epochs: passes over all questions.
const EPOCHS: std::ops::RangeInclusive<usize> = 3..=12;
/// The initial learning rate for questions with an L2 norm of 1. It is divided by the greatest squared norm, so
/// that it does not depend on the number of families. Twice as much gained nothing on banking77 (out of fold).
const LEARNING_RATE: f32 = 0.45;
/// A question is skipped in the next epoch if the probabilities of all wrong classes sum to less than this.
const SKIP_BELOW: f32 = 0.05;
/// A block of classes is not updated if the gradient of each is smaller than this.
const MIN_GRADIENT: f32 = 1e-4;

/// The vector of an n-gram.
type Vector = [f32; DIMS];
/// The vectors of a block of classes: their values of one dimension lie side by side.
type ClassVectors = [Lanes; DIMS];

/// Several classifiers, whose margins are added up.
pub(super) struct Embeddings(Vec<Classifier>);

/// One classifier.
struct Classifier {
    /// e of each column; zeros if no question has it.
    ngrams: Vec<Vector>,
    /// u of each class, less their mean. Lanes beyond the last class are 0.
    classes: Vec<ClassVectors>,
}

impl Embeddings {
    /// Fits to a sample, ignoring the columns of the average word vector. Deterministic: each classifier has its own
    /// random stream.
    pub(super) fn fit(sample: Sample<'_>, seed: u64) -> Self {
        let fit = |index| Classifier::fit(sample, rng(seed, "embeddings", index));
        Embeddings((0..ENSEMBLE_SIZE).into_par_iter().map(fit).collect())
    }

    /// The margins of `x`, in blocks of classes. They sum to 0.
    pub(super) fn margins(&self, x: TextVector<'_>) -> Vec<Lanes> {
        let blocks = self.0.first().map_or(0, |classifier| classifier.classes.len());
        let mut margins = vec![[0f32; LANES]; blocks];
        for classifier in &self.0 {
            let h = sum_rows(x, &classifier.ngrams);
            for (margins, classes) in margins.iter_mut().zip(&classifier.classes) {
                add_scores(margins, classes, &h);
            }
        }
        margins
    }

    /// The weights of the classes from `first` on.
    pub(super) fn block(&self, first: u32) -> Block {
        let width = self.0.first().map_or(0, |classifier| classifier.ngrams.len());
        let mut weights = vec![[0f32; LANES]; width];
        for classifier in &self.0 {
            let classes = &classifier.classes[first as usize / LANES];
            for (weights, gram) in weights.iter_mut().zip(&classifier.ngrams) {
                add_scores(weights, classes, gram);
            }
        }
        Block { first, weights, bias: [0.0; LANES] }
    }
}

impl Classifier {
    fn fit(sample: Sample<'_>, mut rng: impl Rng) -> Self {
        let Sample { features, classes, class_count: count, members } = sample;
        let mut classifier = Classifier::random(sample, &mut rng);
        let greatest_squared_norm =
            members.iter().map(|&i| squared_norm(ngram_columns(features, i))).fold(0f32, f32::max);
        let epochs = (STEPS / members.len().max(1)).clamp(*EPOCHS.start(), *EPOCHS.end());
        let mut order = members.to_vec();
        let mut skip = vec![false; features.texts()];
        let mut p = vec![[0f32; LANES]; count.div_ceil(LANES)];
        let (mut step, steps) = (0f32, (epochs * members.len()) as f32);
        for epoch in 1..=epochs {
            order.shuffle(&mut rng);
            for &i in &order {
                let rate = LEARNING_RATE / greatest_squared_norm * (1.0 - step / steps);
                step += 1.0;
                // the last epoch skips none
                if std::mem::take(&mut skip[i as usize]) && epoch < epochs {
                    continue;
                }
                let (x, class) = (ngram_columns(features, i), classes[i as usize] as usize);
                let h = classifier.probabilities(x, &mut p, count);
                // p becomes the gradient of the loss with respect to the scores u·h: p - 1 for the true class, p for
                // the others
                let p_true = &mut p[class / LANES][class % LANES];
                skip[i as usize] = 1.0 - *p_true < SKIP_BELOW;
                *p_true -= 1.0;
                classifier.step(x, &h, &p, rate);
            }
        }
        classifier.centre(count);
        classifier
    }

    /// Small random values for each n-gram that a question has.
    fn random(sample: Sample<'_>, rng: &mut impl Rng) -> Self {
        let Sample { features, class_count, members, .. } = sample;
        let mut seen = vec![false; features.width()];
        for &i in members {
            ngram_columns(features, i)
                .columns
                .iter()
                .for_each(|column| seen[*column as usize] = true);
        }
        let mut random = || rng.random_range(-1f32..1.0) / DIMS as f32;
        let vector =
            |seen: bool| if seen { std::array::from_fn(|_| random()) } else { [0.0; DIMS] };
        Classifier {
            ngrams: seen.into_iter().map(vector).collect(),
            classes: vec![[[0.0; LANES]; DIMS]; class_count.div_ceil(LANES)],
        }
    }

    /// Writes the probabilities of the `count` classes to `p`, and 0 to the lanes behind them; returns h.
    fn probabilities(&self, x: TextVector<'_>, p: &mut [Lanes], count: usize) -> Vector {
        let h = sum_rows(x, &self.ngrams);
        for (p, classes) in p.iter_mut().zip(&self.classes) {
            *p = [0.0; LANES];
            add_scores(p, classes, &h);
        }
        let (p, behind) = p.as_flattened_mut().split_at_mut(count);
        let top = p.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        // libm's exp: a difference in the last bit would spread to everything learned after it
        p.iter_mut().for_each(|z| *z = libm::expf(*z - top));
        let total: f32 = p.iter().sum();
        p.iter_mut().for_each(|p| *p /= total);
        behind.fill(0.0);
        h
    }

    /// One SGD step; `gradient` is that of the loss with respect to the scores u·h of the classes.
    fn step(&mut self, x: TextVector<'_>, h: &Vector, gradient: &[Lanes], rate: f32) {
        let mut sums = [[0f32; LANES]; DIMS];
        for (gradient, classes) in gradient.iter().zip(&mut self.classes) {
            if gradient.iter().all(|g| g.abs() < MIN_GRADIENT) {
                continue;
            }
            for ((u, sum), h) in classes.iter_mut().zip(&mut sums).zip(h) {
                for lane in 0..LANES {
                    sum[lane] += gradient[lane] * u[lane];
                    u[lane] -= rate * h * gradient[lane];
                }
            }
        }
        let h_step: Vector = sums.map(|sum| rate * sum.iter().sum::<f32>());
        for (&column, &value) in x.columns.iter().zip(x.values) {
            let ngram = &mut self.ngrams[column as usize];
            ngram.iter_mut().zip(&h_step).for_each(|(e, g)| *e -= value * g);
        }
    }

    /// Subtracts the mean vector from those of the classes, so that margins sum to 0. Sets all vectors to 0 if
    /// the descent has diverged (a value is not finite).
    fn centre(&mut self, count: usize) {
        let classes = self.classes.as_flattened().as_flattened();
        if !self.ngrams.as_flattened().iter().chain(classes).all(|value| value.is_finite()) {
            self.ngrams.fill([0.0; DIMS]);
            self.classes.fill([[0.0; LANES]; DIMS]);
        }
        for dim in 0..DIMS {
            let lanes = self.classes.iter_mut().flat_map(|block| &mut block[dim]);
            let values: Vec<&mut f32> = lanes.take(count).collect();
            let mean = values.iter().map(|u| **u).sum::<f32>() / count as f32;
            values.into_iter().for_each(|u| *u -= mean);
        }
    }
}

/// Adds u·h of a block of classes.
fn add_scores(into: &mut Lanes, classes: &ClassVectors, h: &Vector) {
    for (u, h) in classes.iter().zip(h) {
        into.iter_mut().zip(u).for_each(|(score, u)| *score += u * h);
    }
}

/// The n-grams of a question, without its average word vector.
fn ngram_columns(features: &FeatureMatrix, i: u32) -> TextVector<'_> {
    let TextVector { columns, values } = features.row(i);
    let end = columns.partition_point(|column| (*column as usize) < features.gram_columns());
    TextVector { columns: &columns[..end], values: &values[..end] }
}

/// The squared L2 norm.
fn squared_norm(x: TextVector<'_>) -> f32 {
    x.values.iter().map(|v| v * v).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::settings::Settings;

    /// Questions of eleven classes, so of two blocks; each class has a word of its own.
    fn questions() -> (FeatureMatrix, Vec<u32>) {
        let classes: Vec<u32> = (0..220).map(|i| i * 7 % 11).collect();
        let text = |(i, class): (usize, &u32)| format!("what of {class}x and word{} now", i % 5);
        let texts: Vec<String> = classes.iter().enumerate().map(text).collect();
        let settings =
            Settings { word_bits: 8, subword_bits: 10, pair_bits: 9, ..Settings::default() };
        (FeatureMatrix::extract(&texts, settings.space(11), &settings, None), classes)
    }

    fn fit(features: &FeatureMatrix, classes: &[u32], members: &[u32]) -> Embeddings {
        Embeddings::fit(Sample { features, classes, class_count: 11, members }, 1)
    }

    fn answer(embeddings: &Embeddings, x: TextVector<'_>) -> usize {
        let margins = embeddings.margins(x);
        let all = margins.as_flattened()[..11].iter().enumerate();
        all.max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |best| best.0)
    }

    #[test]
    fn classes_are_told_apart_by_questions_that_were_not_seen() {
        let (features, classes) = questions();
        let members: Vec<u32> = (0..110).collect();
        let embeddings = fit(&features, &classes, &members);
        let right = (110..220)
            .filter(|i| answer(&embeddings, features.row(*i)) == classes[*i as usize] as usize);
        assert_eq!(right.count(), 110);
    }

    #[test]
    fn blocks_give_the_margins_and_all_margins_sum_to_zero() {
        let (features, classes) = questions();
        let members: Vec<u32> = (0..110).collect();
        let embeddings = fit(&features, &classes, &members);
        let blocks = [embeddings.block(0), embeddings.block(8)];
        for i in 0..220 {
            let margins = embeddings.margins(features.row(i));
            for (block, margins) in blocks.iter().zip(&margins) {
                for (by_block, margin) in block.margins(features.row(i)).iter().zip(margins) {
                    assert!((by_block - margin).abs() < 1e-3, "{by_block} {margin}");
                }
            }
            let margins = margins.as_flattened();
            assert!(margins.iter().sum::<f32>().abs() < 1e-3, "{margins:?}");
            assert_eq!(margins[11..], [0.0; 5], "lanes without a class");
        }
        let mut seen = vec![false; features.width()];
        for i in members {
            features.row(i).columns.iter().for_each(|column| seen[*column as usize] = true);
        }
        let unseen = blocks[0].weights.iter().zip(seen).filter(|(_, seen)| !seen);
        assert!(unseen.clone().count() > 0);
        assert!(
            unseen.into_iter().all(|(row, _)| *row == [0.0; LANES]),
            "nothing is known of them"
        );
    }

    /// A fold may have no question of a class (`--allow-singletons`).
    #[test]
    fn a_class_without_questions_is_never_the_answer() {
        let (features, classes) = questions();
        let members: Vec<u32> = (0..220).filter(|i| classes[*i as usize] != 3).collect();
        let embeddings = fit(&features, &classes, &members);
        assert!(members.iter().all(|i| answer(&embeddings, features.row(*i)) != 3));
        let none = fit(&features, &classes, &[]);
        assert!(none.margins(features.row(0)).as_flattened().iter().all(|margin| *margin == 0.0));
    }

    #[test]
    fn a_diverged_classifier_becomes_zero() {
        let mut classifier = Classifier {
            ngrams: vec![[1.0; DIMS], [f32::NAN; DIMS]],
            classes: vec![[[1.0; LANES]; DIMS]],
        };
        classifier.centre(3);
        assert!(classifier.ngrams.as_flattened().iter().all(|value| *value == 0.0));
        assert!(classifier.classes.as_flattened().as_flattened().iter().all(|value| *value == 0.0));
    }
}
