//! Naive Bayes beside the SVMs: what each n-gram says for each class when it is asked by itself.
//!
//! With n(f,k) the values of n-gram f summed over the questions of class k, and V n-grams in all,
//!
//! ```text
//! e(f,k) = ln (n(f,k) + α) - ln (Σ_f n(f,k) + α V)          multinomial naive Bayes
//! E(f,k) = s(f) (e(f,k) - mean over k of e(f,k))            s: the selectivity of f
//! ```
//!
//! An SVM looks for what separates the questions that it has, and gives rare n-grams that happen to do so
//! great weights; naive Bayes adds up what is likely. Their errors differ, the more the fewer examples
//! there are (Ng and Jordan 2002), and both are linear, so that their sum is one table of rows, and
//! serving does not know of it. `metrics.json` has the share that cross-validation chose (`choices`).

use super::features::Features;
use super::rows::{Block, LANES};
use super::selectivity::Tally;

/// α, in values: those of a question are of length 1 in each family. Accuracy hardly depends on it.
const SMOOTHING: f64 = 0.003;

/// What the questions of each class say, but for the n-grams' own sums.
pub(super) struct Evidence<'a> {
    features: &'a Features,
    of: &'a [Vec<u32>],
    selectivity: &'a [f32],
    /// Mean over the classes of ln (1 + n(f,k)/α).
    means: Vec<f32>,
    /// -ln (Σ_f n(f,k) + α V), less the mean over the classes.
    lengths: Vec<f32>,
}

impl<'a> Evidence<'a> {
    /// By the questions `of` of each class, of which `selectivity` was made.
    pub(super) fn of(features: &'a Features, of: &'a [Vec<u32>], selectivity: &'a [f32]) -> Self {
        let count = of.len() as f64;
        let mut tally = Tally::new(features.grams());
        let mut means = vec![0f64; features.grams()];
        let mut totals = Vec::with_capacity(of.len());
        for members in of {
            tally.count(features, members, |value| value);
            let mut total = 0f64;
            tally.take(|column, sum| {
                means[column] += gain(sum);
                total += f64::from(sum);
            });
            totals.push(total);
        }
        let seen = means.iter().filter(|sum| **sum > 0.0).count() as f64;
        // a class without questions is as long as the others are
        let some = totals.iter().filter(|total| **total > 0.0).count().max(1) as f64;
        let usual = totals.iter().sum::<f64>() / some;
        let lengths: Vec<f64> = totals
            .iter()
            .map(|&total| if total > 0.0 { total } else { usual })
            .map(|total| -(total + SMOOTHING * seen.max(1.0)).ln())
            .collect();
        let mean = lengths.iter().sum::<f64>() / count;
        Evidence {
            features,
            of,
            selectivity,
            means: means.iter().map(|sum| (sum / count) as f32).collect(),
            lengths: lengths.iter().map(|length| (length - mean) as f32).collect(),
        }
    }

    /// E of the classes from `first` on.
    pub(super) fn block(&self, first: u32) -> Block {
        let mut values = vec![[0f32; LANES]; self.features.width()];
        let mut tally = Tally::new(self.features.grams());
        let used = LANES.min(self.of.len() - first as usize);
        for (lane, members) in self.of[first as usize..].iter().take(used).enumerate() {
            tally.count(self.features, members, |value| value);
            tally.take(|column, sum| values[column][lane] = gain(sum) as f32);
        }
        let lengths = &self.lengths[first as usize..];
        for ((values, mean), own) in values.iter_mut().zip(&self.means).zip(self.selectivity) {
            // of an n-gram that no question has, nothing is known
            if *mean > 0.0 {
                for (value, length) in values.iter_mut().zip(lengths) {
                    *value = own * (*value - mean + length);
                }
            }
        }
        Block { first, values, bias: [0.0; LANES] }
    }
}

/// ln (1 + n/α).
fn gain(sum: f32) -> f64 {
    (f64::from(sum) / SMOOTHING).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::Settings;
    use crate::fit::selectivity::{by_class, selectivity};

    /// By the formulas of this module and of `selectivity`, in f64, without any shortcut.
    fn plainly(features: &Features, of: &[Vec<u32>]) -> Vec<Vec<f64>> {
        let (count, width) = (of.len(), features.grams());
        let mut sums = vec![vec![0f64; count]; width];
        let mut seen = vec![vec![0f64; count]; width];
        for (class, members) in of.iter().enumerate() {
            for row in members.iter().map(|&i| features.row(i)) {
                for (&column, &value) in row.columns.iter().zip(row.values) {
                    sums[column as usize][class] += f64::from(value);
                    seen[column as usize][class] += 1.0;
                }
            }
        }
        let all = of.iter().map(Vec::len).sum::<usize>() as f64;
        let grams = sums.iter().filter(|of| of.iter().sum::<f64>() > 0.0).count() as f64;
        let total =
            |class: usize| (sums.iter().map(|of| of[class]).sum::<f64>() + 0.003 * grams).ln();
        let row = |column: usize| {
            let questions = seen[column].iter().sum::<f64>();
            if questions == 0.0 {
                return vec![0.0; count];
            }
            let divergence: f64 = (0..count)
                .map(|class| {
                    let q = of[class].len() as f64 / all;
                    let p = (seen[column][class] + 5.0 * q) / (questions + 5.0);
                    p * (p / q).ln()
                })
                .sum();
            let e: Vec<f64> =
                (0..count).map(|k| (sums[column][k] + 0.003).ln() - total(k)).collect();
            let mean = e.iter().sum::<f64>() / count as f64;
            let own = (divergence / (count as f64).ln()).clamp(1e-3, 1.0);
            e.iter().map(|e| own * (e - mean)).collect()
        };
        (0..width).map(row).collect()
    }

    fn features(texts: &[String]) -> Features {
        let settings =
            Settings { word_bits: 6, subword_bits: 8, pair_bits: 7, ..Settings::default() };
        Features::of(texts, settings.space(11), &settings, None)
    }

    /// Eleven classes, so two blocks, of one to three questions.
    fn questions() -> (Vec<String>, Vec<u32>) {
        let classes: Vec<u32> = (0..24).map(|i| (i * i + i / 7) % 11).chain(0..11).collect();
        let text = |(i, class): (usize, &u32)| format!("what of {class} and word{} now", i % 5);
        (classes.iter().enumerate().map(text).collect(), classes)
    }

    #[test]
    fn blocks_hold_what_the_formulas_say() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let of = by_class(&classes, 11, &(0..classes.len() as u32).collect::<Vec<_>>());
        let own = selectivity(&features, &of);
        let evidence = Evidence::of(&features, &of, &own);
        let plain = plainly(&features, &of);
        for first in [0, 8] {
            let block = evidence.block(first);
            for (column, plain) in plain.iter().enumerate() {
                for (plain, value) in plain[first as usize..].iter().zip(block.values[column]) {
                    assert!((plain - f64::from(value)).abs() < 1e-4, "{column}: {plain} {value}");
                }
            }
        }
    }

    /// A class of which a fold has no question (`--allow-singletons`) must not be the likeliest of all
    /// for want of n-grams that speak against it.
    #[test]
    fn a_class_without_questions_is_no_better_than_others() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let others: Vec<u32> = (0u32..).zip(&classes).filter(|c| *c.1 != 3).map(|c| c.0).collect();
        let of = by_class(&classes, 11, &others);
        let own = selectivity(&features, &of);
        let block = Evidence::of(&features, &of, &own).block(0);
        for &i in &others {
            let margins = block.margins(features.row(i));
            let best = margins.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            assert!(best.is_some_and(|best| best.0 != 3), "{margins:?}");
        }
    }

    #[test]
    fn what_is_said_in_one_class_only_is_more_selective_than_what_all_say() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let of = by_class(&classes, 11, &(0..classes.len() as u32).collect::<Vec<_>>());
        let own = selectivity(&features, &of);
        assert!(own.iter().all(|s| (1e-3..=1.0).contains(s)));
        let row = |text: &str| {
            let at = texts.iter().position(|t| t.contains(text)).expect("there");
            features.row(at as u32).columns.to_vec()
        };
        let shared: Vec<u32> =
            row("of 1 ").into_iter().filter(|c| row("of 2 ").contains(c)).collect();
        let least = |columns: &[u32]| {
            columns.iter().map(|c| own[*c as usize]).fold(f32::INFINITY, f32::min)
        };
        let most = |columns: &[u32]| columns.iter().map(|c| own[*c as usize]).fold(0f32, f32::max);
        assert!(least(&shared) < 0.1 && most(&row("of 1 ")) > 0.2);
    }

    #[test]
    fn one_class_has_nothing_to_tell_apart() {
        let texts = ["one text".to_owned(), "another text".to_owned()];
        let features = features(&texts);
        let of = by_class(&[0, 0], 1, &[0, 1]);
        let own = selectivity(&features, &of);
        let block = Evidence::of(&features, &of, &own).block(0);
        assert!(block.values.iter().all(|lanes| lanes[0] == 0.0));
    }
}
