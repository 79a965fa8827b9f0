//! `inspect`: what a component is.

use super::{print, read, runtime};
use crate::args::InspectArgs;
use crate::figures::{MEASURES, Measure};
use anyhow::{Context, Result};
use intent_bake::extract;
use intent_model::Model;
use intent_runtime::{Abstention, Classifier, Figures, ModelInfo, Selective};
use serde_json::{Map, json};
use std::fmt::Write;

/// Runs the command.
///
/// # Errors
/// If the file is no component that serves; a component with imports is refused by name.
pub fn run(args: &InspectArgs) -> Result<()> {
    let path = || args.model.display().to_string();
    let bytes = read(&args.model)?;
    let classifier = Classifier::new(&runtime()?, &bytes).with_context(path)?;
    let model = extract::model(&bytes).with_context(path)?;
    Model::from_bytes(model).with_context(path)?;
    if args.json {
        let text = serde_json::to_string_pretty(&as_json(&classifier))?;
        return print(&(text + "\n"));
    }
    print(&as_text(&classifier))
}

fn as_json(classifier: &Classifier) -> serde_json::Value {
    let i: &ModelInfo = classifier.info();
    let labels: Vec<_> =
        i.labels.iter().map(|l| json!({ "intent": l.intent, "label": l.name })).collect();
    let validation = i.validation.map(|f| {
        let values = carried(&f).map(|(measure, value)| (measure.key.to_owned(), json!(value)));
        let questions = ("questions".to_owned(), json!(f.questions));
        std::iter::once(questions).chain(values).collect::<Map<_, _>>()
    });
    json!({
        "name": i.name, "version": i.version, "imports": [], "sha256": classifier.digest(),
        "component_bytes": classifier.size(), "model_bytes": i.model_bytes,
        "word_rows": i.word_rows, "subword_rows": i.subword_rows, "pair_rows": i.pair_rows,
        "vector_rows": i.vector_rows,
        "max_query_bytes": i.max_query_bytes, "data_sha256": i.data_digest,
        "training_questions": i.training_questions, "seed": i.seed, "refitted": i.refitted,
        "validation": validation, "abstention": i.abstention.as_ref().map(abstention_json),
        "labels": labels,
    })
}

/// The measures that a component carries, with their values.
fn carried(figures: &Figures) -> impl Iterator<Item = (&'static Measure, f64)> {
    MEASURES.iter().filter_map(|measure| Some((measure, measure.carried?(figures))))
}

fn abstention_json(a: &Abstention) -> serde_json::Value {
    let selective = |s: &Selective| {
        json!({
            "coverage": s.coverage, "precision": s.precision, "unsure": s.unsure,
            "candidates_right": s.candidates_right, "out_of_scope": s.out_of_scope,
        })
    };
    json!({
        // null: never
        "unsure_below": (a.unsure_below > 0.0).then_some(a.unsure_below),
        "out_of_scope_below": a.out_of_scope_below.is_finite().then_some(a.out_of_scope_below),
        "wanted_precision": a.wanted_precision, "wanted_coverage": a.wanted_coverage,
        "wanted_scope_recall": a.wanted_scope_recall,
        "cross_validated": selective(&a.cross_validated),
        "validation": a.validation.as_ref().map(selective),
    })
}

fn as_text(classifier: &Classifier) -> String {
    let i = classifier.info();
    let mut s = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(s, "{:20}{value}", format!("{name}:"));
    };
    line("model", format!("{} version {}", i.name, i.version));
    line("imports", "none".to_owned()); // the classifier would have been refused
    line("component", format!("{} bytes, sha256 {}", classifier.size(), classifier.digest()));
    let (words, subwords, pairs, vectors) =
        (i.word_rows, i.subword_rows, i.pair_rows, i.vector_rows);
    line(
        "embedding rows",
        format!("{words} words, {subwords} sub-words, {pairs} pairs, {vectors} pretrained"),
    );
    line("model bytes", i.model_bytes.to_string());
    line("longest query", format!("{} bytes", i.max_query_bytes));
    line("fitted on", format!("{} questions, seed {}", i.training_questions, i.seed));
    line("data sha256", i.data_digest.clone());
    match &i.validation {
        None => line("validation", "none".to_owned()),
        Some(f) => {
            let note = if i.refitted { " (of the fit before the last)" } else { "" };
            line("validation", format!("{} questions{note}", f.questions));
            for (measure, value) in carried(f) {
                line(&format!("  {}", measure.name), format!("{value:.4}"));
            }
        }
    }
    match &i.abstention {
        None => line("abstention", "none: every question is answered".to_owned()),
        Some(a) => {
            let below = |threshold: f32, never: bool| match never {
                true => "never".to_owned(),
                false => format!("below {threshold:.4}"),
            };
            line("unsure", below(a.unsure_below, a.unsure_below <= 0.0) + " (probability)");
            let scope = below(a.out_of_scope_below, a.out_of_scope_below.is_infinite());
            line("out of scope", scope + " (greatest margin)");
            let measured = a.validation.as_ref().map(|s| ("validation", s));
            for (source, s) in [("cross-validated", &a.cross_validated)].into_iter().chain(measured)
            {
                let shares = format!(
                    "answers {:.4} of the questions, {:.4} of them right; out of scope {:.4}",
                    s.coverage, s.precision, s.out_of_scope
                );
                line(&format!("  {source}"), shares);
            }
        }
    }
    line("labels", i.labels.len().to_string());
    for label in &i.labels {
        let _ = writeln!(s, "  {:>6}  {}", label.intent, label.name);
    }
    s
}
