//! Entry points for `fuzz/`: nothing here may panic on any input, and accepted input keeps its
//! invariants.

use super::batch;
use super::problem::Problem;
use intent_http::query::IntentRequest;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Parses the query string of a URL.
pub fn url(text: &str) {
    match IntentRequest::from_url(Some(text)) {
        Ok(asked) => {
            let same = IntentRequest::from_url(Some(&encoded(&asked)));
            assert_eq!(same.ok(), Some(asked));
        }
        Err(problem) => check_problem(&problem),
    }
}

/// Parses a JSON body.
pub fn json(bytes: &[u8]) {
    match IntentRequest::from_json(bytes) {
        Ok(asked) => assert!(!(asked.version.is_some() && asked.label.is_some())),
        Err(problem) => check_problem(&problem),
    }
}

/// Parses a line of a batch and formats its answer, which repeats the `id` unchanged.
pub fn line(bytes: &[u8]) {
    let Ok((_, id)) = batch::parse(bytes) else { return };
    let line = batch::with_id("{\"intent\": 1}", id.as_deref());
    let answer: Option<Line> = serde_json::from_str(&line).ok();
    let answer = answer.filter(|answer| answer.intent == 1);
    let came = answer.map(|answer| answer.id.map(|id| id.get().to_owned()));
    assert_eq!(came, Some(id.map(|id| id.get().to_owned())));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    intent: u32,
    #[serde(default)]
    id: Option<Box<RawValue>>,
}

fn encoded(asked: &IntentRequest) -> String {
    let escape = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let mut url = format!("explain={}&decide={}", asked.explain, asked.decide);
    url += &format!("&query={}", escape(&asked.query));
    if let Some(version) = asked.version {
        url += &format!("&version={version}");
    }
    if let Some(label) = &asked.label {
        url += &format!("&label={}", escape(label));
    }
    if let Some(top) = asked.top {
        url += &format!("&top={top}");
    }
    url
}

fn check_problem(problem: &Problem) {
    let json = problem.json();
    assert!(matches!(json["status"].as_u64(), Some(400..=499)), "{json}");
    assert!(json["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{json}");
}
