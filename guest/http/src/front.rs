//! Request → classifier → response, by the same rules as the host.

use crate::answer::{self, NgramShare, OptionalMembers};
use crate::bindings::posos::intent::classifier::{
    self, ClassifyError, Contribution, Decision, Family, ModelInfo, Prediction,
};
use crate::problem::{self, Problem};
use crate::query::IntentRequest;
use crate::{card, headers, limits};
use futures_util::StreamExt;
use spin_sdk::http::{IncomingRequest, Method};

/// Maximum size of a body in bytes: the host's default.
const MAX_BODY: usize = (limits::MAX_BODY_KIB as usize) << 10;
const ROUTES: &str = "/intent?query=…, /healthz, /readyz and /, which is the model's card";

/// A response.
pub(crate) struct FrontResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) async fn answer(request: IncomingRequest) -> FrontResponse {
    route(request).await.unwrap_or_else(message_error)
}

async fn route(request: IncomingRequest) -> Result<FrontResponse, Problem> {
    let target = request.path_with_query().unwrap_or_default();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (&*target, None),
    };
    let method = request.method();
    match path {
        "/intent" => match method {
            Method::Get | Method::Head => ask(&IntentRequest::from_url(query)?),
            Method::Post => {
                if !is_json(&request) {
                    return Err(problem::unsupported_type("application/json"));
                }
                ask(&IntentRequest::from_json(&body(request).await?)?)
            }
            _ => Err(problem::method_not_allowed("GET, HEAD, POST")),
        },
        "/healthz" => get(&method, || plain("text/plain; charset=utf-8", "ok\n".to_owned())),
        // an instance exists, so the model is ready
        "/readyz" => get(&method, || plain("text/plain; charset=utf-8", "ready\n".to_owned())),
        "/" => get(&method, || {
            let mut page = plain("text/html; charset=utf-8", card::page(&classifier::describe()));
            page.headers.push(("content-security-policy", card::POLICY.to_owned()));
            page
        }),
        _ => Err(problem::not_found(ROUTES)),
    }
}

fn ask(asked: &IntentRequest) -> Result<FrontResponse, Problem> {
    let info = classifier::describe();
    check_version(asked, &info)?;
    let text = &asked.query;
    let top =
        asked.top.map(|k| classifier::classify_top(text, k)).transpose().map_err(query_problem)?;
    let explained =
        asked.explain.then(|| classifier::explain(text)).transpose().map_err(query_problem)?;
    let decided =
        asked.decide.then(|| classifier::decide(text)).transpose().map_err(query_problem)?;
    let first = match (&top, &decided) {
        (Some(top), _) | (None, Some(Decision::Unsure(top))) => Some(top.first()),
        (None, Some(Decision::Intent(p) | Decision::OutOfScope(p))) => Some(Some(p)),
        (None, None) => None,
    };
    let (intent, probability) = match (&explained, first) {
        (Some(e), _) => (e.intent, e.probability),
        (None, Some(first)) => {
            let first = first.ok_or_else(problem::model_failed)?;
            (first.intent, first.probability)
        }
        (None, None) => {
            let first = classifier::classify(text).map_err(query_problem)?;
            (first.intent, first.probability)
        }
    };
    let label = |intent| info.labels.iter().find(|l| l.intent == intent).map(|l| &*l.name);
    let candidate = |p: &Prediction| (p.intent, p.probability, label(p.intent));
    let top = top.map(|top| answer::top_intents(top.iter().map(candidate)));
    let explanation =
        explained.map(|e| answer::explanation(e.margin, e.bias, e.contributions.iter().map(share)));
    let json = answer::answer(
        intent,
        probability,
        &OptionalMembers { top, explanation, decision: decided.as_ref().map(decision_name) },
    );
    let mut answer = plain("application/json", json);
    answer.headers.push((headers::MODEL_VERSION, info.version.to_string()));
    Ok(answer)
}

/// Refuses another version than this one, and any label: this one has none.
fn check_version(asked: &IntentRequest, info: &ModelInfo) -> Result<(), Problem> {
    match asked.version {
        Some(version) if version != u64::from(info.version) => {
            Err(problem::no_such_version(version))
        }
        _ if asked.label.is_some() => Err(problem::no_such_label()),
        _ => Ok(()),
    }
}

fn query_problem(error: ClassifyError) -> Problem {
    match error {
        ClassifyError::EmptyQuery => problem::blank_query(),
        ClassifyError::QueryTooLong(length) => problem::query_too_long(length.actual, length.limit),
        ClassifyError::BadModel(_) => problem::model_failed(),
    }
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

fn get(method: &Method, answer: impl FnOnce() -> FrontResponse) -> Result<FrontResponse, Problem> {
    match method {
        Method::Get | Method::Head => Ok(answer()),
        _ => Err(problem::method_not_allowed("GET, HEAD")),
    }
}

fn plain(kind: &str, body: String) -> FrontResponse {
    FrontResponse { status: 200, headers: vec![("content-type", kind.to_owned())], body }
}

fn message_error(problem: Problem) -> FrontResponse {
    let mut headers = vec![("content-type", "application/problem+json".to_owned())];
    headers.extend(problem.allow().map(|methods| ("allow", methods.to_owned())));
    headers.extend(problem.retry_after().map(|seconds| ("retry-after", seconds.to_string())));
    FrontResponse { status: problem.status(), headers, body: problem.json().to_string() }
}

/// Whether the body is JSON by its `Content-Type`; assumed if there is none.
fn is_json(request: &IncomingRequest) -> bool {
    let stated = request.headers().get("content-type");
    let Some(stated) = stated.first() else { return true };
    let media = stated.split(|byte| *byte == b';').next().unwrap_or_default();
    media.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

async fn body(request: IncomingRequest) -> Result<Vec<u8>, Problem> {
    let mut stream = request.into_body_stream();
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.map_err(|_| problem::body_broken())?);
        if body.len() > MAX_BODY {
            return Err(problem::body_too_long(MAX_BODY));
        }
    }
    Ok(body)
}
