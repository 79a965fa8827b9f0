//! `GET …/metadata`: the signatures, as of a saved model.

use super::responses::{failed, json_by};
use super::target::Target;
use crate::http::ask::pick;
use crate::http::failure::Failure;
#[cfg(test)]
use crate::http::message_error::ErrorBody;
use crate::http::message_error::MessageError;
use crate::http::response::Body;
use crate::http::segments::PathSelector;
use crate::http::state::AppState;
use crate::registry::Selector;
use crate::registry::catalog::PickError;
use hyper::Response;
use serde::Serialize;
use std::collections::BTreeMap;
#[cfg(test)]
use utoipa::ToSchema;

/// Inputs and outputs of a version.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Metadata {
    model_spec: ModelSpec,
    metadata: Signatures,
}

/// The version.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct ModelSpec {
    name: String,
    signature_name: String,
    version: String,
}

/// Its signatures. That there are two of the name is as in TensorFlow Serving.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Signatures {
    signature_def: SignatureMap,
}

/// Signatures by name.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct SignatureMap {
    signature_def: BTreeMap<&'static str, Signature>,
}

/// Inputs and outputs of one signature.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Signature {
    inputs: BTreeMap<&'static str, Tensor>,
    outputs: BTreeMap<&'static str, Tensor>,
    method_name: &'static str,
}

/// A tensor.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Tensor {
    dtype: &'static str,
    tensor_shape: Shape,
    name: String,
}

/// Its shape.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Shape {
    dim: Vec<Dim>,
    unknown_rank: bool,
}

/// A dimension; -1 is any size.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Dim {
    size: &'static str,
    name: &'static str,
}

/// Answers the metadata of the version that `target` names, or of the highest.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v1/models/{model}/metadata",
    operation_id = "tensorflow_metadata",
    tag = "TensorFlow Serving",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    responses(
        (status = 200, description = "The signatures of a version", body = Metadata),
        (status = 400, description = "The path cannot be read, or no such label", body = ErrorBody),
        (status = 404, description = "No such model, or its version is not available", body = ErrorBody),
        (status = 503, description = "No version is available", body = ErrorBody),
    ),
))]
pub(super) fn get(state: &AppState, target: &Target) -> Result<Response<Body>, MessageError> {
    let name = &target.model;
    let highest = match target.version {
        PathSelector::Any => {
            let catalog = state.registry.catalog();
            let model = catalog.model(Some(name)).map_err(Failure::NoVersion);
            // not by the traffic split, which is for questions
            let highest = model.map(|m| m.highest().map(|version| version.number));
            let highest = highest.map_err(|failure| failed(&failure, name))?;
            let nothing = || failed(&Failure::NoVersion(PickError::Nothing), name);
            Some(highest.ok_or_else(nothing)?)
        }
        _ => None,
    };
    let selector = highest.map_or_else(|| target.version.selector(), Selector::Version);
    let picked = pick(state, Some(name), selector).map_err(|failure| failed(&failure, name))?;
    let model_spec = ModelSpec {
        name: name.clone(),
        signature_name: String::new(),
        version: picked.version.number.to_string(),
    };
    let metadata = Signatures { signature_def: SignatureMap { signature_def: signatures() } };
    json_by(&picked, &Metadata { model_spec, metadata })
}

fn signatures() -> BTreeMap<&'static str, Signature> {
    let predict = Signature {
        inputs: tensors(&[("query", "DT_STRING", 1)]),
        outputs: tensors(&[
            ("intent", "DT_INT32", 1),
            ("probability", "DT_FLOAT", 1),
            ("label", "DT_STRING", 1),
        ]),
        method_name: "tensorflow/serving/predict",
    };
    let classify = Signature {
        inputs: tensors(&[("inputs", "DT_STRING", 1)]),
        outputs: tensors(&[("classes", "DT_STRING", 2), ("scores", "DT_FLOAT", 2)]),
        method_name: "tensorflow/serving/classify",
    };
    BTreeMap::from([("serving_default", predict), ("classification", classify)])
}

fn tensors(specs: &[(&'static str, &'static str, usize)]) -> BTreeMap<&'static str, Tensor> {
    let tensor = |(name, dtype, rank): &(&'static str, &'static str, usize)| {
        let dim = (0..*rank).map(|_| Dim { size: "-1", name: "" }).collect();
        let tensor_shape = Shape { dim, unknown_rank: false };
        (*name, Tensor { dtype, tensor_shape, name: format!("{name}:0") })
    };
    specs.iter().map(tensor).collect()
}
