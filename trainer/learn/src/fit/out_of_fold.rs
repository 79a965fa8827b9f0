//! Margins of questions by hyperplanes that were not fitted on them, and what these margins decide:
//! how far the weights of the n-grams follow their selectivity, and the shares of naive Bayes and of the
//! embeddings.

use super::Settings;
use super::embeddings;
use super::features::Features;
use super::planes::Planes;
use super::rows::LANES;
use super::share;
use crate::progress::{Progress, Stage};
use crate::random::rng;
use crate::split;
use intent_dataset::Dataset;
use ndarray::Array2;
use rand::seq::index::sample;
use rayon::prelude::*;

/// Margins (questions × classes) that a head is learned from: 200 MB of f64. Of more data, a sample
/// of the questions is held out once.
const MOST_MARGINS: usize = 25_000_000;
/// Powers of the selectivity that cross-validation chooses from. On many clear examples it takes 0
/// (banking77, clinc150), on noisy ones .5 (the sample): `choices` in `metrics.json`.
const EXPONENTS: [f64; 2] = [0.0, 0.5];
/// Questions that are enough to choose between them: each further fold is one more fit.
const JUDGED: usize = 3000;
/// Of more questions the weights do not follow the selectivity: n-grams have been seen often enough, and
/// each power holds its own copy of the values.
const MOST_SELECTIVE: usize = 200_000;
/// Fewer questions than this are dealt into [`MANY_FOLDS`]: a fit costs little then, and one without a
/// third of them is another one.
const FEW: usize = 2000;
const MANY_FOLDS: u8 = 5;

/// Margins of questions by hyperplanes that were not fitted on them.
pub(super) struct OutOfFold {
    /// Questions × classes, in standard deviations.
    pub(super) margins: Array2<f64>,
    /// The class of each question.
    pub(super) classes: Vec<u32>,
    /// The near-duplicates of each question have its number.
    pub(super) groups: Vec<u32>,
    /// The standard deviation.
    pub(super) sigma: f64,
    /// The power of the selectivity.
    pub(super) exponent: f64,
    /// What naive Bayes is taken by.
    pub(super) bayes: Share,
    /// What the embeddings are taken by.
    pub(super) embeddings: Share,
    /// How many of the questions these margins answer rightly.
    pub(super) right: usize,
}

/// How much of something is added to the margins.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Share {
    /// In standard deviations beside one of the margins.
    pub(super) share: f64,
    /// By what hyperplanes are multiplied for that share.
    pub(super) scale: f64,
}

/// What cross-validation need not decide.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fixed {
    /// The power of the selectivity.
    pub(super) exponent: Option<f64>,
    /// The share of naive Bayes.
    pub(super) bayes: Option<f64>,
    /// The share of the embeddings.
    pub(super) embeddings: Option<f64>,
}

/// A question that is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Its row among all margins.
    pub(super) row: usize,
    /// Its number in the data.
    pub(super) question: u32,
    /// Its class.
    pub(super) class: u32,
}

/// The questions of one fold as the others answer them.
pub(super) struct Answered {
    /// What was asked.
    pub(super) questions: Vec<Asked>,
    /// Questions × classes: the SVMs', and what was added to them.
    pub(super) margins: Array2<f32>,
    /// Questions × classes: what may be added next.
    pub(super) beside: Array2<f32>,
}

impl OutOfFold {
    /// Chooses exponent and share, but for what is `fixed`. Of `data` the questions are asked that have a
    /// group, the first ones; what follows them is in all that is fitted on.
    pub(super) fn of(
        features: &Features,
        data: &Dataset,
        groups: &[u32],
        settings: &Settings,
        fixed: Fixed,
        progress: &dyn Progress,
    ) -> Self {
        let (classes, count) = (data.labels.len(), groups.len());
        let folds = if count < FEW { settings.folds.max(MANY_FOLDS) } else { settings.folds };
        let most = (MOST_MARGINS / classes).max(1);
        let own = &data.classes[..count];
        let fold_of = split::folds(own, groups, classes, folds.into(), settings.seed, "rows");
        let asked = asked(&fold_of, most, settings.seed);
        // where a sample of one fold is enough, one fit is
        let fits = if asked.len() < count { 1 } else { folds };
        let exponents = match &fixed.exponent {
            Some(exponent) => std::slice::from_ref(exponent),
            None if count > MOST_SELECTIVE => &EXPONENTS[..1],
            None => &EXPONENTS[..],
        };
        let judged = match exponents.len() {
            1 => 0,
            _ => JUDGED.div_ceil((asked.len() / usize::from(fits)).max(1)).min(fits.into()) as u8,
        };
        let more = usize::from(judged) * (exponents.len() - 1);
        let steps = classes.div_ceil(LANES) * (usize::from(fits) + more);
        let bar = progress.stage("out-of-fold margins", steps);
        let outside = |fold: u8| -> Vec<(usize, u32)> {
            let of_fold =
                |(row, &i): (usize, &u32)| (fold_of[i as usize] == fold).then_some((row, i));
            asked.iter().enumerate().filter_map(of_fold).collect()
        };
        let inside = |fold: u8| -> Vec<u32> {
            (0..data.len() as u32).filter(|&i| fold_of.get(i as usize) != Some(&fold)).collect()
        };
        let answer = |exponent: f64, fold: u8| {
            let inside = inside(fold);
            let planes = Planes::of(features, data, &inside, exponent);
            Answered::of(&planes, data, &outside(fold), settings, &*bar)
        };
        let tried = exponents.iter().map(|&exponent| {
            let parts: Vec<Answered> = (0..judged).map(|fold| answer(exponent, fold)).collect();
            (share::best(&parts, &share::OF_BAYES).1, exponent, parts)
        });
        let best = tried.reduce(|a, b| if b.0 > a.0 { b } else { a });
        let (_, exponent, mut parts) = best.unwrap_or_default();
        parts.extend((judged..fits).map(|fold| answer(exponent, fold)));
        let bayes = add(&mut parts, fixed.bayes, &share::OF_BAYES);
        drop(bar);
        let embeddings = if classes > embeddings::MOST_CLASSES || fixed.embeddings == Some(0.0) {
            Share::default()
        } else {
            let bar = progress.stage("out-of-fold embeddings", parts.len());
            parts.par_iter_mut().zip(0..fits).for_each(|(part, fold)| {
                let inside = inside(fold);
                let planes = Planes::of(features, data, &inside, exponent);
                part.ask(&planes, settings);
                bar.tick();
            });
            add(&mut parts, fixed.embeddings, &share::OF_EMBEDDINGS)
        };
        let right = share::right(&parts, 0.0);
        let mut margins = Array2::zeros((asked.len(), classes));
        for part in &parts {
            for (asked, own) in part.questions.iter().zip(part.margins.outer_iter()) {
                let pairs = margins.row_mut(asked.row).into_iter().zip(own);
                pairs.for_each(|(margin, own)| *margin = f64::from(*own));
            }
        }
        drop(parts);
        let sigma = deviation(margins.iter().copied());
        margins /= sigma;
        let of = |from: &[u32]| asked.iter().map(|&i| from[i as usize]).collect();
        let (classes, groups) = (of(&data.classes), of(groups));
        OutOfFold { margins, classes, groups, sigma, exponent, bayes, embeddings, right }
    }
}

impl Answered {
    /// The questions `outside`, each with its row, by the SVMs and naive Bayes of `planes`.
    fn of(
        planes: &Planes<'_>,
        data: &Dataset,
        outside: &[(usize, u32)],
        settings: &Settings,
        bar: &dyn Stage,
    ) -> Self {
        let blocks = planes.fit(settings, bar, |svms, bayes| {
            let ask = |&(_, i): &(usize, u32)| {
                let x = planes.features.row(i);
                (svms.margins(x), bayes.margins(x))
            };
            outside.iter().map(ask).collect::<Vec<_>>()
        });
        let classes = data.labels.len();
        let mut margins = Array2::zeros((outside.len(), classes));
        let mut beside = Array2::zeros((outside.len(), classes));
        for (block, part) in blocks.iter().enumerate() {
            for (row, (svms, bayes)) in part.iter().enumerate() {
                let first = block * LANES;
                for class in first..classes.min(first + LANES) {
                    margins[(row, class)] = svms[class - first];
                    beside[(row, class)] = bayes[class - first];
                }
            }
        }
        let of =
            |&(row, i): &(usize, u32)| Asked { row, question: i, class: data.classes[i as usize] };
        Answered { questions: outside.iter().map(of).collect(), margins, beside }
    }

    /// Asks the embeddings of `planes` the same questions: theirs are now the margins beside.
    fn ask(&mut self, planes: &Planes<'_>, settings: &Settings) {
        let embeddings = planes.embeddings(settings);
        for (asked, mut row) in self.questions.iter().zip(self.beside.outer_iter_mut()) {
            let margins = embeddings.margins(planes.features.row(asked.question));
            row.iter_mut().zip(margins.as_flattened()).for_each(|(to, margin)| *to = *margin);
        }
    }
}

/// Adds what is beside the margins to them, by `fixed` or by that of `shares` which answers most.
fn add(parts: &mut [Answered], fixed: Option<f64>, shares: &[f64]) -> Share {
    let share = fixed.unwrap_or_else(|| share::best(parts, shares).0);
    let scale = share::scale(share::deviations(parts), share);
    for part in parts {
        part.margins.scaled_add(scale as f32, &part.beside);
    }
    Share { share, scale }
}

/// The questions whose margins are computed, ascending: all, or `most` of the first fold.
fn asked(fold_of: &[u8], most: usize, seed: u64) -> Vec<u32> {
    if fold_of.len() <= most {
        return (0..fold_of.len() as u32).collect();
    }
    let first: Vec<u32> = (0u32..).zip(fold_of).filter(|f| *f.1 == 0).map(|f| f.0).collect();
    let mut rng = rng(seed, "held out", 0);
    let mut places = sample(&mut rng, first.len(), most.min(first.len())).into_vec();
    places.sort_unstable();
    places.into_iter().map(|place| first[place]).collect()
}

/// Standard deviation; 1 where they do not differ.
pub(super) fn deviation(margins: impl Iterator<Item = f64> + Clone) -> f64 {
    let (count, sum) = margins.clone().fold((0f64, 0f64), |(n, sum), m| (n + 1.0, sum + m));
    let mean = sum / count.max(1.0);
    let squares = margins.map(|m| (m - mean).powi(2)).sum::<f64>();
    let sigma = (squares / count.max(1.0)).sqrt();
    if sigma > 0.0 { sigma } else { 1.0 }
}
