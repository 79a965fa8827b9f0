//! The tensors of a model and of a request.

use crate::http::message_error::MessageError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
#[cfg(test)]
use utoipa::ToSchema;

/// The specification of a tensor.
#[derive(Debug)]
pub(super) struct TensorSpec {
    pub name: &'static str,
    pub datatype: &'static str,
}

/// The input: the questions.
pub(super) const INPUT: TensorSpec = TensorSpec { name: "query", datatype: "BYTES" };
/// The outputs, each with one value per question.
pub(super) const OUTPUTS: [TensorSpec; 3] = [
    TensorSpec { name: "intent", datatype: "INT32" },
    TensorSpec { name: "probability", datatype: "FP32" },
    TensorSpec { name: "label", datatype: "BYTES" },
];

/// A tensor of a model; -1 is any size.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct TensorMetadata {
    name: &'static str,
    datatype: &'static str,
    shape: [i64; 1],
}

/// Questions.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ToSchema))]
#[cfg_attr(test, schema(example = json!({
    "id": "1",
    "inputs": [{
        "name": "query", "shape": [2], "datatype": "BYTES", "data": ["mal de tête", "pilule oubliée"]
    }],
    "outputs": [{ "name": "intent" }, { "name": "probability" }]
})))]
pub(super) struct InferRequest {
    /// Comes back.
    pub id: Option<String>,
    /// Come back; `binary_data_output` asks for all outputs in binary.
    #[cfg_attr(test, schema(value_type = Option<Object>))]
    pub parameters: Option<Map<String, Value>>,
    /// `query`.
    pub inputs: Vec<InputTensor>,
    /// Those that are wanted; all where there are none.
    #[serde(default)]
    pub outputs: Vec<WantedOutput>,
}

/// A tensor of a request.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct InputTensor {
    pub name: String,
    /// [N] or [N, 1].
    pub shape: Vec<u64>,
    /// `BYTES`.
    pub datatype: String,
    /// `binary_data_size`: length of the data, in bytes after the JSON.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Object))]
    pub parameters: Map<String, Value>,
    /// Strings, flat or nested.
    #[cfg_attr(test, schema(value_type = Option<Vec<Text>>))]
    pub data: Option<Value>,
}

/// JSON, and the bytes of tensors after it.
#[cfg(test)]
#[derive(ToSchema)]
#[cfg_attr(test, schema(value_type = String, format = Binary))]
#[expect(dead_code, reason = "only described")]
pub(super) struct Octets(Vec<u8>);

/// A question, or a list of one where the shape is [N, 1].
#[cfg(test)]
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum Text {
    Flat(String),
    Nested(Vec<String>),
}

/// An output that is wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct WantedOutput {
    pub name: String,
    /// `binary_data`: whether in binary.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Object))]
    pub parameters: Map<String, Value>,
}

/// Answers.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct InferResponse {
    pub model_name: String,
    pub model_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Object>))]
    pub parameters: Option<Map<String, Value>>,
    pub outputs: Vec<OutputTensor>,
}

/// A tensor of an answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct OutputTensor {
    pub name: &'static str,
    pub datatype: &'static str,
    pub shape: [usize; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<OutputParameters>,
    /// One value for each question; not there in binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Vec<Element>>))]
    pub data: Option<Data>,
}

/// Parameters of a tensor in binary form.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct OutputParameters {
    /// Length of the data, in bytes after the JSON.
    pub binary_data_size: usize,
}

/// A value of a tensor, whose values are all of one kind.
#[cfg(test)]
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum Element {
    /// An element of INT32 or FP32.
    Number(f64),
    /// An element of BYTES.
    Text(String),
}

/// The values of a tensor.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data {
    Ints(Vec<i32>),
    Floats(Vec<f32>),
    Texts(Vec<String>),
}

impl TensorSpec {
    pub(super) fn metadata(&self) -> TensorMetadata {
        TensorMetadata { name: self.name, datatype: self.datatype, shape: [-1] }
    }
}

impl InputTensor {
    /// The number of questions, if this is the input.
    pub(super) fn count(&self) -> Result<usize, MessageError> {
        if self.name != INPUT.name || self.datatype != INPUT.datatype {
            let TensorSpec { name, datatype } = INPUT;
            return Err(MessageError::bad_request(format!(
                "The one input is {name}, of datatype {datatype}"
            )));
        }
        let (&[count] | &[count, 1]) = self.shape.as_slice() else {
            return Err(MessageError::bad_request(
                "The shape of the input is neither [N] nor [N, 1]",
            ));
        };
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Reads the strings of JSON data, flat or nested.
    pub(super) fn texts(&self) -> Result<Vec<String>, MessageError> {
        let Some(Value::Array(items)) = &self.data else {
            return Err(MessageError::bad_request("The input has no data: send a list of strings"));
        };
        let text = |(index, item): (usize, &Value)| {
            let item = match item.as_array().map(Vec::as_slice) {
                Some([item]) if self.shape.len() == 2 => item,
                _ => item,
            };
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| {
                MessageError::bad_request(format!("The query {index} is not a string"))
            })
        };
        items.iter().enumerate().map(text).collect()
    }
}
