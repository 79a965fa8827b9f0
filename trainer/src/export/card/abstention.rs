//! The section of the thresholds.

use crate::export::metrics::Metrics;
use std::fmt::Write;

pub(super) fn abstention(s: &mut String, m: &Metrics) {
    s.push_str("\n## Abstention\n\n");
    let Some(a) = &m.abstention else {
        s.push_str(
            "None: `decide` answers every question. `--abstain-precision`, `--abstain-coverage` and \
             `--scope-recall` bake thresholds.\n",
        );
        return;
    };
    let t = &a.thresholds;
    if t.unsure_below > 0.0 {
        let _ = write!(s, "`decide` is unsure below a probability of {:.4}", t.unsure_below);
    } else {
        s.push_str("`decide` is never unsure");
    }
    if t.out_of_scope_below.is_finite() {
        let below = t.out_of_scope_below;
        let _ = writeln!(s, ", and says out of scope below a greatest margin of {below:.4}.\n");
    } else {
        s.push_str(", and never says out of scope.\n\n");
    }
    let wanted = [
        ("a precision", a.wanted_precision),
        ("a coverage", a.wanted_coverage),
        ("a scope recall", a.wanted_scope_recall),
    ];
    let wanted = wanted.iter().filter_map(|(what, share)| Some(format!("{what} of {}", (*share)?)));
    let wanted: Vec<String> = wanted.collect();
    let _ = writeln!(
        s,
        "Asked for: {}. The thresholds were chosen by cross-validation on the questions that the \
         model was fitted on; the validation part had no part in it.{}\n\n\
         | | answered | of these right | unsure | right one among the candidates | out of scope, wrongly |\n\
         |---|---|---|---|---|---|",
        wanted.join(", "),
        if m.refitted {
            " Its figures belong to the measured fit, with thresholds of its own."
        } else {
            ""
        },
    );
    let measured = a.validation.as_ref().map(|v| ("validation", v));
    for (source, v) in [("cross-validation", &a.cross_validated)].into_iter().chain(measured) {
        let candidates = v.candidates_right.map_or("-".to_owned(), |share| format!("{share:.4}"));
        let _ = writeln!(
            s,
            "| {source} | {:.4} | {:.4} | {:.4} | {candidates} | {:.4} |",
            v.coverage, v.precision, v.unsure, v.out_of_scope
        );
    }
}
