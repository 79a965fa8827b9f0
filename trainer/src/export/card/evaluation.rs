//! The sections of what was measured.

use crate::export::metrics::Metrics;
use crate::figures::{Average, Card, MEASURES, Measure, shown};
use intent_learn::evaluate::Evaluation;
use std::fmt::Write;

pub(super) fn figures(s: &mut String, m: &Metrics) {
    let d = &m.data;
    let Some(e) = &m.validation else {
        s.push_str("Nothing was held out: this model was not measured.\n");
        return;
    };
    let _ = writeln!(
        s,
        "Fitted on {} questions, measured on the other {} (stratified, seeded), through the baked \
         component.\n",
        d.train, d.valid
    );
    s.push_str(if m.refitted {
        "**These figures belong to that fit.** The component here was then fitted again, with the \
         same settings, on all questions; it has not been measured.\n\n"
    } else {
        "The component here is the one that was measured.\n\n"
    });
    averages(s, m, e);
    s.push_str(
        "In brackets, 95 % intervals: where the figure of this model would lie on other questions of \
         the same kind, as many as these. An interval is missing where the questions are too few, or all right, \
         for resampling to show one.\n\n",
    );
    for measure in MEASURES {
        if let Card::Sentence(name) = measure.card {
            let _ = write!(s, "{name}: {}. ", cell(measure, m, e));
        }
    }
    let _ = writeln!(
        s,
        "Area under the risk-coverage curve: {:.4}. Confusion matrix: `confusion-matrix.svg`.\n",
        e.risk_coverage.aurc
    );
    class_table(s, m, e);
}

/// Precision, recall and F1, averaged over answers and over classes.
fn averages(s: &mut String, m: &Metrics, e: &Evaluation) {
    s.push_str("| | precision | recall | F1 |\n|---|---|---|---|\n");
    for (average, name) in [(Average::Micro, "micro (= accuracy)"), (Average::Macro, "macro")] {
        let row = MEASURES.iter().filter(|measure| measure.card == Card::Average(average));
        let cells: Vec<String> = row.map(|measure| cell(measure, m, e)).collect();
        let _ = writeln!(s, "| {name} | {} |", cells.join(" | "));
    }
    s.push('\n');
}

/// A value with its interval.
fn cell(measure: &Measure, m: &Metrics, e: &Evaluation) -> String {
    let interval = m.intervals.as_ref().and_then(measure.interval);
    format!("{:.4} {}", (measure.value)(e), shown(interval))
}

fn class_table(s: &mut String, m: &Metrics, e: &Evaluation) {
    s.push_str(
        "| intent | label | questions | precision | recall | F1 |\n|---|---|---|---|---|---|\n",
    );
    for (class, c) in e.classes.iter().enumerate() {
        let f1 = m.intervals.as_ref().and_then(|i| i.f1.get(class));
        let f1 = f1.map_or_else(String::new, |f1| format!(" [{:.2}, {:.2}]", f1.low, f1.high));
        let label = c.label.replace('|', "\\|");
        let _ = writeln!(
            s,
            "| {} | {label} | {} | {:.3} | {:.3} | {:.3}{f1} |",
            c.intent, c.support, c.precision, c.recall, c.f1
        );
    }
}
