//! `metrics.json`: everything measured, for machines.

use crate::figures::{MEASURES, shown};
use crate::variability::Variability;
use intent_learn::evaluate::{Evaluation, Intervals};
use intent_learn::fit::pretrained::VectorFacts;
use intent_learn::fit::{Choices, Settings};
use intent_model::info::{Abstention, Selective};
use serde::Serialize;

/// Record of a training. Holds no time and no path: the same training gives the
/// same bytes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Metrics {
    /// Name of the model.
    pub(crate) name: String,
    /// Version of the model.
    pub(crate) version: u32,
    /// The data.
    pub(crate) data: DataFacts,
    /// Training settings.
    pub(crate) settings: Settings,
    /// The pretrained vectors that it was trained with; null if there were none.
    pub(crate) pretrained: Option<VectorFacts>,
    /// Choices of the cross-validation inside the training part.
    pub(crate) choices: Choices,
    /// Whether the model was fitted again on all questions after measuring.
    pub(crate) refitted: bool,
    /// Bytes of the component.
    pub(crate) component_bytes: usize,
    /// SHA-256 of the component.
    pub(crate) component_sha256: String,
    /// Abstention thresholds and their effect; null if the model always answers. After a
    /// second fit, the thresholds and the cross-validated shares are that fit's, and the shares of
    /// the validation part those of the first fit with thresholds of its own.
    pub(crate) abstention: Option<Abstention>,
    /// Measured on the validation part, through the baked component of the fit on the training
    /// part; null if nothing was held out.
    pub(crate) validation: Option<Evaluation>,
    /// Confidence intervals of these figures, for this model.
    pub(crate) intervals: Option<Intervals>,
    /// Variability between trainings; null if not asked for.
    pub(crate) variability: Option<Variability>,
}

/// The data that the model was fitted and measured on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DataFacts {
    /// SHA-256 of all questions and labels.
    pub(crate) sha256: String,
    /// Number of questions.
    pub(crate) questions: usize,
    /// Questions of the training part.
    pub(crate) train: usize,
    /// Questions of the validation part.
    pub(crate) valid: usize,
    /// Number of classes.
    pub(crate) classes: usize,
    /// Questions of the smallest class.
    pub(crate) smallest_class: usize,
    /// Questions of the largest class.
    pub(crate) largest_class: usize,
    /// Rows left out as bad.
    pub(crate) bad_rows_skipped: usize,
}

impl Metrics {
    /// Pretty JSON with a line end.
    #[must_use]
    pub(crate) fn json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The figures as lines of `name value`, for people.
    #[must_use]
    pub(crate) fn table(&self) -> String {
        let Some(e) = &self.validation else {
            return "nothing was held out: no figures\n".to_owned();
        };
        let head = format!(
            "validation, {} questions, {} classes, 95 % intervals\n",
            e.questions,
            e.classes.len()
        );
        let text = MEASURES.iter().fold(head, |text, m| {
            let interval = self.intervals.as_ref().and_then(m.interval);
            text + &format!("  {:16} {:.4}  {}\n", m.heading, (m.value)(e), shown(interval))
        });
        let abstention = self.abstention.as_ref().map(abstention).unwrap_or_default();
        text + &abstention
            + &self.variability.as_ref().map(super::variability::table).unwrap_or_default()
    }
}

/// The cross-validated and the measured effect of the thresholds, as lines.
fn abstention(a: &Abstention) -> String {
    let head = format!("{:18} {:>15} {:>10}\n", "abstention", "cross-validated", "validation");
    type SelectiveShare = fn(&Selective) -> Option<f64>;
    let rows: [(&str, SelectiveShare); 5] = [
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
