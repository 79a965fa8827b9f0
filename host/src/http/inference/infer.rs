//! `POST …/infer`: a tensor of questions → tensors of answers.

use super::tensor::{
    Data, InferRequest, InferResponse, InputTensor, Kind, OUTPUTS, Octets, OutputParameters,
    OutputTensor,
};
use super::{State, answered_by, binary, bytes, picked, respond, unanswered};
use crate::http::ask::Picked;
use crate::http::refusal::{ErrorBody, Refusal};
use crate::http::segments::Which;
use crate::http::several::{ask_each, bounded};
use crate::http::{Body, body};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use intent_runtime::Prediction;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The bytes of the JSON, where others follow it.
const HEADER_LENGTH: HeaderName = HeaderName::from_static("inference-header-content-length");
/// Parameters that would change the answer, and that this server does not have.
const UNSUPPORTED: [&str; 4] =
    ["classification", "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size"];

/// Answers `…/infer`.
#[utoipa::path(
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
)]
pub(super) async fn post(
    state: &Arc<State>,
    model: &str,
    which: &Which,
    request: Request<Incoming>,
) -> Result<Response<Body>, Refusal> {
    let length = header_length(request.headers())?;
    let body = body::read(request.into_body(), state.bodies).await?;
    let picked = picked(state, model, which)?;
    let split = body.split_at_checked(length.unwrap_or(body.len()));
    let (json, tail) = split
        .ok_or_else(|| Refusal::bad("Inference-Header-Content-Length is more than the body has"))?;
    let request: InferRequest =
        serde_json::from_slice(json).map_err(|error| Refusal::json(&error))?;
    let wanted = wanted(&request)?;
    let texts = questions(&request.inputs, tail)?;
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify(text)).await;
    let answers = answers.map_err(|u| unanswered(&u, model))?;
    let mut after = Vec::new();
    let outputs: Vec<OutputTensor> =
        wanted.iter().map(|w| output(w, &answers, &picked, &mut after)).collect();
    let in_binary = wanted.iter().any(|w| w.binary);
    let response = InferResponse {
        model_name: model.to_owned(),
        model_version: picked.version.number.to_string(),
        id: request.id,
        parameters: request.parameters,
        outputs,
    };
    let mut answer = bytes(&response)?;
    let length = HeaderValue::from(answer.len());
    answer.append(&mut after);
    let kind = if in_binary { "application/octet-stream" } else { "application/json" };
    let mut response = answered_by(respond(200, kind, answer), &picked.version);
    if in_binary {
        response.headers_mut().insert(HEADER_LENGTH, length);
    }
    Ok(response)
}

fn header_length(headers: &HeaderMap) -> Result<Option<usize>, Refusal> {
    let Some(value) = headers.get(HEADER_LENGTH) else { return Ok(None) };
    let text = value.to_str().ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let length = text.and_then(|text| text.parse().ok());
    length
        .map(Some)
        .ok_or_else(|| Refusal::bad("Inference-Header-Content-Length is not a number of bytes"))
}

/// The texts of the one input, out of the JSON or of the bytes after it.
fn questions(inputs: &[InputTensor], tail: &[u8]) -> Result<Vec<String>, Refusal> {
    let [input] = inputs else {
        return Err(Refusal::bad("There must be one input, named query"));
    };
    supported(&input.parameters)?;
    let count = input.count()?;
    bounded(count)?;
    let texts = match input.parameters.get("binary_data_size") {
        None if tail.is_empty() => input.texts()?,
        Some(_) if input.data.is_some() => {
            return Err(Refusal::bad("The input has both data and binary_data_size"));
        }
        Some(size) if size.as_u64() == Some(tail.len() as u64) => binary::texts(tail)?,
        _ => {
            return Err(Refusal::bad(
                "binary_data_size is not the number of bytes after the JSON, which ends where \
                 Inference-Header-Content-Length says",
            ));
        }
    };
    match texts.len() == count {
        true => Ok(texts),
        false => Err(Refusal::bad(format!(
            "The input has {} queries, and its shape says {count}",
            texts.len()
        ))),
    }
}

/// An output that is wanted, and how.
struct Wanted {
    kind: &'static Kind,
    binary: bool,
}

fn wanted(request: &InferRequest) -> Result<Vec<Wanted>, Refusal> {
    let none = Map::new();
    let parameters = request.parameters.as_ref().unwrap_or(&none);
    supported(parameters)?;
    let all = flag(parameters, "binary_data_output")?.unwrap_or(false);
    if request.outputs.is_empty() {
        return Ok(OUTPUTS.iter().map(|kind| Wanted { kind, binary: all }).collect());
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    for (index, output) in request.outputs.iter().enumerate() {
        supported(&output.parameters)?;
        let kind = OUTPUTS.iter().find(|kind| kind.name == output.name);
        let kind = kind.ok_or_else(|| {
            Refusal::bad(format!(
                "There is no such output as the requested {index}: the outputs are intent, \
                 probability and label"
            ))
        })?;
        if wanted.iter().any(|w| w.kind.name == kind.name) {
            return Err(Refusal::bad(format!("The output {} is requested twice", kind.name)));
        }
        let binary = flag(&output.parameters, "binary_data")?.unwrap_or(all);
        wanted.push(Wanted { kind, binary });
    }
    Ok(wanted)
}

fn flag(parameters: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    match parameters.get(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Refusal::bad(format!("The parameter {name} is neither true nor false"))),
    }
}

fn supported(parameters: &Map<String, Value>) -> Result<(), Refusal> {
    match UNSUPPORTED.iter().find(|name| parameters.contains_key(**name)) {
        Some(name) => Err(Refusal::bad(format!("The parameter {name} is not supported"))),
        None => Ok(()),
    }
}

fn output(
    wanted: &Wanted,
    answers: &[Prediction],
    picked: &Picked,
    after: &mut Vec<u8>,
) -> OutputTensor {
    let label = |p: &Prediction| {
        let name = picked.version.label(p.intent);
        name.map_or_else(|| p.intent.to_string(), str::to_owned)
    };
    let data = match wanted.kind.name {
        "intent" => Data::Ints(answers.iter().map(|p| p.intent).collect()),
        "probability" => Data::Floats(answers.iter().map(|p| p.probability).collect()),
        _ => Data::Texts(answers.iter().map(label).collect()),
    };
    let (name, datatype, shape) = (wanted.kind.name, wanted.kind.datatype, [answers.len()]);
    if !wanted.binary {
        return OutputTensor { name, datatype, shape, parameters: None, data: Some(data) };
    }
    let bytes = binary::write(&data);
    after.extend_from_slice(&bytes);
    let parameters = Some(OutputParameters { binary_data_size: bytes.len() });
    OutputTensor { name, datatype, shape, parameters, data: None }
}
