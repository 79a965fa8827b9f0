//! The JSON of an answer. The two required members come first; others follow only if they were asked for.

use serde_json::{Value, json};
use std::fmt::Write;

/// The optional members of an answer.
#[derive(Clone, Debug, Default)]
pub struct OptionalMembers {
    /// From [`top_intents`].
    pub top: Option<Value>,
    /// From [`explanation`].
    pub explanation: Option<Value>,
    /// `intent`, `unsure` or `out-of-scope`.
    pub decision: Option<&'static str>,
}

/// Formats an answer: `{"intent": 26, "probability": "0.73356545"}`, with exactly this spacing and 8
/// decimals; then the `optional` members.
#[must_use]
pub fn answer(intent: i32, probability: f32, optional: &OptionalMembers) -> String {
    let mut json = format!("{{\"intent\": {intent}, \"probability\": \"{probability:.8}\"");
    let decision = optional.decision.map(Value::from);
    let members =
        [("top", &optional.top), ("explanation", &optional.explanation), ("decision", &decision)];
    for (name, value) in members {
        if let Some(value) = value {
            // writing to a string does not fail
            let _ = write!(json, ", \"{name}\": {value}");
        }
    }
    json.push('}');
    json
}

/// Formats the member `top`: intents with their probabilities and label names, in the given order. Its `label` is the
/// name of the class, not the label of a version.
#[must_use]
pub fn top_intents<'a>(all: impl Iterator<Item = (i32, f32, Option<&'a str>)>) -> Value {
    all.map(|(intent, probability, label)| {
        json!({ "intent": intent, "probability": format!("{probability:.8}"), "label": label })
    })
    .collect()
}

/// The share of one n-gram in a margin: a `contribution` of the WIT interface.
#[derive(Clone, Copy, Debug)]
pub struct NgramShare {
    /// First byte in the UTF-8 of the query.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// Name of the n-gram's family.
    pub family: &'static str,
    /// Its share of the margin.
    pub share: f32,
}

/// Formats the explanation of a margin.
#[must_use]
pub fn explanation(margin: f32, bias: f32, shares: impl Iterator<Item = NgramShare>) -> Value {
    let contributions = shares.map(|NgramShare { start, end, family, share }| {
        json!({ "start": start, "end": end, "family": family, "share": share })
    });
    json!({
        "margin": margin,
        "bias": bias,
        "contributions": contributions.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_exact() {
        let plain = answer(26, 0.733_565_45, &OptionalMembers::default());
        assert_eq!(plain, r#"{"intent": 26, "probability": "0.73356545"}"#);
        let top = Some(top_intents([(-1, 1.0, Some("a\"b"))].into_iter()));
        let more = answer(
            -1,
            1.0,
            &OptionalMembers { top, decision: Some("unsure"), ..OptionalMembers::default() },
        );
        let want = r#"{"intent": -1, "probability": "1.00000000", "top": [{"intent":-1,"label":"a\"b","probability":"1.00000000"}], "decision": "unsure"}"#;
        assert_eq!(more, want);
    }
}
