//! `/ui/models`: a summary of what serves.

use crate::http::response::{Body, respond};
use crate::http::state::AppState;
use crate::registry::catalog::{Model, Status};
use crate::registry::{Selector, Version};
use hyper::Response;
use intent_runtime::{Abstention, Figures, ModelInfo};
use serde_json::{Value, json};

/// Maximum intents that are listed by name; the page shows the numbers of a model with more.
const MAX_NAMES: usize = 1024;
/// Example questions of the page. They are made up; no user asked them.
const EXAMPLES: [&str; 3] = [
    "risques poisson cru pendant la grossesse ?",
    "J’ai oublié ma pilule hier soir, que faire ?",
    "how do I change the address on my account?",
];

pub(super) fn get(state: &AppState, show_questions: bool) -> Response<Body> {
    let catalog = state.registry.catalog();
    let model = catalog.model(None).ok();
    let versions = model.map(|model| model.statuses.iter().map(|s| version(model, s)).collect());
    let highest = model.and_then(|model| model.highest());
    let about = json!({
        "model": model.map(|model| &model.name),
        "default": highest.map(|v| v.number),
        "questions": show_questions,
        "examples": EXAMPLES,
        "versions": versions.unwrap_or(Value::Array(Vec::new())),
    });
    let mut response = respond(200, "application/json", about.to_string());
    let no_store = hyper::header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(hyper::header::CACHE_CONTROL, no_store);
    response
}

fn version(model: &Model, status: &Status) -> Value {
    let number = status.number;
    let labels =
        model.labels.iter().filter(|(_, version)| **version == number).map(|(label, _)| label);
    let mut value = json!({
        "version": number,
        "state": status.state,
        "labels": labels.collect::<Vec<_>>(),
    });
    if let (Ok(version), Some(object)) =
        (model.pick(Selector::Version(number)), value.as_object_mut())
    {
        object.insert("about".to_owned(), component(version));
    }
    value
}

fn component(version: &Version) -> Value {
    let info: &ModelInfo = version.classifier.info();
    let names = info.labels.iter().map(|label| (label.intent, &label.name));
    let names = (info.labels.len() <= MAX_NAMES).then(|| names.collect::<Vec<_>>());
    json!({
        "digest": version.classifier.digest(),
        "bytes": version.classifier.size(),
        "classes": info.labels.len(),
        "intents": names.unwrap_or_default(),
        "most_query_bytes": info.max_query_bytes,
        "questions": info.training_questions,
        "data": info.data_digest,
        "seed": info.seed,
        "refitted": info.refitted,
        "figures": info.validation.as_ref().map(figures),
        "abstention": info.abstention.as_ref().map(abstention),
    })
}

fn figures(f: &Figures) -> Value {
    json!({
        "questions": f.questions,
        "accuracy": f.accuracy,
        "macro_f1": f.macro_f1,
        "macro_precision": f.macro_precision,
        "macro_recall": f.macro_recall,
        "ece": f.ece,
    })
}

/// The thresholds; null if never reached.
fn abstention(a: &Abstention) -> Value {
    let (unsure, scope) = (a.unsure_below, a.out_of_scope_below);
    json!({
        "unsure_below": (unsure > 0.0).then_some(unsure),
        "out_of_scope_below": scope.is_finite().then_some(scope),
    })
}
