//! Output of a search beside its trials.

use super::study;
use super::trial::{Trial, best};
use super::verdict::{Outcome, TuneVerdict, Z_95};
use crate::config;
use crate::export::plot::{Axis, Chart, Layer, PlotError, Shape, Tone};
use crate::tune::metric::{Estimate, Metric};
use serde_json::{Value, json};
use std::fmt::Write;

/// A finished or interrupted search.
#[derive(Debug)]
pub(crate) struct TuneReport<'a> {
    /// The maximized metric.
    pub(crate) metric: &'a Metric,
    /// The trials, the defaults first.
    pub(crate) trials: &'a [Trial],
    /// Outcome.
    pub(crate) outcome: Outcome,
    /// SHA-256 of the data.
    pub(crate) data: &'a str,
    /// Questions that the search measured on.
    pub(crate) search_questions: usize,
    /// Size limit of the component in bytes, if there is one.
    pub(crate) max_size: Option<u64>,
    /// Whether the defaults had to be scaled down to it.
    pub(crate) shrunk: bool,
}

impl TuneReport<'_> {
    /// `best.toml`: the winner, under what is known of it.
    #[must_use]
    pub(crate) fn toml(&self) -> String {
        let winner = &self.trials[self.outcome.winner];
        let mut comment = format!(
            "intent-trainer tune, metric {}, {} trials, data {}\n\n{}\n",
            self.metric,
            self.trials.len(),
            &self.data[..self.data.len().min(16)],
            self.verdict(),
        );
        let _ =
            writeln!(comment, "\nTrial {}, at most {}.", self.outcome.winner, megabytes(winner));
        config::to_toml(&winner.settings, &comment)
    }

    /// The trials in a table of the best, and the verdict.
    #[must_use]
    pub(crate) fn summary(&self) -> String {
        let mut order: Vec<usize> = (0..self.trials.len()).collect();
        let value = |i: usize| self.trials[i].estimate.value;
        order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        let mut text = format!(
            "{} trials on {} questions, by {}\n",
            self.trials.len(),
            self.search_questions,
            self.metric
        );
        // the defaults are in the table however they did
        let rank = order.iter().position(|i| *i == 0).unwrap_or_default();
        let shown = order.iter().enumerate().filter(|(i, _)| *i < MAX_SHOWN || *i == rank);
        for (i, &number) in shown {
            let note = if number == 0 { self.defaults() } else { String::new() };
            let line = line(number, &self.trials[number]);
            let _ = writeln!(text, "  {:>3}. {line}  {note}", i + 1);
        }
        text = text.lines().fold(String::new(), |t, l| t + l.trim_end() + "\n");
        text + &self.verdict() + "\n"
    }

    /// The report as JSON.
    #[must_use]
    pub(crate) fn json(&self) -> Value {
        let estimate = |e: Estimate| json!({"value": e.value, "standard_error": e.error});
        let trial = |number: usize| {
            let t = &self.trials[number];
            json!({"trial": number, "search": estimate(t.estimate), "size_bytes": t.bytes,
                   "settings": study::readable(&t.settings)})
        };
        let (kind, challenger, difference) = match self.outcome.verdict {
            TuneVerdict::Alone => ("alone", None, None),
            TuneVerdict::NotNominated => ("not nominated", None, None),
            TuneVerdict::Interrupted => ("interrupted", None, None),
            TuneVerdict::Compared { challenger, difference } => {
                ("compared", Some(challenger), Some(difference))
            }
        };
        json!({
            "metric": self.metric.to_string(),
            "trials": self.trials.len(),
            "search_questions": self.search_questions,
            "max_size": self.max_size,
            "interrupted": self.outcome.verdict == TuneVerdict::Interrupted,
            "defaults": trial(0),
            "best_in_search": trial(best(self.trials)),
            "winner": trial(self.outcome.winner),
            "verdict": {
                "kind": kind,
                "improves": self.outcome.verdict.improves(),
                "questions": self.outcome.questions,
                "challenger": challenger,
                "over_defaults": difference.map(estimate),
                "winner": self.outcome.measured.map(estimate),
                "over_unlimited_defaults": self.outcome.beside_unlimited.map(estimate),
                "text": self.verdict(),
            },
        })
    }

    /// `search.svg`: the metric by trial, and the best so far.
    ///
    /// # Errors
    /// If a figure is not finite.
    pub(crate) fn picture(&self) -> Result<String, PlotError> {
        let at = |number: usize| (number as f64, self.trials[number].estimate.value);
        let bars = |number: usize| {
            let (x, y) = at(number);
            let error = self.trials[number].estimate.error;
            (x, y - error, y, y + error)
        };
        let count = self.trials.len();
        // in steps: a value holds until a better one
        let so_far = |n: usize| at(best(&self.trials[..=n])).1;
        let steps = (0..count)
            .flat_map(|n| [(n as f64, so_far(n.saturating_sub(1))), (n as f64, so_far(n))]);
        let layer = |name: &str, tone, shape| Layer { name: name.to_owned(), tone, shape };
        let baseline = vec![at(0), ((count - 1).max(1) as f64, at(0).1)];
        let chart = Chart {
            title: format!("{} by trial", self.metric),
            about: format!(
                "{count} trials; the first, the defaults, has {:.4}, the best, trial {}, {:.4}. Bars \
                 are one standard error. {}",
                at(0).1,
                best(self.trials),
                at(best(self.trials)).1,
                self.verdict()
            ),
            x: Axis {
                label: "trial".to_owned(),
                range: Some((-0.5, count.max(2) as f64 - 0.5)),
                ..Axis::default()
            },
            y: Axis { label: self.metric.to_string(), percent: true, ..Axis::default() },
            layers: vec![
                layer("defaults", Tone::Muted, Shape::Line(baseline)),
                layer("trial", Tone::Blue, Shape::Bars((0..count).map(bars).collect())),
                layer("best so far", Tone::Orange, Shape::Line(steps.collect())),
            ],
            size: (720, 400),
        };
        chart.svg()
    }

    /// The outcome in a sentence or two.
    #[must_use]
    pub(crate) fn verdict(&self) -> String {
        let o = &self.outcome;
        let (count, metric) = (self.trials.len(), self.metric);
        let place = format!("on {} questions that had no part in the search", o.questions);
        let defaults = self.defaults();
        let mut text = match o.verdict {
            TuneVerdict::Alone => format!("only {defaults} were tried: raise --trials or --time"),
            TuneVerdict::Interrupted => format!(
                "interrupted before the comparison with {defaults}: trial {} is the best of {count} \
                 on the search's own questions, which flatters it; --resume goes on",
                o.winner
            ),
            TuneVerdict::NotNominated => format!(
                "does not improve on {defaults}: no other trial was better on the search's and the \
                 selection's questions together; {defaults} are written"
            ),
            TuneVerdict::Compared { difference, .. } if o.verdict.improves() => {
                format!(
                    "improves on {defaults} by {} of {metric} (95 %), {place}",
                    points(difference)
                )
            }
            TuneVerdict::Compared { challenger, difference } => format!(
                "does not improve on {defaults} beyond noise: trial {challenger} differs by {} of \
                 {metric} (95 %), {place}; {defaults} are written",
                points(difference)
            ),
        };
        if let Some(e) = o.measured {
            let _ =
                write!(text, "\n{metric} {:.4} ± {:.4} (95 %), {place}", e.value, Z_95 * e.error);
        }
        if let Some(difference) = o.beside_unlimited {
            let _ = write!(
                text,
                "\nbeside the defaults without --max-size: {} (95 %), on the same questions",
                points(difference)
            );
        }
        text
    }

    fn defaults(&self) -> String {
        let note = if self.shrunk { " (made smaller to keep to --max-size)" } else { "" };
        format!("the defaults{note}")
    }
}

/// Trials that the summary lists.
const MAX_SHOWN: usize = 5;

/// One trial in a line.
#[must_use]
pub(crate) fn line(number: usize, trial: &Trial) -> String {
    let e = trial.estimate;
    format!("trial {number:>3}  {:.4} ± {:.4}  {}", e.value, e.error, megabytes(trial))
}

fn megabytes(trial: &Trial) -> String {
    format!("{:.2} MB", trial.bytes as f64 / 1e6)
}

/// A difference in hundredths, and half the width of its 95 % interval.
fn points(e: Estimate) -> String {
    format!("{:+.2} ± {:.2} points", 100.0 * e.value, 100.0 * Z_95 * e.error)
}
