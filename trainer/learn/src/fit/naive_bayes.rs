//! Multinomial naive Bayes, whose weights are added to those of the SVMs.
//!
//! With n(f,k) the values of n-gram f summed over the questions of class k, and V the number of n-grams,
//!
//! ```text
//! e(f,k) = ln (n(f,k) + α) - ln (Σ_f n(f,k) + α V)          the smoothed log-probability
//! E(f,k) = s(f) (e(f,k) - mean over k of e(f,k))            the NB weight; s: the selectivity of f
//! ```
//!
//! Instead of ln (n + α) the code computes ln (1 + n/α), which is smaller by ln α: that cancels in E, and the value of
//! classes without the n-gram is 0.
//!
//! An SVM may give a great weight to a rare n-gram that happens to separate the training questions; naive Bayes
//! weights each n-gram by its own frequencies only. Their errors differ, most with few examples (Ng and Jordan 2002).
//! Both are linear, so their sum is one table of rows, and serving needs nothing new. `metrics.json` has the mixing
//! strength that cross-validation chose (`choices`).

use super::block::{Block, LANES};
use super::features::FeatureMatrix;
use super::selectivity::ColumnSums;

/// α, in the unit of the values, whose L2 norm is 1 in each family of a question. Accuracy hardly depends on it.
const SMOOTHING: f64 = 0.003;

/// A fit to the questions of each class. The sums n(f,k) are computed again for each block.
pub(super) struct NaiveBayes<'a> {
    features: &'a FeatureMatrix,
    questions_by_class: &'a [Vec<u32>],
    selectivity: &'a [f32],
    /// Mean over the classes of ln (1 + n(f,k)/α).
    means: Vec<f32>,
    /// -ln (Σ_f n(f,k) + α V) of each class, less the mean over the classes.
    minus_log_totals: Vec<f32>,
}

impl<'a> NaiveBayes<'a> {
    /// Fits to the questions of each class, from which `selectivity` was computed.
    pub(super) fn fit(
        features: &'a FeatureMatrix,
        questions_by_class: &'a [Vec<u32>],
        selectivity: &'a [f32],
    ) -> Self {
        let count = questions_by_class.len() as f64;
        let mut sums = ColumnSums::new(features.gram_columns());
        let mut means = vec![0f64; features.gram_columns()];
        let mut totals = Vec::with_capacity(questions_by_class.len());
        for members in questions_by_class {
            sums.add(features, members, |value| value);
            let mut total = 0f64;
            sums.drain(|column, sum| {
                means[column] += log_ratio(sum);
                total += f64::from(sum);
            });
            totals.push(total);
        }
        let seen = means.iter().filter(|sum| **sum > 0.0).count() as f64;
        // a class without questions gets the average total of the others
        let nonempty = totals.iter().filter(|total| **total > 0.0).count().max(1) as f64;
        let average = totals.iter().sum::<f64>() / nonempty;
        let minus_log_totals: Vec<f64> = totals
            .iter()
            .map(|&total| if total > 0.0 { total } else { average })
            .map(|total| -(total + SMOOTHING * seen.max(1.0)).ln())
            .collect();
        let mean = minus_log_totals.iter().sum::<f64>() / count;
        NaiveBayes {
            features,
            questions_by_class,
            selectivity,
            means: means.iter().map(|sum| (sum / count) as f32).collect(),
            minus_log_totals: minus_log_totals.iter().map(|total| (total - mean) as f32).collect(),
        }
    }

    /// The NB weights E of the classes from `first` on.
    pub(super) fn block(&self, first: u32) -> Block {
        let mut weights = vec![[0f32; LANES]; self.features.width()];
        let mut sums = ColumnSums::new(self.features.gram_columns());
        let classes = self.questions_by_class[first as usize..].iter().take(LANES);
        for (lane, members) in classes.enumerate() {
            sums.add(self.features, members, |value| value);
            sums.drain(|column, sum| weights[column][lane] = log_ratio(sum) as f32);
        }
        let minus_log_totals = &self.minus_log_totals[first as usize..];
        for ((weights, mean), selectivity) in
            weights.iter_mut().zip(&self.means).zip(self.selectivity)
        {
            // an n-gram that no question has keeps the weight 0
            if *mean > 0.0 {
                for (weight, minus_log_total) in weights.iter_mut().zip(minus_log_totals) {
                    *weight = selectivity * (*weight - mean + minus_log_total);
                }
            }
        }
        Block { first, weights, bias: [0.0; LANES] }
    }
}

/// ln (1 + n/α).
fn log_ratio(sum: f32) -> f64 {
    (f64::from(sum) / SMOOTHING).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::selectivity::selectivity;
    use crate::fit::settings::Settings;
    use crate::split::by_class;

    /// The formulas of this module and of `selectivity`, in f64, without any shortcut.
    fn by_formula(features: &FeatureMatrix, by_class: &[Vec<u32>]) -> Vec<Vec<f64>> {
        let (count, width) = (by_class.len(), features.gram_columns());
        let mut sums = vec![vec![0f64; count]; width];
        let mut seen = vec![vec![0f64; count]; width];
        for (class, members) in by_class.iter().enumerate() {
            for row in members.iter().map(|&i| features.row(i)) {
                for (&column, &value) in row.columns.iter().zip(row.values) {
                    sums[column as usize][class] += f64::from(value);
                    seen[column as usize][class] += 1.0;
                }
            }
        }
        let all = by_class.iter().map(Vec::len).sum::<usize>() as f64;
        let grams = sums.iter().filter(|row| row.iter().sum::<f64>() > 0.0).count() as f64;
        let total =
            |class: usize| (sums.iter().map(|row| row[class]).sum::<f64>() + 0.003 * grams).ln();
        let row = |column: usize| {
            let questions = seen[column].iter().sum::<f64>();
            if questions == 0.0 {
                return vec![0.0; count];
            }
            let divergence: f64 = (0..count)
                .map(|class| {
                    let q = by_class[class].len() as f64 / all;
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

    fn features(texts: &[String]) -> FeatureMatrix {
        let settings =
            Settings { word_bits: 6, subword_bits: 8, pair_bits: 7, ..Settings::default() };
        FeatureMatrix::extract(texts, settings.space(11), &settings, None)
    }

    /// Eleven classes, so two blocks, of one to three questions.
    fn questions() -> (Vec<String>, Vec<u32>) {
        let classes: Vec<u32> = (0..24).map(|i| (i * i + i / 7) % 11).chain(0..11).collect();
        let text = |(i, class): (usize, &u32)| format!("what of {class} and word{} now", i % 5);
        (classes.iter().enumerate().map(text).collect(), classes)
    }

    #[test]
    fn blocks_follow_the_formulas() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let by_class = by_class(&classes, 11, 0..classes.len() as u32);
        let own = selectivity(&features, &by_class);
        let naive_bayes = NaiveBayes::fit(&features, &by_class, &own);
        let plain = by_formula(&features, &by_class);
        for first in [0, 8] {
            let block = naive_bayes.block(first);
            for (column, plain) in plain.iter().enumerate() {
                for (plain, value) in plain[first as usize..].iter().zip(block.weights[column]) {
                    assert!((plain - f64::from(value)).abs() < 1e-4, "{column}: {plain} {value}");
                }
            }
        }
    }

    /// A class of which a fold has no question (`--allow-singletons`) must not be the likeliest of all
    /// because no n-gram speaks against it.
    #[test]
    fn a_class_without_questions_is_no_better_than_others() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let others: Vec<u32> = (0u32..).zip(&classes).filter(|c| *c.1 != 3).map(|c| c.0).collect();
        let by_class = by_class(&classes, 11, others.iter().copied());
        let own = selectivity(&features, &by_class);
        let block = NaiveBayes::fit(&features, &by_class, &own).block(0);
        for &i in &others {
            let margins = block.margins(features.row(i));
            let best = margins.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            assert!(best.is_some_and(|best| best.0 != 3), "{margins:?}");
        }
    }

    #[test]
    fn n_grams_of_one_class_are_more_selective_than_those_of_all() {
        let (texts, classes) = questions();
        let features = features(&texts);
        let by_class = by_class(&classes, 11, 0..classes.len() as u32);
        let own = selectivity(&features, &by_class);
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
        let by_class = by_class(&[0, 0], 1, [0, 1]);
        let own = selectivity(&features, &by_class);
        let block = NaiveBayes::fit(&features, &by_class, &own).block(0);
        assert!(block.weights.iter().all(|lanes| lanes[0] == 0.0));
    }
}
