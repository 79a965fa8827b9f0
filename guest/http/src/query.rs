//! Requests, parsed from the query string of a URL or from a JSON body. Parsing is strict: ambiguous requests are
//! refused.

use super::limits::MAX_TOP;
use super::problem::{self, Problem};
use percent_encoding::percent_decode;
use serde::Deserialize;
use std::borrow::Cow;
use std::str::{FromStr, Utf8Error};

/// A request: one question, the version to ask, and the optional members of the answer.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", schema(as = Asked), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct IntentRequest {
    /// The question.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 4096, example = "mal de tête")
    )]
    #[cfg_attr(
        feature = "openapi",
        param(min_length = 1, max_length = 4096, example = "mal de tête")
    )]
    pub query: String,
    /// The version to ask.
    #[serde(default)]
    pub version: Option<u64>,
    /// The label of the version to ask.
    #[serde(default)]
    pub label: Option<String>,
    /// Number of intents to return, the most probable first.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 1000))]
    pub top: Option<u32>,
    /// Whether to return the share of each n-gram in the margin.
    #[serde(default)]
    pub explain: bool,
    /// Whether to return the decision: the intent, unsure (ask for clarification), or out of scope.
    #[serde(default)]
    pub decide: bool,
}

impl IntentRequest {
    /// Parses the query string of a URL. Unknown parameters are ignored.
    ///
    /// # Errors
    /// If a parameter is missing, occurs twice or cannot be read.
    pub fn from_url(query_string: Option<&str>) -> Result<Self, Problem> {
        let (mut text, mut request) = (None, IntentRequest::default());
        let (mut explain, mut decide) = (None, None);
        for pair in query_string.unwrap_or_default().split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Ok(key) = decode(key) else { continue };
            match &*key {
                "query" => {
                    let value = decode(value).map_err(|_| problem::query_not_utf8())?;
                    once(&mut text, value.into_owned(), "query")?;
                }
                "version" => once(&mut request.version, parsed("version", value)?, "version")?,
                "label" => once(&mut request.label, parsed("label", value)?, "label")?,
                "top" => once(&mut request.top, parsed("top", value)?, "top")?,
                "explain" => once(&mut explain, parsed("explain", value)?, "explain")?,
                "decide" => once(&mut decide, parsed("decide", value)?, "decide")?,
                _ => {}
            }
        }
        request.query = text.ok_or_else(problem::missing_query)?;
        request.explain = explain.unwrap_or_default();
        request.decide = decide.unwrap_or_default();
        request.validated()
    }

    /// Parses a JSON body.
    ///
    /// # Errors
    /// If it is not JSON, or has an unknown, missing or mistyped member.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problem> {
        let request: IntentRequest =
            serde_json::from_slice(bytes).map_err(|error| problem::bad_json(&error))?;
        request.validated()
    }

    fn validated(self) -> Result<Self, Problem> {
        if self.version.is_some() && self.label.is_some() {
            let detail = "`version` and `label` are both given: give one of them.";
            return Err(problem::bad_parameter(detail));
        }
        if self.top.is_some_and(|top| top == 0 || top > MAX_TOP) {
            let detail = format!("`top` is not a number from 1 to {MAX_TOP}.");
            return Err(problem::bad_parameter(&detail));
        }
        Ok(self)
    }
}

fn once<T>(slot: &mut Option<T>, value: T, name: &str) -> Result<(), Problem> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) if name == "query" => Err(problem::duplicated_query()),
        Some(_) => {
            Err(problem::bad_parameter(&format!("`{name}` occurs more than once: give it once.")))
        }
    }
}

fn parsed<T: FromStr>(name: &str, value: &str) -> Result<T, Problem> {
    let kind = match name {
        "explain" | "decide" => "`true` or `false`",
        "label" => "a label",
        _ => "a whole number",
    };
    let bad = || problem::bad_parameter(&format!("`{name}` is not {kind}."));
    decode(value).map_err(|_| bad())?.parse().map_err(|_| bad())
}

/// application/x-www-form-urlencoded: `+` is a space.
fn decode(text: &str) -> Result<Cow<'_, str>, Utf8Error> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Ok(Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8()?.into_owned()));
    }
    percent_decode(text.as_bytes()).decode_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let get = |query| IntentRequest::from_url(Some(query)).map(|a| a.query).unwrap_or_default();
        assert_eq!(get("query=a+b%2Bc%20d"), "a b+c d");
        assert_eq!(get("x=1&qu%65ry=%C3%A9t%C3%A9&y&%ff=1"), "été");
        assert_eq!(get("query=a=b"), "a=b");
        assert_eq!(get("query=100%"), "100%");
        let asked = IntentRequest::from_url(Some("query=a&label=x&top=3&explain=true&decide=true"));
        let label = Some("x".to_owned());
        let (query, top) = ("a".to_owned(), Some(3));
        let want = IntentRequest { query, label, top, explain: true, decide: true, version: None };
        assert_eq!(asked.ok(), Some(want));
        let post = IntentRequest::from_json(br#"{"query": "a", "version": 3}"#);
        assert_eq!(post.ok().and_then(|asked| asked.version), Some(3));
    }
}
