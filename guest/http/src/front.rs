//! Requests → the classifier → responses, by the same rules as the host.

use crate::answer::{self, More, Share};
use crate::bindings::posos::intent::classifier::{
    self, ClassifyError, Contribution, Decision, Family, ModelInfo, Prediction,
};
use crate::card;
use crate::problem::{self, Problem};
use crate::query::Asked;
use futures_util::StreamExt;
use spin_sdk::http::{IncomingRequest, Method};

/// Bytes of a body, as the host has them by default.
const MOST_BODY: usize = 256 << 10;
const ROUTES: &str = "/intent?query=…, /healthz, /readyz and /, which is the model's card";

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) async fn answer(request: IncomingRequest) -> Answer {
    route(request).await.unwrap_or_else(refusal)
}

async fn route(request: IncomingRequest) -> Result<Answer, Problem> {
    let target = request.path_with_query().unwrap_or_default();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (&*target, None),
    };
    let method = request.method();
    match path {
        "/intent" => match method {
            Method::Get | Method::Head => ask(&Asked::of_url(query)?),
            Method::Post => {
                if !says_json(&request) {
                    return Err(problem::unsupported_type("application/json"));
                }
                ask(&Asked::of_json(&body(request).await?)?)
            }
            _ => Err(problem::method_not_allowed("GET, HEAD, POST")),
        },
        "/healthz" => get(&method, || plain("text/plain; charset=utf-8", "ok\n".to_owned())),
        // it was instantiated, and a model lies in it
        "/readyz" => get(&method, || plain("text/plain; charset=utf-8", "ready\n".to_owned())),
        "/" => get(&method, || {
            let mut page = plain("text/html; charset=utf-8", card::page(&classifier::describe()));
            page.headers.push(("content-security-policy", card::POLICY.to_owned()));
            page
        }),
        _ => Err(problem::not_found(ROUTES)),
    }
}

fn ask(asked: &Asked) -> Result<Answer, Problem> {
    let info = classifier::describe();
    chosen(asked, &info)?;
    let text = &asked.query;
    let top = asked.top.map(|k| classifier::classify_top(text, k)).transpose().map_err(refused)?;
    let explained =
        asked.explain.then(|| classifier::explain(text)).transpose().map_err(refused)?;
    let decided = asked.decide.then(|| classifier::decide(text)).transpose().map_err(refused)?;
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
            let first = classifier::classify(text).map_err(refused)?;
            (first.intent, first.probability)
        }
    };
    let label = |intent| info.labels.iter().find(|l| l.intent == intent).map(|l| &*l.name);
    let candidate = |p: &Prediction| (p.intent, p.probability, label(p.intent));
    let top = top.map(|top| answer::candidates(top.iter().map(candidate)));
    let explanation =
        explained.map(|e| answer::explanation(e.margin, e.bias, e.contributions.iter().map(share)));
    let json = answer::answer(
        intent,
        probability,
        &More { top, explanation, decision: decided.as_ref().map(word) },
    );
    let mut answer = plain("application/json", json);
    answer.headers.push(("x-model-version", info.version.to_string()));
    Ok(answer)
}

/// There is one version here, without a label.
fn chosen(asked: &Asked, info: &ModelInfo) -> Result<(), Problem> {
    match asked.version {
        Some(version) if version != u64::from(info.version) => {
            Err(problem::no_such_version(version))
        }
        _ if asked.label.is_some() => Err(problem::no_such_label()),
        _ => Ok(()),
    }
}

fn refused(error: ClassifyError) -> Problem {
    match error {
        ClassifyError::EmptyQuery => problem::blank_query(),
        ClassifyError::QueryTooLong(length) => problem::query_too_long(length.actual, length.limit),
        ClassifyError::BadModel(_) => problem::model_failed(),
    }
}

/// As in `wit/`.
fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Intent(_) => "intent",
        Decision::Unsure(_) => "unsure",
        Decision::OutOfScope(_) => "out-of-scope",
    }
}

fn share(c: &Contribution) -> Share {
    let family = match c.family {
        Family::Words => "words",
        Family::Subwords => "subwords",
        Family::Pairs => "pairs",
        Family::Vectors => "vectors",
    };
    Share { start: c.start, end: c.end, family, share: c.share }
}

fn get(method: &Method, answer: impl FnOnce() -> Answer) -> Result<Answer, Problem> {
    match method {
        Method::Get | Method::Head => Ok(answer()),
        _ => Err(problem::method_not_allowed("GET, HEAD")),
    }
}

fn plain(kind: &str, body: String) -> Answer {
    Answer { status: 200, headers: vec![("content-type", kind.to_owned())], body }
}

fn refusal(problem: Problem) -> Answer {
    let mut headers = vec![("content-type", "application/problem+json".to_owned())];
    headers.extend(problem.allow().map(|methods| ("allow", methods.to_owned())));
    headers.extend(problem.retry_after().map(|seconds| ("retry-after", seconds.to_string())));
    Answer { status: problem.status(), headers, body: problem.json().to_string() }
}

/// A request that says nothing is trusted.
fn says_json(request: &IncomingRequest) -> bool {
    let stated = request.headers().get("content-type");
    let Some(stated) = stated.first() else { return true };
    let media = stated.split(|byte| *byte == b';').next().unwrap_or_default();
    media.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

async fn body(request: IncomingRequest) -> Result<Vec<u8>, Problem> {
    let mut stream = request.into_body_stream();
    let mut body = Vec::new();
    while let Some(piece) = stream.next().await {
        body.extend(piece.map_err(|_| problem::body_broken())?);
        if body.len() > MOST_BODY {
            return Err(problem::body_too_long(MOST_BODY));
        }
    }
    Ok(body)
}
