//! `GET /intent?query=…`, `POST /intent` → `{"intent": 26, "probability": "0.73356545"}`.

use super::ask::{self, Picked, ask};
use super::body;
use super::openapi::{Answer, ProblemBody};
use super::problem::{self, Problem};
use super::query::Asked;
use super::{Body, State, answered_by, respond};
use crate::runtime::{Decision, Explanation, Family, Prediction};
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;

#[utoipa::path(
    get,
    path = "/intent",
    operation_id = "ask",
    tag = "Questions",
    params(Asked),
    responses(
        (status = 200, description = "The most probable intent", body = Answer),
        (status = 400, description = "The request cannot be read, or the question is blank", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version or label", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The model failed, or did not answer in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "No version is available, or too many requests wait", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get(
    state: &Arc<State>,
    query: Option<&str>,
) -> Result<Response<Body>, Problem> {
    answer(state, &Asked::of_url(query)?).await
}

#[utoipa::path(
    post,
    path = "/intent",
    operation_id = "ask_json",
    tag = "Questions",
    request_body = Asked,
    responses(
        (status = 200, description = "The most probable intent", body = Answer),
        (status = 400, description = "The request cannot be read, or the question is blank", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version or label", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The model failed, or did not answer in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "No version is available, or too many requests wait", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn post(
    state: &Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    if !body::is_of_type(&request, &["application/json"]) {
        return Err(problem::unsupported_type("application/json"));
    }
    let bytes = body::read(request.into_body(), state.bodies).await?;
    answer(state, &Asked::of_json(&bytes)?).await
}

async fn answer(state: &Arc<State>, asked: &Asked) -> Result<Response<Body>, Problem> {
    let picked = ask::pick(state, None, asked.selector())?;
    let json = answer_json(state, &picked, asked).await?;
    Ok(answered_by(respond(200, "application/json", json), &picked.version))
}

/// The answer to one question. Its two keys come first, as they were agreed on; others only where
/// they were asked for.
pub(super) async fn answer_json(
    state: &Arc<State>,
    picked: &Picked,
    asked: &Asked,
) -> Result<String, Problem> {
    let text = &asked.query;
    let top = match asked.top {
        Some(k) => Some(ask(state, picked, text, |c| c.classify_top(text, k)).await?),
        None => None,
    };
    let explanation = match asked.explain {
        true => Some(ask(state, picked, text, |c| c.explain(text)).await?),
        false => None,
    };
    let decision = match asked.decide {
        true => Some(ask(state, picked, text, |c| c.decide(text)).await?),
        false => None,
    };
    let of_top = top.as_ref().map(|top| top.first().ok_or_else(problem::model_failed));
    let of_decision =
        decision.as_ref().map(|d| d.most_probable().ok_or_else(problem::model_failed));
    let (intent, probability) = match (&explanation, of_top.or(of_decision)) {
        (Some(e), _) => (e.intent, e.probability),
        (None, Some(first)) => first.map(|p| (p.intent, p.probability))?,
        (None, None) => {
            let first = ask(state, picked, text, |c| c.classify(text)).await?;
            return Ok(format!("{{{}}}", pair(first.intent, first.probability)));
        }
    };
    let mut json = format!("{{{}", pair(intent, probability));
    // writing to a string does not fail
    if let Some(top) = &top {
        let _ = write!(json, ", \"top\": {}", candidates(picked, top));
    }
    if let Some(explanation) = &explanation {
        let _ = write!(json, ", \"explanation\": {}", shares(explanation));
    }
    if let Some(decision) = &decision {
        let _ = write!(json, ", \"decision\": \"{}\"", word(decision));
    }
    json.push('}');
    Ok(json)
}

/// The agreed format: an integer, a string of 8 decimals, these two keys, this spacing.
fn pair(intent: i32, probability: f32) -> String {
    format!("\"intent\": {intent}, \"probability\": \"{probability:.8}\"")
}

/// As in `wit/`.
fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Intent(_) => "intent",
        Decision::Unsure(_) => "unsure",
        Decision::OutOfScope(_) => "out-of-scope",
    }
}

fn candidates(picked: &Picked, top: &[Prediction]) -> Value {
    let candidate = |p: &Prediction| {
        json!({
            "intent": p.intent,
            "probability": format!("{:.8}", p.probability),
            "label": picked.version.label(p.intent),
        })
    };
    top.iter().map(candidate).collect()
}

/// Byte ranges are of the UTF-8 of the query.
fn shares(e: &Explanation) -> Value {
    let contributions = e.contributions.iter().map(|c| {
        let family = match c.family {
            Family::Words => "words",
            Family::Subwords => "subwords",
            Family::Pairs => "pairs",
            Family::Vectors => "vectors",
        };
        json!({ "start": c.start, "end": c.end, "family": family, "share": c.share })
    });
    json!({
        "margin": e.margin,
        "bias": e.bias,
        "contributions": contributions.collect::<Vec<_>>(),
    })
}
