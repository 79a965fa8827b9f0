//! `POST /intent/batch`: newline-delimited JSON in and out, a line for a line, streamed.
//!
//! A line in is `{"query": "…"}` or just `"…"`; its `id`, if it has one, is returned with the answer. A line out is the
//! answer of `/intent`, or `{"error": …}` with the problem of that line: the others are answered all the same.

use super::ask::{self, Picked};
use super::body;
use super::intent::answer_json;
use super::problem::{self, Problem};
use super::response::{Body, answered_by};
#[cfg(test)]
use super::schemas::ProblemBody;
use super::state::AppState;
use http_body_util::{BodyExt, Either, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response};
use intent_http::query::IntentRequest;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Maximum bytes of a line: the longest query with each character escaped, and an id.
const MAX_LINE: usize = 64 << 10;
/// Answers are sent once they have this many bytes, or when no whole line is left.
const CHUNK: usize = 16 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    query: String,
    /// Kept as text: a number of many digits would be rounded.
    #[serde(default)]
    id: Option<Box<RawValue>>,
}

#[cfg_attr(test, utoipa::path(
    post,
    path = "/intent/batch",
    operation_id = "ask_batch",
    tag = "Questions",
    params(
        ("version" = Option<u64>, Query, description = "The version to ask"),
        ("label" = Option<String>, Query, description = "The label of the version to ask"),
        ("top" = Option<u32>, Query, description = "Number of intents to return for each, the most probable first", minimum = 1, maximum = 1000),
        ("explain" = Option<bool>, Query, description = "Whether to return the share of each n-gram in the margin"),
        ("decide" = Option<bool>, Query, description = "Whether to return the decision on each: the intent, unsure (ask for clarification), or out of scope"),
    ),
    request_body(
        content = String, content_type = "application/x-ndjson",
        description = "A line for each question: {\"query\": \"…\"}, with an id if wanted, or a JSON string",
        example = "{\"query\": \"mal de tête\", \"id\": 1}\n\"pilule oubliée\"\n"
    ),
    responses(
        (status = 200, description = "A line for each line: the answer of /intent, or {\"error\": …}", body = String, content_type = "application/x-ndjson"),
        (status = 400, description = "A parameter cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version or label", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "No version is available", body = ProblemBody, content_type = "application/problem+json"),
    ),
))]
pub(super) async fn post(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    let types = ["application/x-ndjson", "application/ndjson", "application/jsonl"];
    if !body::has_type(&request, &types) {
        return Err(problem::unsupported_type("application/x-ndjson"));
    }
    // the same for all lines: version, number of intents
    let options = options(request.uri().query())?;
    let picked = ask::pick(state, None, ask::selector(&options))?;
    let (send, receive) = channel(4);
    let (state, version) = (state.clone(), picked.version.clone());
    tokio::spawn(
        async move { answer(&state, &picked, &options, request.into_body(), &send).await },
    );
    let mut response = Response::new(stream(receive));
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(answered_by(response, &version))
}

/// Parses the options of `/intent` except the query.
fn options(query_string: Option<&str>) -> Result<IntentRequest, Problem> {
    let query_string = query_string.unwrap_or_default();
    if query_string.split('&').any(|pair| pair.split('=').next() == Some("query")) {
        return Err(problem::bad_parameter("`query` has no place here: the body has the queries."));
    }
    IntentRequest::from_url(Some(&format!("query=&{query_string}")))
}

fn stream(receive: Receiver<Bytes>) -> Body {
    let frames = futures_util::stream::unfold(receive, |mut receive| async {
        let bytes = receive.recv().await?;
        Some((Ok::<_, Infallible>(Frame::data(bytes)), receive))
    });
    Either::Right(StreamBody::new(frames).boxed())
}

/// Reads lines and sends answers until the body ends or breaks, or the client is gone.
async fn answer(
    state: &Arc<AppState>,
    picked: &Picked,
    options: &IntentRequest,
    mut body: Incoming,
    send: &Sender<Bytes>,
) {
    let (mut rest, mut read, mut out) = (Vec::new(), 0, String::new());
    let failure = loop {
        let frame = match tokio::time::timeout(state.bodies.timeout, body.frame()).await {
            Err(_) => break Some(problem::body_too_slow()),
            Ok(None) => break None,
            Ok(Some(Err(_))) => return,
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else { continue };
        read += data.len();
        if read > state.bodies.batch {
            break Some(problem::body_too_long(state.bodies.batch));
        }
        rest.extend_from_slice(&data);
        let mut from = 0;
        while let Some(newline) = rest[from..].iter().position(|b| *b == b'\n') {
            let line = from..from + newline;
            from = line.end + 1;
            answer_line(state, picked, options, &rest[line], &mut out).await;
            if out.len() >= CHUNK && !flush(&mut out, send).await {
                return;
            }
        }
        rest.drain(..from);
        if rest.len() > MAX_LINE {
            break Some(problem::body_too_long(MAX_LINE));
        }
        if !flush(&mut out, send).await {
            return;
        }
    };
    match failure {
        None => answer_line(state, picked, options, &rest, &mut out).await,
        Some(problem) => error(&problem, None, &mut out),
    }
    flush(&mut out, send).await;
}

/// Answers a line; blank lines are ignored.
async fn answer_line(
    state: &Arc<AppState>,
    picked: &Picked,
    options: &IntentRequest,
    line: &[u8],
    out: &mut String,
) {
    if line.trim_ascii().is_empty() {
        return;
    }
    let (query, id) = match parse(line) {
        Ok(line) => line,
        Err(problem) => return error(&problem, None, out),
    };
    let IntentRequest { top, explain, decide, .. } = *options;
    let asked = IntentRequest { query, top, explain, decide, ..IntentRequest::default() };
    match answer_json(state, picked, &asked).await {
        Ok(json) => *out += &with_id(&json, id.as_deref()),
        Err(problem) => error(&problem, id.as_deref(), out),
    }
    // a long batch alternates with other requests
    tokio::task::yield_now().await;
}

/// Parses a line: its query and its `id`.
pub(super) fn parse(line: &[u8]) -> Result<(String, Option<Box<RawValue>>), Problem> {
    let parsed = match line.trim_ascii_start().first() {
        Some(b'"') => serde_json::from_slice(line).map(|query| (query, None)),
        _ => serde_json::from_slice(line).map(|object: Object| (object.query, object.id)),
    };
    parsed.map_err(|_| problem::bad_line())
}

/// Formats an answer as a line.
pub(super) fn with_id(json: &str, id: Option<&RawValue>) -> String {
    match id {
        Some(id) => format!("{{\"id\": {id}, {}\n", &json[1..]),
        None => format!("{json}\n"),
    }
}

fn error(problem: &Problem, id: Option<&RawValue>, out: &mut String) {
    *out += &with_id(&serde_json::json!({ "error": problem.json() }).to_string(), id);
}

async fn flush(out: &mut String, send: &Sender<Bytes>) -> bool {
    out.is_empty() || send.send(std::mem::take(out).into()).await.is_ok()
}
