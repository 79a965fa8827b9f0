//! `…:predict`: rows (`instances` → `predictions`) or columns (`inputs` → `outputs`).

use super::target::Target;
use super::value::text;
use super::{State, json_by, picked, signature, unanswered};
use crate::http::Body;
use crate::http::refusal::Refusal;
use crate::http::several::{ask_each, bounded};
use hyper::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Either rows or columns.
#[derive(Deserialize)]
pub(super) struct PredictRequest {
    /// `serving_default`, or left out.
    signature_name: Option<String>,
    /// Rows: each a query, or an object with it.
    instances: Option<Vec<Value>>,
    /// Columns: the queries, or an object with them.
    inputs: Option<Value>,
}

/// Answers, a row for a row.
#[derive(Serialize)]
pub(super) struct Predictions {
    predictions: Vec<Prediction>,
}

/// The answer to one query.
#[derive(Serialize)]
pub(super) struct Prediction {
    /// The most probable intent.
    intent: i32,
    /// Its probability.
    probability: f32,
    /// Its name.
    label: String,
}

/// Answers, column by column.
#[derive(Serialize)]
pub(super) struct Outputs {
    outputs: Columns,
}

/// One value for each query.
#[derive(Default, Serialize)]
pub(super) struct Columns {
    /// The most probable intents.
    intent: Vec<i32>,
    /// Their probabilities.
    probability: Vec<f32>,
    /// Their names.
    label: Vec<String>,
}

/// Answers `…:predict`.
pub(super) async fn post(
    state: &Arc<State>,
    target: &Target,
    body: &[u8],
) -> Result<Response<Body>, Refusal> {
    let picked = picked(state, target)?;
    let request: PredictRequest =
        serde_json::from_slice(body).map_err(|error| Refusal::json(&error))?;
    signature(request.signature_name.as_deref(), &["serving_default"])?;
    let (texts, rows) = match (request.instances, request.inputs) {
        (Some(instances), None) => (rows(&instances)?, true),
        (None, Some(inputs)) => (columns(&inputs)?, false),
        _ => {
            return Err(Refusal::bad("Send either 'instances' (rows) or 'inputs' (columns)"));
        }
    };
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify(text)).await;
    let answers = answers.map_err(|u| unanswered(&u, &target.model))?;
    let predictions = answers.into_iter().map(|p| Prediction {
        intent: p.intent,
        probability: p.probability,
        label: picked.version.label(p.intent).map_or_else(|| p.intent.to_string(), str::to_owned),
    });
    match rows {
        true => json_by(&picked, &Predictions { predictions: predictions.collect() }),
        false => json_by(&picked, &Outputs { outputs: Columns::of(predictions) }),
    }
}

/// Each a query, or an object with the named input.
fn rows(instances: &[Value]) -> Result<Vec<String>, Refusal> {
    bounded(instances.len())?;
    let row = |(index, instance): (usize, &Value)| match named(instance) {
        None => text(instance, index),
        Some(Some(query)) => text(query, index),
        Some(None) => Err(Refusal::bad(format!(
            "The instance {index} is an object without exactly the named input: query"
        ))),
    };
    instances.iter().enumerate().map(row).collect()
}

/// All queries at once, under their name or without; one alone is a list of one.
fn columns(inputs: &Value) -> Result<Vec<String>, Refusal> {
    let queries = match named(inputs) {
        None => inputs,
        Some(query) => query.ok_or_else(|| {
            Refusal::bad("'inputs' is an object without exactly the named input: query")
        })?,
    };
    match queries {
        Value::Array(list) => {
            bounded(list.len())?;
            list.iter().enumerate().map(|(index, value)| text(value, index)).collect()
        }
        one => Ok(vec![text(one, 0)?]),
    }
}

/// The value of the one named input, where `value` is an object of named inputs; `{"b64": …}` is
/// itself a value.
fn named(value: &Value) -> Option<Option<&Value>> {
    let object = value.as_object().filter(|object| !object.contains_key("b64"))?;
    Some(object.get("query").filter(|_| object.len() == 1))
}

impl Columns {
    fn of(predictions: impl Iterator<Item = Prediction>) -> Self {
        let mut columns = Columns::default();
        for p in predictions {
            columns.intent.push(p.intent);
            columns.probability.push(p.probability);
            columns.label.push(p.label);
        }
        columns
    }
}
