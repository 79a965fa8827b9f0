//! `POST …/infer`: a tensor of questions → tensors of answers.

use super::binary;
use super::outputs::{check_supported, output, requested};
use super::responses::{bytes, picked, unanswered};
#[cfg(test)]
use super::tensor::Octets;
use super::tensor::{InferRequest, InferResponse, InputTensor, OutputTensor};
use crate::http::body;
use crate::http::headers::INFERENCE_JSON_LENGTH;
#[cfg(test)]
use crate::http::message_error::ErrorBody;
use crate::http::message_error::MessageError;
use crate::http::response::{Body, answered_by, respond};
use crate::http::segments::PathSelector;
use crate::http::several::{ask_each, check_count};
use crate::http::state::AppState;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Request, Response};
use std::sync::Arc;

/// Answers `…/infer`.
#[cfg_attr(test, utoipa::path(
    post,
    path = "/v2/models/{model}/infer",
    operation_id = "inference_infer",
    tag = "Open Inference Protocol",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
        (
            "Inference-Header-Content-Length" = Option<u32>, Header,
            description = "Bytes of the JSON, where tensors in binary follow it"
        ),
    ),
    request_body(content(
        (InferRequest = "application/json"),
        (Octets = "application/octet-stream"),
    )),
    responses(
        (
            status = 200,
            description = "Tensors of answers; in octets, bytes of tensors follow the JSON",
            content(
                (InferResponse = "application/json"),
                (Octets = "application/octet-stream"),
            )
        ),
        (status = 400, description = "The request cannot be read, or a question is blank or too long", body = ErrorBody),
        (status = 404, description = "No such model, or its version is not available", body = ErrorBody),
        (status = 500, description = "The model failed, or did not answer in time", body = ErrorBody),
        (status = 503, description = "No version is available, or too many requests wait", body = ErrorBody),
    ),
))]
pub(super) async fn post(
    state: &Arc<AppState>,
    model: &str,
    version: &PathSelector,
    request: Request<Incoming>,
) -> Result<Response<Body>, MessageError> {
    let length = json_length(request.headers())?;
    let body = body::read(request.into_body(), state.bodies).await?;
    let picked = picked(state, model, version)?;
    let split = body.split_at_checked(length.unwrap_or(body.len()));
    let (json, tail) = split.ok_or_else(|| {
        MessageError::bad_request("Inference-Header-Content-Length is more than the body has")
    })?;
    let request: InferRequest =
        serde_json::from_slice(json).map_err(|error| MessageError::invalid_json(&error))?;
    let requested = requested(&request)?;
    let texts = questions(&request.inputs, tail)?;
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify(text)).await;
    let answers = answers.map_err(|u| unanswered(&u, model))?;
    let mut binary_data = Vec::new();
    let outputs: Vec<OutputTensor> =
        requested.iter().map(|r| output(r, &answers, &picked, &mut binary_data)).collect();
    let in_binary = requested.iter().any(|r| r.binary);
    let response = InferResponse {
        model_name: model.to_owned(),
        model_version: picked.version.number.to_string(),
        id: request.id,
        parameters: request.parameters,
        outputs,
    };
    let mut answer = bytes(&response)?;
    let length = HeaderValue::from(answer.len());
    answer.append(&mut binary_data);
    let content_type = if in_binary { "application/octet-stream" } else { "application/json" };
    let mut response = answered_by(respond(200, content_type, answer), &picked.version);
    if in_binary {
        response.headers_mut().insert(INFERENCE_JSON_LENGTH, length);
    }
    Ok(response)
}

/// Reads the header that states the length of the JSON.
fn json_length(headers: &HeaderMap) -> Result<Option<usize>, MessageError> {
    let Some(value) = headers.get(INFERENCE_JSON_LENGTH) else { return Ok(None) };
    let text = value.to_str().ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let length = text.and_then(|text| text.parse().ok());
    length.map(Some).ok_or_else(|| {
        MessageError::bad_request("Inference-Header-Content-Length is not a number of bytes")
    })
}

/// Reads the texts of the input, out of the JSON or of the bytes after it.
fn questions(inputs: &[InputTensor], tail: &[u8]) -> Result<Vec<String>, MessageError> {
    let [input] = inputs else {
        return Err(MessageError::bad_request("There must be one input, named query"));
    };
    check_supported(&input.parameters)?;
    let count = input.count()?;
    check_count(count)?;
    let texts = match input.parameters.get("binary_data_size") {
        None if tail.is_empty() => input.texts()?,
        Some(_) if input.data.is_some() => {
            return Err(MessageError::bad_request("The input has both data and binary_data_size"));
        }
        Some(size) if size.as_u64() == Some(tail.len() as u64) => binary::texts(tail)?,
        _ => {
            return Err(MessageError::bad_request(
                "binary_data_size is not the number of bytes after the JSON, which ends where \
                 Inference-Header-Content-Length says",
            ));
        }
    };
    match texts.len() == count {
        true => Ok(texts),
        false => Err(MessageError::bad_request(format!(
            "The input has {} queries, and its shape says {count}",
            texts.len()
        ))),
    }
}
