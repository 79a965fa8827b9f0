//! `…:predict`: rows (`instances` → `predictions`) or columns (`inputs` → `outputs`).

use super::responses::{check_signature, json_by, picked, unanswered};
#[cfg(test)]
use super::schemas::{Inputs, Instance};
use super::target::Target;
use super::value::text;
#[cfg(test)]
use crate::http::message_error::ErrorBody;
use crate::http::message_error::MessageError;
use crate::http::response::Body;
use crate::http::several::{ask_each, check_count};
use crate::http::state::AppState;
use hyper::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
#[cfg(test)]
use utoipa::ToSchema;

/// Either rows or columns.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ToSchema))]
#[cfg_attr(test, schema(example = json!({ "instances": ["mal de tête", { "query": "pilule oubliée" }] })))]
pub(super) struct PredictRequest {
    /// `serving_default`, or left out.
    signature_name: Option<String>,
    /// Rows: each a query, or an object with it.
    #[cfg_attr(test, schema(value_type = Option<Vec<Instance>>))]
    instances: Option<Vec<Value>>,
    /// Columns: the queries, or an object with them.
    #[cfg_attr(test, schema(value_type = Option<Inputs>))]
    inputs: Option<Value>,
}

/// Answers, a row for a row.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Predictions {
    predictions: Vec<Prediction>,
}

/// The answer to one query.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
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
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Outputs {
    outputs: Columns,
}

/// One value for each query.
#[derive(Default, Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Columns {
    /// The most probable intents.
    intent: Vec<i32>,
    /// Their probabilities.
    probability: Vec<f32>,
    /// Their names.
    label: Vec<String>,
}

/// Rows for rows, columns for columns.
#[cfg(test)]
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum PredictResponse {
    /// To `instances`.
    Rows(Predictions),
    /// To `inputs`.
    Columns(Outputs),
}

/// Answers `…:predict`.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/models/{model}:predict",
    operation_id = "tensorflow_predict",
    tag = "TensorFlow Serving",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    request_body = PredictRequest,
    responses(
        (status = 200, description = "Rows for rows, columns for columns", body = PredictResponse),
        (status = 400, description = "The request cannot be read, or a question is blank or too long", body = ErrorBody),
        (status = 404, description = "No such model, or its version is not available", body = ErrorBody),
        (status = 500, description = "The model failed", body = ErrorBody),
        (status = 503, description = "No version is available, or too many requests wait", body = ErrorBody),
        (status = 504, description = "The model did not answer in time", body = ErrorBody),
    ),
))]
pub(super) async fn post(
    state: &Arc<AppState>,
    target: &Target,
    body: &[u8],
) -> Result<Response<Body>, MessageError> {
    let picked = picked(state, target)?;
    let request: PredictRequest =
        serde_json::from_slice(body).map_err(|error| MessageError::invalid_json(&error))?;
    check_signature(request.signature_name.as_deref(), &["serving_default"])?;
    let (texts, rows) = match (request.instances, request.inputs) {
        (Some(instances), None) => (rows(&instances)?, true),
        (None, Some(inputs)) => (columns(&inputs)?, false),
        _ => {
            return Err(MessageError::bad_request(
                "Send either 'instances' (rows) or 'inputs' (columns)",
            ));
        }
    };
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify(text)).await;
    let answers = answers.map_err(|u| unanswered(&u, &target.model))?;
    let predictions = answers.into_iter().map(|p| Prediction {
        intent: p.intent,
        probability: p.probability,
        label: picked
            .version
            .label_name(p.intent)
            .map_or_else(|| p.intent.to_string(), str::to_owned),
    });
    match rows {
        true => json_by(&picked, &Predictions { predictions: predictions.collect() }),
        false => json_by(&picked, &Outputs { outputs: Columns::new(predictions) }),
    }
}

/// Reads rows: each is a query, or an object with the named input.
fn rows(instances: &[Value]) -> Result<Vec<String>, MessageError> {
    check_count(instances.len())?;
    let row = |(index, instance): (usize, &Value)| match named(instance) {
        None => text(instance, index),
        Some(Some(query)) => text(query, index),
        Some(None) => Err(MessageError::bad_request(format!(
            "The instance {index} is an object without exactly the named input: query"
        ))),
    };
    instances.iter().enumerate().map(row).collect()
}

/// Reads columns: the queries, with or without their name; a single one is a list of one.
fn columns(inputs: &Value) -> Result<Vec<String>, MessageError> {
    let queries = match named(inputs) {
        None => inputs,
        Some(query) => query.ok_or_else(|| {
            MessageError::bad_request(
                "'inputs' is an object without exactly the named input: query",
            )
        })?,
    };
    match queries {
        Value::Array(list) => {
            check_count(list.len())?;
            list.iter().enumerate().map(|(index, value)| text(value, index)).collect()
        }
        one => Ok(vec![text(one, 0)?]),
    }
}

/// The value of the named input, if `value` is an object of named inputs; `{"b64": …}` is a value itself.
fn named(value: &Value) -> Option<Option<&Value>> {
    let object = value.as_object().filter(|object| !object.contains_key("b64"))?;
    Some(object.get("query").filter(|_| object.len() == 1))
}

impl Columns {
    fn new(predictions: impl Iterator<Item = Prediction>) -> Self {
        let mut columns = Columns::default();
        for p in predictions {
            columns.intent.push(p.intent);
            columns.probability.push(p.probability);
            columns.label.push(p.label);
        }
        columns
    }
}
