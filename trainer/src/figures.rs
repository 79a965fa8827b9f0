//! The performance measures that are reported: their names, and how each is read from an evaluation.
//!
//! The console table, the model card, the report, `inspect`, `predict`, `variability` and the OCI
//! annotations iterate over [`MEASURES`]. A further measure is one entry there, a field of
//! [`Evaluation`] and, for its interval, one of [`HeadlineFigures`] and [`Intervals`].

use intent_learn::evaluate::{Evaluation, HeadlineFigures, Intervals};
use intent_learn::stats::Interval;
use intent_runtime::Figures;

/// A measure of a model's answers.
pub(crate) struct Measure {
    /// Key in JSON; the OCI annotation has `-` for `_`.
    pub(crate) key: &'static str,
    /// Name within a sentence.
    pub(crate) name: &'static str,
    /// Name in a table.
    pub(crate) heading: &'static str,
    /// Position and name among the tiles of the report.
    pub(crate) tile: Option<(u8, &'static str)>,
    /// Place on the model card.
    pub(crate) card: Card,
    /// Whether it is one of the few that summarize a model: in the last line of `predict`, in the
    /// annotations of a registry.
    pub(crate) headline: bool,
    /// Reads its value.
    pub(crate) value: fn(&Evaluation) -> f64,
    /// Reads its 95 % interval.
    pub(crate) interval: fn(&Intervals) -> Option<Interval>,
    /// Reads its value from a resample or a fold; absent for those that equal another measure.
    pub(crate) point: Option<fn(&HeadlineFigures) -> f64>,
    /// Reads its value from a component's description of itself, if that holds it.
    pub(crate) carried: Option<fn(&Figures) -> f64>,
}

/// Place of a measure on the model card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Card {
    /// Not shown: it equals another measure.
    Omitted,
    /// The next cell of the row of this average.
    Average(Average),
    /// A sentence that begins with this name.
    Sentence(&'static str),
}

/// Mean over the answers or over the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Average {
    /// Over the answers.
    Micro,
    /// Over the classes.
    Macro,
}

/// All measures, in the order of the tables.
pub(crate) const MEASURES: &[Measure] = &[
    Measure {
        key: "accuracy",
        name: "accuracy",
        heading: "accuracy",
        tile: Some((0, "accuracy")),
        card: Card::Omitted,
        headline: true,
        value: |e| e.accuracy,
        interval: |i| Some(i.accuracy),
        point: Some(|p| p.accuracy),
        carried: Some(|f| f.accuracy),
    },
    micro("micro_precision", "micro precision", |e| e.micro_precision),
    micro("micro_recall", "micro recall", |e| e.micro_recall),
    micro("micro_f1", "micro F1", |e| e.micro_f1),
    Measure {
        key: "macro_precision",
        name: "macro precision",
        heading: "macro precision",
        tile: Some((2, "macro precision")),
        card: Card::Average(Average::Macro),
        headline: false,
        value: |e| e.macro_precision,
        interval: |i| i.macro_precision,
        point: Some(|p| p.macro_precision),
        carried: Some(|f| f.macro_precision),
    },
    Measure {
        key: "macro_recall",
        name: "macro recall",
        heading: "macro recall",
        tile: Some((3, "macro recall")),
        card: Card::Average(Average::Macro),
        headline: false,
        value: |e| e.macro_recall,
        interval: |i| i.macro_recall,
        point: Some(|p| p.macro_recall),
        carried: Some(|f| f.macro_recall),
    },
    Measure {
        key: "macro_f1",
        name: "macro F1",
        heading: "macro F1",
        tile: Some((1, "macro F1")),
        card: Card::Average(Average::Macro),
        headline: true,
        value: |e| e.macro_f1,
        interval: |i| i.macro_f1,
        point: Some(|p| p.macro_f1),
        carried: Some(|f| f.macro_f1),
    },
    Measure {
        key: "ece",
        name: "ECE",
        heading: "ECE (15 bins)",
        tile: Some((4, "calibration error")),
        card: Card::Sentence("Expected calibration error (15 bins)"),
        headline: true,
        value: |e| e.ece,
        interval: |i| i.ece,
        point: Some(|p| p.ece),
        carried: Some(|f| f.ece),
    },
];

/// A micro average: with one label and one answer a question, all of them equal the accuracy.
const fn micro(key: &'static str, name: &'static str, value: fn(&Evaluation) -> f64) -> Measure {
    Measure {
        key,
        name,
        heading: name,
        tile: None,
        card: Card::Average(Average::Micro),
        headline: false,
        value,
        interval: |i| Some(i.accuracy),
        point: None,
        carried: None,
    }
}

/// The measures that are shown as tiles, in their order, each with its name there.
pub(crate) fn tiles() -> Vec<(&'static str, &'static Measure)> {
    let named = MEASURES.iter().filter_map(|m| m.tile.map(|(at, name)| (at, name, m)));
    let mut tiles: Vec<_> = named.collect();
    tiles.sort_by_key(|(at, ..)| *at);
    tiles.into_iter().map(|(_, name, measure)| (name, measure)).collect()
}

/// The measures that summarize a model.
pub(crate) fn headline() -> impl Iterator<Item = &'static Measure> {
    MEASURES.iter().filter(|m| m.headline)
}

/// An interval as it stands beside its value: empty if there is none.
pub(crate) fn shown(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("[{:.4}, {:.4}]", i.low, i.high))
}
