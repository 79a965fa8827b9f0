//! The tensors of a model and of a request.

use crate::http::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is known of a tensor beforehand.
#[derive(Debug)]
pub(super) struct Kind {
    pub name: &'static str,
    pub datatype: &'static str,
}

/// The questions.
pub(super) const INPUT: Kind = Kind { name: "query", datatype: "BYTES" };
/// What is said of each.
pub(super) const OUTPUTS: [Kind; 3] = [
    Kind { name: "intent", datatype: "INT32" },
    Kind { name: "probability", datatype: "FP32" },
    Kind { name: "label", datatype: "BYTES" },
];

/// A tensor of a model; -1 is any size.
#[derive(Serialize)]
pub(super) struct TensorMetadata {
    name: &'static str,
    datatype: &'static str,
    shape: [i64; 1],
}

/// Questions.
#[derive(Deserialize)]
pub(super) struct InferRequest {
    /// Comes back.
    pub id: Option<String>,
    /// Come back; `binary_data_output` asks for all outputs in binary.
    pub parameters: Option<Map<String, Value>>,
    /// `query`.
    pub inputs: Vec<InputTensor>,
    /// Those that are wanted; all where there are none.
    #[serde(default)]
    pub outputs: Vec<WantedOutput>,
}

/// A tensor of a request.
#[derive(Deserialize)]
pub(super) struct InputTensor {
    pub name: String,
    /// [N] or [N, 1].
    pub shape: Vec<u64>,
    /// `BYTES`.
    pub datatype: String,
    /// `binary_data_size`: so many bytes after the JSON are its data.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Strings, flat or nested.
    pub data: Option<Value>,
}

/// An output that is wanted.
#[derive(Deserialize)]
pub(super) struct WantedOutput {
    pub name: String,
    /// `binary_data`: whether in binary.
    #[serde(default)]
    pub parameters: Map<String, Value>,
}

/// Answers.
#[derive(Serialize)]
pub(super) struct InferResponse<'a> {
    pub model_name: &'a str,
    pub model_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Map<String, Value>>,
    pub outputs: Vec<OutputTensor>,
}

/// A tensor of an answer.
#[derive(Serialize)]
pub(super) struct OutputTensor {
    pub name: &'static str,
    pub datatype: &'static str,
    pub shape: [usize; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<OutputParameters>,
    /// One value for each question; not there in binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Data>,
}

/// Of a tensor in binary.
#[derive(Serialize)]
pub(super) struct OutputParameters {
    /// So many bytes after the JSON are its data.
    pub binary_data_size: usize,
}

/// The values of a tensor.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data {
    Ints(Vec<i32>),
    Floats(Vec<f32>),
    Texts(Vec<String>),
}

impl Kind {
    pub(super) fn metadata(&self) -> TensorMetadata {
        TensorMetadata { name: self.name, datatype: self.datatype, shape: [-1] }
    }
}

impl InputTensor {
    /// How many questions there are, where this is the tensor that holds them.
    pub(super) fn count(&self) -> Result<usize, Refusal> {
        if self.name != INPUT.name || self.datatype != INPUT.datatype {
            let Kind { name, datatype } = INPUT;
            return Err(Refusal::bad(format!("The one input is {name}, of datatype {datatype}")));
        }
        let (&[count] | &[count, 1]) = self.shape.as_slice() else {
            return Err(Refusal::bad("The shape of the input is neither [N] nor [N, 1]"));
        };
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The strings of JSON data, flat or nested.
    pub(super) fn texts(&self) -> Result<Vec<String>, Refusal> {
        let Some(Value::Array(items)) = &self.data else {
            return Err(Refusal::bad("The input has no data: send a list of strings"));
        };
        let text = |(index, item): (usize, &Value)| {
            let item = match item.as_array().map(Vec::as_slice) {
                Some([item]) if self.shape.len() == 2 => item,
                _ => item,
            };
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| Refusal::bad(format!("The query {index} is not a string")))
        };
        items.iter().enumerate().map(text).collect()
    }
}
