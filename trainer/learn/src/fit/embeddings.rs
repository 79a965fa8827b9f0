//! Embeddings of the n-grams beside the SVMs: the classifier of fastText (Joulin et al., EACL 2017).
//!
//! ```text
//! h = Σ_f x(f) e(f)                 e(f): DIMS numbers of n-gram f, random at first
//! p(k) = softmax over k of u(k)·h   u(k): DIMS numbers of class k, 0 at first
//! ```
//!
//! learned by stochastic gradient descent on -ln p of the right class, at a rate that falls to 0. All classes
//! share what few numbers say of an n-gram, where each SVM sees it by itself; the errors differ, the more the
//! fewer examples there are. Several are learned from different beginnings and added up, which takes chance out
//! of them. As u(k)·h is linear in x, one table of rows holds their sum with the SVMs', and serving does not
//! know of it. `metrics.json` has the share that cross-validation chose (`choices`).

use super::features::{Features, SparseRow};
use super::rows::{Block, LANES, Lanes, sum_rows};
use crate::random::rng;
use rand::Rng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

/// How many are learned.
pub const LEARNED: u64 = 4;
/// Numbers of an n-gram.
pub const DIMS: usize = 8;
/// Of more classes none are learned: a visit of a question costs as much as all classes together.
pub(super) const MOST_CLASSES: usize = 300;
/// Visits of questions, in as many passes as [`PASSES`] allows. More gained nothing on banking77, clinc150 and the
/// sample (out of fold), and visits are most of what embeddings cost.
const VISITS: usize = 40_000;
const PASSES: std::ops::RangeInclusive<usize> = 3..=12;
/// The rate at first, by the squared length of a question's vector, which makes it the same for any number
/// of families. Twice as much gained nothing on banking77 (out of fold).
const RATE: f32 = 0.45;
/// A question whose class is given all but this is left out of the next pass.
const EASY: f32 = 0.05;
/// A block of classes is left as it is where each is given less than this.
const UNLIKELY: f32 = 1e-4;

type Embedding = [f32; DIMS];
/// u of some classes: their numbers of a dimension lie side by side.
type Classes = [Lanes; DIMS];

/// Several classifiers, whose margins are added up.
pub(super) struct Embeddings(Vec<Learned>);

/// One of them: what was learned of the n-grams and of the classes.
struct Learned {
    /// e of each column, zeros where no question has it.
    grams: Vec<Embedding>,
    /// u of each class, less their mean. Lanes beyond the last class are 0.
    classes: Vec<Classes>,
}

impl Embeddings {
    /// Learns to tell `count` classes apart by the questions `members`. Vectors of words that were learned
    /// elsewhere are not looked at. Deterministic: each classifier has a random stream of its own.
    pub(super) fn fit(
        features: &Features,
        classes: &[u32],
        count: usize,
        members: &[u32],
        seed: u64,
    ) -> Self {
        let learn = |index| {
            let rng = rng(seed, "embeddings", index);
            Learned::fit(features, classes, count, members, rng)
        };
        Embeddings((0..LEARNED).into_par_iter().map(learn).collect())
    }

    /// The margins of `x`, in blocks of classes: those of all classes add up to 0.
    pub(super) fn margins(&self, x: SparseRow<'_>) -> Vec<Lanes> {
        let blocks = self.0.first().map_or(0, |learned| learned.classes.len());
        let mut margins = vec![[0f32; LANES]; blocks];
        for learned in &self.0 {
            let h = sum_rows(x, &learned.grams);
            for (margins, classes) in margins.iter_mut().zip(&learned.classes) {
                add_scores(margins, classes, &h);
            }
        }
        margins
    }

    /// The weights of the classes from `first` on.
    pub(super) fn block(&self, first: u32) -> Block {
        let width = self.0.first().map_or(0, |learned| learned.grams.len());
        let mut values = vec![[0f32; LANES]; width];
        for learned in &self.0 {
            let classes = &learned.classes[first as usize / LANES];
            for (values, gram) in values.iter_mut().zip(&learned.grams) {
                add_scores(values, classes, gram);
            }
        }
        Block { first, values, bias: [0.0; LANES] }
    }
}

impl Learned {
    fn fit(
        features: &Features,
        classes: &[u32],
        count: usize,
        members: &[u32],
        mut rng: impl Rng,
    ) -> Self {
        let mut learned = Learned::begin(features, count, members, &mut rng);
        let length = members.iter().map(|&i| energy(grams(features, i))).fold(0f32, f32::max);
        let passes = (VISITS / members.len().max(1)).clamp(*PASSES.start(), *PASSES.end());
        let mut order = members.to_vec();
        let mut easy = vec![false; features.texts()];
        let mut p = vec![[0f32; LANES]; count.div_ceil(LANES)];
        let (mut visit, visits) = (0f32, (passes * members.len()) as f32);
        for pass in 1..=passes {
            order.shuffle(&mut rng);
            for &i in &order {
                let rate = RATE / length * (1.0 - visit / visits);
                visit += 1.0;
                // all are looked at in the last pass
                if std::mem::take(&mut easy[i as usize]) && pass < passes {
                    continue;
                }
                let (x, class) = (grams(features, i), classes[i as usize] as usize);
                let h = learned.probabilities(x, &mut p, count);
                let own = &mut p[class / LANES][class % LANES];
                easy[i as usize] = 1.0 - *own < EASY;
                *own -= 1.0;
                learned.step(x, &h, &p, rate);
            }
        }
        learned.centre(count);
        learned
    }

    /// Small random numbers for each n-gram that a question has.
    fn begin(features: &Features, count: usize, members: &[u32], rng: &mut impl Rng) -> Self {
        let mut seen = vec![false; features.width()];
        for &i in members {
            grams(features, i).columns.iter().for_each(|column| seen[*column as usize] = true);
        }
        let mut random = || rng.random_range(-1f32..1.0) / DIMS as f32;
        let begin = |seen: bool| if seen { std::array::from_fn(|_| random()) } else { [0.0; DIMS] };
        Learned {
            grams: seen.into_iter().map(begin).collect(),
            classes: vec![[[0.0; LANES]; DIMS]; count.div_ceil(LANES)],
        }
    }

    /// The probabilities of the `count` classes, 0 in the lanes behind them; returns h.
    fn probabilities(&self, x: SparseRow<'_>, p: &mut [Lanes], count: usize) -> Embedding {
        let h = sum_rows(x, &self.grams);
        for (p, classes) in p.iter_mut().zip(&self.classes) {
            *p = [0.0; LANES];
            add_scores(p, classes, &h);
        }
        let (p, behind) = p.as_flattened_mut().split_at_mut(count);
        let top = p.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        // libm's, for a step in the last bit goes through all that is learned after it
        p.iter_mut().for_each(|z| *z = libm::expf(*z - top));
        let total: f32 = p.iter().sum();
        p.iter_mut().for_each(|p| *p /= total);
        behind.fill(0.0);
        h
    }

    /// One step down the gradient by the scores, `gradient`.
    fn step(&mut self, x: SparseRow<'_>, h: &Embedding, gradient: &[Lanes], rate: f32) {
        let mut sums = [[0f32; LANES]; DIMS];
        for (gradient, classes) in gradient.iter().zip(&mut self.classes) {
            if gradient.iter().all(|g| g.abs() < UNLIKELY) {
                continue;
            }
            for ((u, sum), h) in classes.iter_mut().zip(&mut sums).zip(h) {
                for lane in 0..LANES {
                    sum[lane] += gradient[lane] * u[lane];
                    u[lane] -= rate * h * gradient[lane];
                }
            }
        }
        let back: Embedding = sums.map(|sum| rate * sum.iter().sum::<f32>());
        for (&column, &value) in x.columns.iter().zip(x.values) {
            let gram = &mut self.grams[column as usize];
            gram.iter_mut().zip(&back).for_each(|(e, back)| *e -= value * back);
        }
    }

    /// Takes what is the same for all classes out of the margins. What has diverged says nothing.
    fn centre(&mut self, count: usize) {
        let classes = self.classes.as_flattened().as_flattened();
        if !self.grams.as_flattened().iter().chain(classes).all(|value| value.is_finite()) {
            self.grams.fill([0.0; DIMS]);
            self.classes.fill([[0.0; LANES]; DIMS]);
        }
        for dim in 0..DIMS {
            let lanes = self.classes.iter_mut().flat_map(|block| &mut block[dim]);
            let of: Vec<&mut f32> = lanes.take(count).collect();
            let mean = of.iter().map(|u| **u).sum::<f32>() / count as f32;
            of.into_iter().for_each(|u| *u -= mean);
        }
    }
}

/// Adds u·h of some classes.
fn add_scores(into: &mut Lanes, classes: &Classes, h: &Embedding) {
    for (u, h) in classes.iter().zip(h) {
        into.iter_mut().zip(u).for_each(|(score, u)| *score += u * h);
    }
}

/// The n-grams of a question, without the vectors of its words.
fn grams(features: &Features, i: u32) -> SparseRow<'_> {
    let SparseRow { columns, values } = features.row(i);
    let end = columns.partition_point(|column| (*column as usize) < features.grams());
    SparseRow { columns: &columns[..end], values: &values[..end] }
}

fn energy(x: SparseRow<'_>) -> f32 {
    x.values.iter().map(|v| v * v).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::Settings;

    /// Eleven classes, so two blocks, and what each question of class 3 to 10 has of its own.
    fn questions() -> (Features, Vec<u32>) {
        let classes: Vec<u32> = (0..220).map(|i| i * 7 % 11).collect();
        let text = |(i, class): (usize, &u32)| format!("what of {class}x and word{} now", i % 5);
        let texts: Vec<String> = classes.iter().enumerate().map(text).collect();
        let settings =
            Settings { word_bits: 8, subword_bits: 10, pair_bits: 9, ..Settings::default() };
        (Features::of(&texts, settings.space(11), &settings, None), classes)
    }

    fn answer(embeddings: &Embeddings, x: SparseRow<'_>) -> usize {
        let margins = embeddings.margins(x);
        let all = margins.as_flattened()[..11].iter().enumerate();
        all.max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |best| best.0)
    }

    #[test]
    fn classes_are_told_apart_by_questions_that_were_not_seen() {
        let (features, classes) = questions();
        let members: Vec<u32> = (0..110).collect();
        let embeddings = Embeddings::fit(&features, &classes, 11, &members, 1);
        let right = (110..220)
            .filter(|i| answer(&embeddings, features.row(*i)) == classes[*i as usize] as usize);
        assert_eq!(right.count(), 110);
    }

    #[test]
    fn blocks_give_the_margins_and_all_margins_add_up_to_nothing() {
        let (features, classes) = questions();
        let members: Vec<u32> = (0..110).collect();
        let embeddings = Embeddings::fit(&features, &classes, 11, &members, 1);
        let blocks = [embeddings.block(0), embeddings.block(8)];
        for i in 0..220 {
            let margins = embeddings.margins(features.row(i));
            for (block, margins) in blocks.iter().zip(&margins) {
                for (own, margin) in block.margins(features.row(i)).iter().zip(margins) {
                    assert!((own - margin).abs() < 1e-3, "{own} {margin}");
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
        let unseen = blocks[0].values.iter().zip(seen).filter(|(_, seen)| !seen);
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
        let embeddings = Embeddings::fit(&features, &classes, 11, &members, 1);
        assert!(members.iter().all(|i| answer(&embeddings, features.row(*i)) != 3));
        let none = Embeddings::fit(&features, &classes, 11, &[], 1);
        assert!(none.margins(features.row(0)).as_flattened().iter().all(|margin| *margin == 0.0));
    }

    #[test]
    fn what_diverged_says_nothing() {
        let mut learned = Learned {
            grams: vec![[1.0; DIMS], [f32::NAN; DIMS]],
            classes: vec![[[1.0; LANES]; DIMS]],
        };
        learned.centre(3);
        assert!(learned.grams.as_flattened().iter().all(|value| *value == 0.0));
        assert!(learned.classes.as_flattened().as_flattened().iter().all(|value| *value == 0.0));
    }
}
