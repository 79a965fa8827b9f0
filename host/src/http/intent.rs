//! `GET /intent?query=…`, `POST /intent` → `{"intent": 26, "probability": "0.73356545"}`.

use super::ask::{self, Picked, ask};
use super::body;
use super::problem::{self, Problem};
use super::response::{Body, answered_by, respond};
#[cfg(test)]
use super::schemas::{IntentAnswer, ProblemBody};
use super::state::AppState;
use hyper::body::Incoming;
use hyper::{Request, Response};
use intent_http::answer::{self, NgramShare, OptionalMembers};
use intent_http::query::IntentRequest;
use intent_runtime::{Contribution, Decision, Family, Prediction};
use std::sync::Arc;

#[cfg_attr(test, utoipa::path(
    get,
    path = "/intent",
    operation_id = "ask",
    tag = "Questions",
    params(IntentRequest),
    responses(
        (status = 200, description = "The most probable intent", body = IntentAnswer),
        (status = 400, description = "The request cannot be read, or the question is blank", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version or label", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The model failed, or did not answer in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "No version is available, or too many requests wait", body = ProblemBody, content_type = "application/problem+json"),
    ),
))]
pub(super) async fn get(
    state: &Arc<AppState>,
    query_string: Option<&str>,
) -> Result<Response<Body>, Problem> {
    respond_to(state, &IntentRequest::from_url(query_string)?).await
}

#[cfg_attr(test, utoipa::path(
    post,
    path = "/intent",
    operation_id = "ask_json",
    tag = "Questions",
    request_body = IntentRequest,
    responses(
        (status = 200, description = "The most probable intent", body = IntentAnswer),
        (status = 400, description = "The request cannot be read, or the question is blank", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version or label", body = ProblemBody, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "The model failed, or did not answer in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "No version is available, or too many requests wait", body = ProblemBody, content_type = "application/problem+json"),
    ),
))]
pub(super) async fn post(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    if !body::has_type(&request, &["application/json"]) {
        return Err(problem::unsupported_type("application/json"));
    }
    let bytes = body::read(request.into_body(), state.bodies).await?;
    respond_to(state, &IntentRequest::from_json(&bytes)?).await
}

async fn respond_to(
    state: &Arc<AppState>,
    asked: &IntentRequest,
) -> Result<Response<Body>, Problem> {
    let picked = ask::pick(state, None, ask::selector(asked))?;
    let json = answer_json(state, &picked, asked).await?;
    Ok(answered_by(respond(200, "application/json", json), &picked.version))
}

/// Asks one question, by one call for each optional member of the answer, and formats the answer.
pub(super) async fn answer_json(
    state: &Arc<AppState>,
    picked: &Picked,
    asked: &IntentRequest,
) -> Result<String, Problem> {
    let text = &asked.query;
    let top = match asked.top {
        Some(k) => Some(ask(state, picked, text, |c| c.classify_top(text, k)).await?),
        None => None,
    };
    let explained = match asked.explain {
        true => Some(ask(state, picked, text, |c| c.explain(text)).await?),
        false => None,
    };
    let decided = match asked.decide {
        true => Some(ask(state, picked, text, |c| c.decide(text)).await?),
        false => None,
    };
    let first_of_top = top.as_ref().map(|top| top.first().ok_or_else(problem::model_failed));
    let first_of_decision =
        decided.as_ref().map(|d| d.most_probable().ok_or_else(problem::model_failed));
    let (intent, probability) = match (&explained, first_of_top.or(first_of_decision)) {
        (Some(e), _) => (e.intent, e.probability),
        (None, Some(first)) => first.map(|p| (p.intent, p.probability))?,
        (None, None) => {
            let first = ask(state, picked, text, |c| c.classify(text)).await?;
            (first.intent, first.probability)
        }
    };
    let candidate = |p: &Prediction| (p.intent, p.probability, picked.version.label_name(p.intent));
    let top = top.map(|top| answer::top_intents(top.iter().map(candidate)));
    let explanation =
        explained.map(|e| answer::explanation(e.margin, e.bias, e.contributions.iter().map(share)));
    let decision = decided.as_ref().map(decision_name);
    Ok(answer::answer(intent, probability, &OptionalMembers { top, explanation, decision }))
}

/// The decision's name, as in `wit/`.
fn decision_name(decision: &Decision) -> &'static str {
    match decision {
        Decision::Intent(_) => "intent",
        Decision::Unsure(_) => "unsure",
        Decision::OutOfScope(_) => "out-of-scope",
    }
}

fn share(c: &Contribution) -> NgramShare {
    let family = match c.family {
        Family::Words => "words",
        Family::Subwords => "subwords",
        Family::Pairs => "pairs",
        Family::Vectors => "vectors",
    };
    NgramShare { start: c.start, end: c.end, family, share: c.share }
}
