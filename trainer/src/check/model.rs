//! Checks the labels by a model: finds pairs that it cannot distinguish, and labels that it rejects.
//!
//! The model answers questions that it was not fitted on, nor on near-duplicates of them.

use super::classes::RARE;
use super::finding::{Finding, Row};
use super::kind::FindingKind;
use intent_dataset::Dataset;
use intent_learn::calibrate::argmax;
use intent_learn::fit::{self, Settings};
use intent_learn::progress::Progress;
use intent_learn::stats;
use std::collections::BTreeMap;

/// A label with at most this probability is doubted: the model gives it one chance in a hundred.
/// `bench/mislabelled.py` measures what that finds (docs/check.md).
pub(crate) const UNLIKELY: f64 = 0.01;
/// Probability that another label must have: without one, the model knows nothing better.
pub(crate) const LIKELY: f64 = 0.5;
/// Two labels are alike where they are told apart by less than this, half-way from guessing (0)
/// to never wrong (1).
pub(crate) const APART: f64 = 0.5;

/// Doubts about the labels of `data`, of which `rows` are the rows, and the accuracy out of fold.
#[must_use]
pub(crate) fn findings(
    rows: &[Row<'_>],
    data: &Dataset,
    settings: &Settings,
    progress: &dyn Progress,
) -> (Vec<Finding>, f64) {
    let probabilities = fit::out_of_fold_probabilities(data, settings, progress);
    let answers: Vec<usize> =
        probabilities.outer_iter().map(|row| argmax(row.iter().copied())).collect();
    let truth = || data.classes.iter().map(|&c| c as usize);
    let sizes = data.class_sizes();
    let names = shown(data);
    let mut findings = alike(rows, data, &answers, &names);
    let mut doubts: Vec<Finding> = Vec::new();
    for (i, (own, answer)) in truth().zip(&answers).enumerate() {
        let (mine, best) = (probabilities[(i, own)], probabilities[(i, *answer)]);
        // a rare label is never likely
        if mine <= UNLIKELY && best >= LIKELY && sizes[own] >= RARE {
            let message = format!(
                "{} has a probability of {mine:.4}, {} of {best:.2}",
                names[own], names[*answer]
            );
            let suggestion = Some(data.labels.keys()[*answer].clone());
            let doubt = Finding::new(FindingKind::LikelyMislabelled, message, [&rows[i]]);
            doubts.push(Finding { suggestion, score: Some(mine), ..doubt });
        }
    }
    doubts.sort_by(|a, b| a.score.unwrap_or(1.0).total_cmp(&b.score.unwrap_or(1.0)));
    findings.extend(doubts);
    let right = truth().zip(&answers).filter(|(own, answer)| own == *answer).count();
    (findings, right as f64 / data.len().max(1) as f64)
}

/// Each label as the data writes it, with its name where that is another.
fn shown(data: &Dataset) -> Vec<String> {
    let names = data.labels.names().into_iter().zip(data.labels.keys());
    names
        .map(|(n, key)| if n == *key { format!("{key:?}") } else { format!("{key} {n:?}") })
        .collect()
}

/// Pairs of labels that are hardly told apart. Of the questions of both that get one of the two
/// answers, informedness = P(answer a | a) - P(answer a | b) is 0 if the model guesses,
/// whatever the labels' sizes (Powers 2011). The upper end of its 95 % interval decides.
fn alike(rows: &[Row<'_>], data: &Dataset, answers: &[usize], names: &[String]) -> Vec<Finding> {
    let mut given: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (i, (&class, &answer)) in data.classes.iter().zip(answers).enumerate() {
        given.entry((class as usize, answer)).or_default().push(i);
    }
    let count = |truth, answer| given.get(&(truth, answer)).map_or(0, Vec::len);
    let mut pairs: Vec<(usize, usize)> =
        given.keys().filter(|(t, a)| t != a).map(|&(t, a)| (t.min(a), t.max(a))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut findings = Vec::new();
    for (a, b) in pairs {
        let (aa, ab, ba, bb) = (count(a, a), count(a, b), count(b, a), count(b, b));
        if aa + ab < RARE || ba + bb < RARE {
            continue;
        }
        let (informedness, upper) = difference(aa, aa + ab, ba, ba + bb);
        if upper >= APART {
            continue;
        }
        let message = format!(
            "{} and {}: {ab} of {} and {ba} of {} questions are taken for the other",
            names[a],
            names[b],
            aa + ab,
            ba + bb
        );
        let mistakes = [(a, b), (b, a)].into_iter().filter_map(|pair| given.get(&pair));
        let examples = mistakes.flat_map(|all| all.iter().take(3).map(|&i| &rows[i]));
        let finding = Finding::new(FindingKind::LabelsAlike, message, examples);
        findings.push(Finding { score: Some(informedness), ..finding });
    }
    findings.sort_by(|a, b| a.score.unwrap_or(1.0).total_cmp(&b.score.unwrap_or(1.0)));
    findings
}

/// The difference of the shares x/n and y/m, and the upper end of its 95 % interval (Newcombe
/// 1998, method 10: from Wilson's intervals of both).
fn difference(x: usize, n: usize, y: usize, m: usize) -> (f64, f64) {
    let share = |x: usize, n: usize| x as f64 / n as f64;
    let difference = share(x, n) - share(y, m);
    let interval = |x: usize, n: usize| stats::wilson(x as f64, n as f64);
    let up = interval(x, n).high - share(x, n);
    let down = share(y, m) - interval(y, m).low;
    (difference, difference + up.hypot(down))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, table II, method 10: (a) 56/70 - 48/80 is 0.2, 0.0524 to 0.3339.
    #[test]
    fn the_interval_of_a_difference_is_newcombe_s() {
        let (difference, upper) = difference(56, 70, 48, 80);
        assert!((difference - 0.2).abs() < 1e-12);
        assert!((upper - 0.3339).abs() < 5e-5, "{upper}");
    }
}
