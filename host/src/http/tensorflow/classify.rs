//! `…:classify`: examples → pairs of label and score, the most probable first.

use super::target::Target;
use super::value::text;
use super::{State, json_by, picked, signature, unanswered};
use crate::http::Body;
use crate::http::refusal::Refusal;
use crate::http::several::{ask_each, bounded};
use hyper::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The most pairs of an example: so many examples of so many classes would be a long answer.
const MOST_CLASSES: u32 = 100;
/// The feature that is asked about.
const FEATURE: &str = "query";

/// Examples with the feature `query`; other features are passed over.
#[derive(Deserialize)]
pub(super) struct ClassifyRequest {
    /// `serving_default` or `classification`, or left out.
    signature_name: Option<String>,
    /// Features of every example.
    #[serde(default)]
    context: Map<String, Value>,
    /// What is asked.
    examples: Vec<Map<String, Value>>,
}

/// Pairs of label and score for each example.
#[derive(Serialize)]
pub(super) struct Classified {
    result: Vec<Vec<(String, f32)>>,
}

/// Answers `…:classify`.
pub(super) async fn post(
    state: &Arc<State>,
    target: &Target,
    body: &[u8],
) -> Result<Response<Body>, Refusal> {
    let picked = picked(state, target)?;
    let request: ClassifyRequest =
        serde_json::from_slice(body).map_err(|error| Refusal::json(&error))?;
    signature(request.signature_name.as_deref(), &["serving_default", "classification"])?;
    let texts = request.texts()?;
    let answers = ask_each(state, &picked, &texts, |c, text| c.classify_top(text, MOST_CLASSES));
    let answers = answers.await.map_err(|u| unanswered(&u, &target.model))?;
    let label = |intent: i32| {
        let name = picked.version.label(intent);
        name.map_or_else(|| intent.to_string(), str::to_owned)
    };
    let result = answers
        .into_iter()
        .map(|top| top.into_iter().map(|p| (label(p.intent), p.probability)).collect())
        .collect();
    json_by(&picked, &Classified { result })
}

impl ClassifyRequest {
    fn texts(&self) -> Result<Vec<String>, Refusal> {
        bounded(self.examples.len())?;
        let shared = self.context.get(FEATURE);
        let query = |(index, example): (usize, &Map<_, _>)| match (example.get(FEATURE), shared) {
            (Some(query), None) | (None, Some(query)) => text(query, index),
            (None, None) => {
                Err(Refusal::bad(format!("The example {index} has no feature named query")))
            }
            (Some(_), Some(_)) => Err(Refusal::bad(format!(
                "The example {index} has the feature query, and the context has it as well"
            ))),
        };
        self.examples.iter().enumerate().map(query).collect()
    }
}
