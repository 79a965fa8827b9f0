//! `metrics.json`: everything measured, for machines.

use crate::variability::Variability;
use intent_learn::evaluate::{Evaluation, Intervals};
use intent_learn::fit::pretrained::VectorFacts;
use intent_learn::fit::{Choices, Settings};
use intent_learn::stats::Interval;
use intent_model::info::{Abstention, Selective};
use serde::Serialize;

/// What one training did and measured. Holds no time and no path: the same training gives the
/// same bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Metrics {
    /// Name of the model.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The data.
    pub data: DataFacts,
    /// Everything that training depends on but the data.
    pub settings: Settings,
    /// The pretrained vectors that it was trained with; null where there were none.
    pub pretrained: Option<VectorFacts>,
    /// What cross-validation chose inside the training part.
    pub choices: Choices,
    /// Whether the model was fitted again on all questions after measuring.
    pub refitted: bool,
    /// Bytes of the component.
    pub component_bytes: usize,
    /// SHA-256 of the component.
    pub component_sha256: String,
    /// When the model does not answer, and what that buys; null where it always answers. After a
    /// second fit, the thresholds and the cross-validated shares are that fit's, and the shares of
    /// the validation part those of the first fit with thresholds of its own.
    pub abstention: Option<Abstention>,
    /// Measured on the validation part, through the baked component of the fit on the training
    /// part; null where nothing was held out.
    pub validation: Option<Evaluation>,
    /// How far these figures may be trusted, the model being this one.
    pub intervals: Option<Intervals>,
    /// How far they move with the training; null where that was not asked for.
    pub variability: Option<Variability>,
}

/// What the model was fitted and measured on.
#[derive(Clone, Debug, Serialize)]
pub struct DataFacts {
    /// SHA-256 of all questions and labels.
    pub sha256: String,
    /// All questions.
    pub questions: usize,
    /// Those fitted on before measuring.
    pub train: usize,
    /// Those measured on.
    pub valid: usize,
    /// Number of classes.
    pub classes: usize,
    /// Questions of the smallest class.
    pub smallest_class: usize,
    /// Questions of the largest class.
    pub largest_class: usize,
    /// Rows left out as bad.
    pub bad_rows_skipped: usize,
}

impl Metrics {
    /// Pretty JSON with a line end.
    #[must_use]
    pub fn json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The figures as lines of `name value`, for people.
    #[must_use]
    pub fn table(&self) -> String {
        let Some(e) = &self.validation else {
            return "nothing was held out: no figures\n".to_owned();
        };
        let i = self.intervals.as_ref();
        let accuracy = i.map(|i| i.accuracy);
        let lines = [
            ("accuracy", e.accuracy, accuracy),
            ("micro precision", e.micro_precision, accuracy),
            ("micro recall", e.micro_recall, accuracy),
            ("micro F1", e.micro_f1, accuracy),
            ("macro precision", e.macro_precision, i.and_then(|i| i.macro_precision)),
            ("macro recall", e.macro_recall, i.and_then(|i| i.macro_recall)),
            ("macro F1", e.macro_f1, i.and_then(|i| i.macro_f1)),
            ("ECE (15 bins)", e.ece, i.and_then(|i| i.ece)),
        ];
        let head = format!(
            "validation, {} questions, {} classes, 95 % intervals\n",
            e.questions,
            e.classes.len()
        );
        let text = lines.iter().fold(head, |t, (name, value, interval)| {
            t + &format!("  {name:16} {value:.4}  {}\n", shown(*interval))
        });
        let abstention = self.abstention.as_ref().map(abstention).unwrap_or_default();
        text + &abstention
            + &self.variability.as_ref().map(super::variability::table).unwrap_or_default()
    }
}

/// An interval beside its figure; nothing where there is none.
#[must_use]
pub fn shown(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("[{:.4}, {:.4}]", i.low, i.high))
}

/// What the model promises and what the validation part says of it, as lines.
fn abstention(a: &Abstention) -> String {
    let head = format!("{:18} {:>15} {:>10}\n", "abstention", "cross-validated", "validation");
    type Share = fn(&Selective) -> Option<f64>;
    let rows: [(&str, Share); 5] = [
        ("answered", |s| Some(s.coverage)),
        ("precision of those", |s| Some(s.precision)),
        ("unsure", |s| Some(s.unsure)),
        ("candidates hold it", |s| s.candidates_right),
        ("out of scope", |s| Some(s.out_of_scope)),
    ];
    let shown = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.4}"));
    rows.iter().fold(head, |text, (name, share)| {
        let (promised, measured) =
            (share(&a.cross_validated), a.validation.as_ref().and_then(share));
        text + &format!("  {name:18} {:>13} {:>10}\n", shown(promised), shown(measured))
    })
}
