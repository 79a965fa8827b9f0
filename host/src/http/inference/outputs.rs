//! The outputs that a request asks for.

use super::binary;
use super::tensor::{Data, InferRequest, OUTPUTS, OutputParameters, OutputTensor, TensorSpec};
use crate::http::ask::Picked;
use crate::http::message_error::MessageError;
use intent_runtime::Prediction;
use serde_json::{Map, Value};

/// Parameters that would change the answer, and that this server does not support.
const UNSUPPORTED: [&str; 4] =
    ["classification", "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size"];

/// A requested output and its encoding.
pub(super) struct RequestedOutput {
    spec: &'static TensorSpec,
    pub(super) binary: bool,
}

/// Reads the requested outputs: all of them if the request names none.
pub(super) fn requested(request: &InferRequest) -> Result<Vec<RequestedOutput>, MessageError> {
    let none = Map::new();
    let parameters = request.parameters.as_ref().unwrap_or(&none);
    check_supported(parameters)?;
    let all = flag(parameters, "binary_data_output")?.unwrap_or(false);
    if request.outputs.is_empty() {
        return Ok(OUTPUTS.iter().map(|spec| RequestedOutput { spec, binary: all }).collect());
    }
    let mut requested: Vec<RequestedOutput> = Vec::new();
    for (index, output) in request.outputs.iter().enumerate() {
        check_supported(&output.parameters)?;
        let spec = OUTPUTS.iter().find(|spec| spec.name == output.name);
        let spec = spec.ok_or_else(|| {
            MessageError::bad_request(format!(
                "There is no such output as the requested {index}: the outputs are intent, \
                 probability and label"
            ))
        })?;
        if requested.iter().any(|other| other.spec.name == spec.name) {
            return Err(MessageError::bad_request(format!(
                "The output {} is requested twice",
                spec.name
            )));
        }
        let binary = flag(&output.parameters, "binary_data")?.unwrap_or(all);
        requested.push(RequestedOutput { spec, binary });
    }
    Ok(requested)
}

/// Reads a boolean parameter.
fn flag(parameters: &Map<String, Value>, name: &str) -> Result<Option<bool>, MessageError> {
    match parameters.get(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(MessageError::bad_request(format!(
            "The parameter {name} is neither true nor false"
        ))),
    }
}

/// Refuses parameters that would change the answer.
pub(super) fn check_supported(parameters: &Map<String, Value>) -> Result<(), MessageError> {
    match UNSUPPORTED.iter().find(|name| parameters.contains_key(**name)) {
        Some(name) => {
            Err(MessageError::bad_request(format!("The parameter {name} is not supported")))
        }
        None => Ok(()),
    }
}

/// Builds an output; its bytes are appended to `binary_data` if it is binary.
pub(super) fn output(
    requested: &RequestedOutput,
    answers: &[Prediction],
    picked: &Picked,
    binary_data: &mut Vec<u8>,
) -> OutputTensor {
    let label = |p: &Prediction| {
        let name = picked.version.label_name(p.intent);
        name.map_or_else(|| p.intent.to_string(), str::to_owned)
    };
    let data = match requested.spec.name {
        "intent" => Data::Ints(answers.iter().map(|p| p.intent).collect()),
        "probability" => Data::Floats(answers.iter().map(|p| p.probability).collect()),
        _ => Data::Texts(answers.iter().map(label).collect()),
    };
    let (name, datatype, shape) = (requested.spec.name, requested.spec.datatype, [answers.len()]);
    if !requested.binary {
        return OutputTensor { name, datatype, shape, parameters: None, data: Some(data) };
    }
    let bytes = binary::write(&data);
    binary_data.extend_from_slice(&bytes);
    let parameters = Some(OutputParameters { binary_data_size: bytes.len() });
    OutputTensor { name, datatype, shape, parameters, data: None }
}
