//! `GET …/metadata`: the signatures, as of a saved model.

use super::target::Target;
use super::{State, json_by, refusal};
use crate::http::Body;
use crate::http::ask::{Failure, pick};
use crate::http::refusal::Refusal;
use crate::http::segments::Which;
use crate::registry::Selector;
use crate::registry::catalog::PickError;
use hyper::Response;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a version takes and gives.
#[derive(Serialize)]
pub(super) struct Metadata {
    model_spec: ModelSpec,
    metadata: Signatures,
}

/// Which version that is.
#[derive(Serialize)]
pub(super) struct ModelSpec {
    name: String,
    signature_name: String,
    version: String,
}

/// Its signatures. That there are two of the name is as in TensorFlow Serving.
#[derive(Serialize)]
pub(super) struct Signatures {
    signature_def: SignatureMap,
}

/// Signatures by name.
#[derive(Serialize)]
pub(super) struct SignatureMap {
    signature_def: BTreeMap<&'static str, Signature>,
}

/// What one of them takes and gives.
#[derive(Serialize)]
pub(super) struct Signature {
    inputs: BTreeMap<&'static str, Tensor>,
    outputs: BTreeMap<&'static str, Tensor>,
    method_name: &'static str,
}

/// A tensor.
#[derive(Serialize)]
pub(super) struct Tensor {
    dtype: &'static str,
    tensor_shape: Shape,
    name: String,
}

/// Its shape.
#[derive(Serialize)]
pub(super) struct Shape {
    dim: Vec<Dim>,
    unknown_rank: bool,
}

/// A dimension; -1 is any size.
#[derive(Serialize)]
pub(super) struct Dim {
    size: &'static str,
    name: &'static str,
}

/// Answers the metadata of the version that `target` names, or of the highest.
pub(super) fn get(state: &State, target: &Target) -> Result<Response<Body>, Refusal> {
    let name = &target.model;
    let highest = match target.which {
        Which::Any => {
            let catalog = state.registry.catalog();
            let model = catalog.model(Some(name)).map_err(Failure::Unpicked);
            // not picked by the split, which deals questions
            let highest = model.map(|m| m.highest().map(|version| version.number));
            let highest = highest.map_err(|failure| refusal(&failure, name))?;
            let nothing = || refusal(&Failure::Unpicked(PickError::Nothing), name);
            Some(highest.ok_or_else(nothing)?)
        }
        _ => None,
    };
    let selector = highest.map_or_else(|| target.which.selector(), Selector::Version);
    let picked = pick(state, Some(name), selector).map_err(|failure| refusal(&failure, name))?;
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

fn tensors(of: &[(&'static str, &'static str, usize)]) -> BTreeMap<&'static str, Tensor> {
    let tensor = |(name, dtype, rank): &(&'static str, &'static str, usize)| {
        let dim = (0..*rank).map(|_| Dim { size: "-1", name: "" }).collect();
        let tensor_shape = Shape { dim, unknown_rank: false };
        (*name, Tensor { dtype, tensor_shape, name: format!("{name}:0") })
    };
    of.iter().map(tensor).collect()
}
