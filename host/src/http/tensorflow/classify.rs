//! `…:classify`: examples → pairs of label and score, the most probable first.

use super::responses::{check_signature, json_by, picked, unanswered};
#[cfg(test)]
use super::schemas::{Example, LabelOrScore};
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
use serde_json::{Map, Value};
use std::sync::Arc;
#[cfg(test)]
use utoipa::ToSchema;

/// Maximum pairs of an example: 1,024 examples with all classes would be a very long answer.
const MAX_CLASSES: u32 = 100;
/// Name of the feature that holds the question.
const FEATURE: &str = "query";

/// Examples with the feature `query`; other features are passed over.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ToSchema))]
#[cfg_attr(test, schema(example = json!({ "examples": [{ "query": "mal de tête" }] })))]
pub(super) struct ClassifyRequest {
    /// `serving_default` or `classification`, or left out.
    signature_name: Option<String>,
    /// Features of every example.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Example))]
    context: Map<String, Value>,
    /// The questions.
    #[cfg_attr(test, schema(value_type = Vec<Example>, min_items = 1, max_items = 1024))]
    examples: Vec<Map<String, Value>>,
}

/// Pairs of label and score for each example.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Classified {
    #[cfg_attr(test, schema(value_type = Vec<Vec<Vec<LabelOrScore>>>))]
    result: Vec<Vec<(String, f32)>>,
}

/// Answers `…:classify`.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v1/models/{model}:classify",
    operation_id = "tensorflow_classify",
    tag = "TensorFlow Serving",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    request_body = ClassifyRequest,
    responses(
        (status = 200, description = "Pairs of label and score, the most probable first", body = Classified),
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
    let request: ClassifyRequest =
        serde_json::from_slice(body).map_err(|error| MessageError::invalid_json(&error))?;
    check_signature(request.signature_name.as_deref(), &["serving_default", "classification"])?;
    let texts = request.texts()?;
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify_top(text, MAX_CLASSES));
    let answers = answers.await.map_err(|u| unanswered(&u, &target.model))?;
    let label = |intent: i32| {
        let name = picked.version.label_name(intent);
        name.map_or_else(|| intent.to_string(), str::to_owned)
    };
    let result = answers
        .into_iter()
        .map(|top| top.into_iter().map(|p| (label(p.intent), p.probability)).collect())
        .collect();
    json_by(&picked, &Classified { result })
}

impl ClassifyRequest {
    fn texts(&self) -> Result<Vec<String>, MessageError> {
        check_count(self.examples.len())?;
        let shared = self.context.get(FEATURE);
        let query = |(index, example): (usize, &Map<_, _>)| match (example.get(FEATURE), shared) {
            (Some(query), None) | (None, Some(query)) => text(query, index),
            (None, None) => Err(MessageError::bad_request(format!(
                "The example {index} has no feature named query"
            ))),
            (Some(_), Some(_)) => Err(MessageError::bad_request(format!(
                "The example {index} has the feature query, and the context has it as well"
            ))),
        };
        self.examples.iter().enumerate().map(query).collect()
    }
}
