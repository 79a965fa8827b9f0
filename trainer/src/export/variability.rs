//! `variability.json`, its table for people and its two pictures.

use super::plot::{Axis, Chart, Layer, PlotError, Shape, Tone};
use crate::figures::shown;
use crate::variability::{CurvePoint, Spread, Variability};
use intent_learn::stats::Interval;
use std::fmt::Write;

/// The files: name and bytes.
///
/// # Errors
/// If a figure is not finite.
pub(crate) fn files(v: &Variability) -> Result<Vec<(&'static str, Vec<u8>)>, PlotError> {
    Ok(vec![
        ("variability.json", json(v)),
        ("variability.svg", intervals(v).svg()?.into_bytes()),
        ("learning-curve.svg", curve(v).svg()?.into_bytes()),
    ])
}

/// Pretty JSON with a line end.
#[must_use]
pub(crate) fn json(v: &Variability) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(v).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// One line that says what was measured.
#[must_use]
pub(crate) fn heading(v: &Variability) -> String {
    let stopped = if v.repeats < v.repeats_wanted {
        format!(" (of {}: the time was up)", v.repeats_wanted)
    } else {
        String::new()
    };
    let plural = if v.repeats == 1 { "" } else { "s" };
    format!(
        "{} repeat{plural}{stopped} of {} folds, {} questions, {} classes; a fit sees {} questions",
        v.repeats,
        v.folds,
        v.questions,
        v.classes.len(),
        v.train_size
    )
}

/// The figures with their intervals, and the learning curve, as lines.
#[must_use]
pub(crate) fn table(v: &Variability) -> String {
    let mut s = heading(v) + "\n";
    let (mean, test) =
        ("95 % of the mean".to_owned(), format!("95 % of a test of {}", v.test_size));
    let _ =
        writeln!(s, "  {:16} {:6} {:6}  {mean:16}  {test:21}  … of a fit on all", "", "mean", "sd");
    let pair = |interval| shown(Some(interval));
    for (name, spread) in v.spreads.rows() {
        let _ = writeln!(
            s,
            "  {name:16} {:.4} {:.4}  {}  {:21}  {}",
            spread.mean,
            spread.sd,
            pair(spread.of_mean),
            pair(spread.of_test),
            pair(spread.of_test_fitted_on_all)
        );
    }
    s.push_str("learning curve\n");
    for p in &v.curve {
        let _ = writeln!(
            s,
            "  {:3.0} %, {:6.0} questions: accuracy {:.4} {}, macro F1 {:.4} {}",
            p.share * 100.0,
            p.questions,
            p.accuracy,
            pair(p.accuracy_interval),
            p.macro_f1,
            pair(p.macro_f1_interval)
        );
    }
    s
}

/// The intervals of the mean and of a test, a row for each figure.
#[must_use]
pub(crate) fn intervals(v: &Variability) -> Chart {
    let rows: Vec<(&'static str, &Spread)> = v.spreads.rows().collect();
    let at = |i: usize| -(i as f64);
    let layer = |name: &str, tone, shift: f64, interval: fn(&Spread) -> Interval| {
        let point = |(i, (_, s)): (usize, &(&'static str, &Spread))| {
            let interval = interval(s);
            // the mean of small tests may lie beside the folds' mean
            let middle = f64::midpoint(interval.low, interval.high);
            (at(i) + shift, interval.low, middle, interval.high)
        };
        Layer::new(name, tone, Shape::Intervals(rows.iter().enumerate().map(point).collect()))
    };
    Chart {
        title: "95 % intervals".to_owned(),
        about: rows.iter().fold(heading(v) + ". ", |s, (name, spread)| {
            let (m, t) = (spread.of_mean, spread.of_test);
            s + &format!(
                "{name}: mean {:.4} to {:.4}, test {:.4} to {:.4}. ",
                m.low, m.high, t.low, t.high
            )
        }),
        x: Axis { range: Some((0.0, 1.0)), percent: true, ..Axis::default() },
        y: Axis {
            range: Some((at(rows.len() - 1) - 0.5, 0.5)),
            ticks: rows.iter().enumerate().map(|(i, r)| (at(i), r.0.to_owned())).collect(),
            ..Axis::default()
        },
        layers: vec![
            layer("mean of many trainings", Tone::Blue, 0.22, |s| s.of_mean),
            layer("one test", Tone::Orange, 0.0, |s| s.of_test),
            layer("one test, fitted on all", Tone::Green, -0.22, |s| s.of_test_fitted_on_all),
        ],
        size: (560, 340),
    }
}

/// Accuracy and macro F1 against the questions trained on.
#[must_use]
pub(crate) fn curve(v: &Variability) -> Chart {
    let points = &v.curve;
    let about = points.iter().fold(String::new(), |s, p| {
        s + &format!("{:.0} questions: accuracy {:.3}. ", p.questions, p.accuracy)
    });
    let accuracy: Vec<_> = points.iter().map(|p| (p.questions, p.accuracy)).collect();
    let macro_f1: Vec<_> = points.iter().map(|p| (p.questions, p.macro_f1)).collect();
    let band = |interval: fn(&CurvePoint) -> Interval| {
        Shape::Band(
            points.iter().map(|p| (p.questions, interval(p).low, interval(p).high)).collect(),
        )
    };
    let most = points.last().map_or(1.0, |p| p.questions);
    Chart {
        title: "Learning curve".to_owned(),
        about: format!("{about}Bands: 95 % intervals of the means."),
        x: Axis {
            label: "questions trained on".to_owned(),
            range: Some((0.0, most * 1.05)),
            ..Axis::default()
        },
        y: Axis { percent: true, ..Axis::default() },
        layers: vec![
            Layer::new("", Tone::Blue, band(|p| p.accuracy_interval)),
            Layer::new("", Tone::Orange, band(|p| p.macro_f1_interval)),
            Layer::new("", Tone::Blue, Shape::Line(accuracy.clone())),
            Layer::new("", Tone::Orange, Shape::Line(macro_f1.clone())),
            Layer::new("accuracy", Tone::Blue, Shape::Points(accuracy)),
            Layer::new("macro F1", Tone::Orange, Shape::Points(macro_f1)),
        ],
        size: (560, 340),
    }
}
