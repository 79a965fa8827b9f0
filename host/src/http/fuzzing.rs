//! What reads a stranger's bytes, for `fuzz/`: whatever they are, nothing here may panic, and what is
//! accepted keeps its promises.

use super::batch;
use super::problem::Problem;
use super::query::Asked;
use serde_json::Value;

/// The query string of a URL.
pub fn url(text: &str) {
    match Asked::of_url(Some(text)) {
        Ok(asked) => {
            let same = Asked::of_url(Some(&encoded(&asked)));
            assert_eq!(same.ok(), Some(asked));
        }
        Err(problem) => says_why(&problem),
    }
}

/// A JSON body.
pub fn json(bytes: &[u8]) {
    match Asked::of_json(bytes) {
        Ok(asked) => assert!(!(asked.version.is_some() && asked.label.is_some())),
        Err(problem) => says_why(&problem),
    }
}

/// A line of a batch, and the line that answers it.
pub fn line(bytes: &[u8]) {
    let Ok((_, id)) = batch::parse(bytes) else { return };
    let line = batch::with_id("{\"intent\": 1, \"probability\": \"0.5\"}", id.as_ref());
    assert_eq!(line.find('\n'), Some(line.len() - 1));
    let answer: Option<Value> = serde_json::from_str(&line).ok();
    let answer = answer.filter(|answer| answer["intent"] == 1);
    assert_eq!(answer.map(|answer| answer.get("id").cloned()), Some(id));
}

fn encoded(asked: &Asked) -> String {
    let escape = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let mut url = format!("explain={}&query={}", asked.explain, escape(&asked.query));
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

fn says_why(problem: &Problem) {
    let json = problem.json();
    assert!(matches!(json["status"].as_u64(), Some(400..=499)), "{json}");
    assert!(json["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{json}");
}
