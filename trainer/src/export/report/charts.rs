//! The report's pictures: reliability and risk against coverage.

use crate::export::plot::{Axis, Chart, Layer, Shape, Tone};
use intent_learn::evaluate::Evaluation;
use intent_learn::stats;
use intent_model::info::Selective;

const SIZE: (u32, u32) = (520, 360);

fn share(label: &str, range: (f64, f64)) -> Axis {
    Axis { label: label.to_owned(), range: Some(range), percent: true, ..Axis::default() }
}

/// Accuracy of each bin against its mean probability: on the diagonal, probabilities are true.
pub(super) fn reliability(e: &Evaluation) -> Chart {
    let bins = || e.reliability.iter().filter(|b| b.count > 0);
    let point = |b: &intent_learn::evaluate::Bin| {
        let count = f64::from(b.count);
        let interval = stats::wilson((b.accuracy * count).round(), count);
        (b.probability, interval.low, b.accuracy, interval.high)
    };
    let about = bins().fold(String::new(), |s, b| {
        s + &format!(
            "{} answers with mean probability {:.2}: {:.2} right. ",
            b.count, b.probability, b.accuracy
        )
    });
    Chart {
        title: "Reliability diagram".to_owned(),
        about,
        x: share("probability", (0.0, 1.0)),
        y: share("accuracy", (0.0, 1.0)),
        layers: vec![
            Layer::new("calibrated", Tone::Muted, Shape::Line(vec![(0.0, 0.0), (1.0, 1.0)])),
            Layer::new("answers, 95 %", Tone::Blue, Shape::Bars(bins().map(point).collect())),
        ],
        size: SIZE,
    }
}

/// The error rate of the answers given, against the share of questions answered, and where the model
/// was told to stand.
pub(super) fn risk_coverage(e: &Evaluation, baked: Option<Selective>) -> Chart {
    let curve = &e.risk_coverage.curve;
    let points: Vec<_> = curve.iter().map(|p| (p.coverage, p.risk)).collect();
    let overall = 1.0 - e.accuracy;
    let worst = points.iter().map(|p| p.1).fold(overall, f64::max);
    let baked = baked.map(|s| {
        let at = vec![(s.coverage, 1.0 - s.precision)];
        Layer::new("with its thresholds", Tone::Orange, Shape::Points(at))
    });
    let at = |share: f64| curve.iter().find(|p| p.coverage >= share);
    let about = [0.5, 0.8, 1.0].into_iter().filter_map(at).fold(String::new(), |s, p| {
        s + &format!(
            "If {:.0} % of the questions are answered, {:.1} % of the answers are wrong. ",
            p.coverage * 100.0,
            p.risk * 100.0
        )
    });
    Chart {
        title: "Risk against coverage".to_owned(),
        about,
        x: share("questions answered, most probable first", (0.0, 1.0)),
        y: share("wrong answers", (0.0, (worst * 1.1).clamp(0.02, 1.0))),
        layers: [
            Layer::new(
                "random order",
                Tone::Muted,
                Shape::Line(vec![(0.0, overall), (1.0, overall)]),
            ),
            Layer::new("this model", Tone::Blue, Shape::Line(points)),
        ]
        .into_iter()
        .chain(baked)
        .collect(),
        size: SIZE,
    }
}
