//! A query in JSON: a string, `{"b64": "…"}`, or a list of one of them.

use crate::http::message_error::MessageError;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// Base64 with optional padding, as in TensorFlow Serving.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the query in `value`; `index` is its place in the request.
pub(super) fn text(value: &Value, index: usize) -> Result<String, MessageError> {
    let value = match value.as_array().map(Vec::as_slice) {
        Some([one]) => one,
        _ => value,
    };
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned());
    }
    let object = value.as_object().filter(|object| object.len() == 1);
    let encoded = object.and_then(|object| object.get("b64")?.as_str()).ok_or_else(|| {
        MessageError::bad_request(format!(
            "The query {index} is neither a string nor {{\"b64\": \"…\"}}"
        ))
    })?;
    let text = BASE64.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| {
        MessageError::bad_request(format!("The query {index} is not Base64 of UTF-8 text"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_strings_and_base64() {
        for value in [json!("é"), json!(["é"]), json!({"b64": "w6k="}), json!([{"b64": "w6k"}])] {
            assert_eq!(text(&value, 0).ok().as_deref(), Some("é"), "{value}");
        }
        for value in [
            json!(1),
            json!(null),
            json!([]),
            json!(["a", "b"]),
            json!([["a"]]),
            json!({"b64": "/w=="}),
            json!({"b64": "*"}),
            json!({"b64": "YQ==", "x": 1}),
        ] {
            assert!(text(&value, 0).is_err(), "{value}");
        }
    }
}
