//! Paths of TensorFlow Serving.

use crate::http::refusal::Refusal;
use crate::http::segments::{Which, decode};

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub model: String,
    pub which: Which,
    pub action: Action,
}

/// What is wanted of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Status,
    Metadata,
    Classify,
    Predict,
    Regress,
}

impl Target {
    /// What `path` names, which begins with `/v1/models`.
    pub(super) fn of_path(path: &str) -> Result<Self, Refusal> {
        let rest = path.strip_prefix("/v1/models").unwrap_or_default();
        let Some(rest) = rest.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
            return Err(Refusal::bad("Missing model name in request."));
        };
        // a colon of a name comes as %3A
        let (names, action) = match rest.split_once(':') {
            None => (rest, None),
            Some((names, "classify")) => (names, Some(Action::Classify)),
            Some((names, "predict")) => (names, Some(Action::Predict)),
            Some((names, "regress")) => (names, Some(Action::Regress)),
            Some(_) => return Err(malformed()),
        };
        let (names, action) = match (names.strip_suffix("/metadata"), action) {
            (Some(names), None) => (names, Action::Metadata),
            (_, action) => (names, action.unwrap_or(Action::Status)),
        };
        let mut segments = names.split('/');
        let model = decode(segments.next().unwrap_or_default())?;
        let which = match (segments.next(), segments.next(), segments.next()) {
            (None, None, None) => Which::Any,
            (Some("versions"), Some(number), None) => Which::version(&decode(number)?)?,
            (Some("labels"), Some(label), None) if !label.is_empty() => {
                Which::Label(decode(label)?)
            }
            _ => return Err(malformed()),
        };
        match model.is_empty() {
            true => Err(malformed()),
            false => Ok(Target { model, which, action }),
        }
    }
}

fn malformed() -> Refusal {
    Refusal::bad(
        "Malformed request: the paths are /v1/models/NAME[/versions/N|/labels/L], with /metadata, \
         :classify or :predict after it where wanted",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        let target = |path| Target::of_path(path).ok().map(|t| (t.model, t.which, t.action));
        let intent = || "intent".to_owned();
        for (path, which, action) in [
            ("/v1/models/intent", Which::Any, Action::Status),
            ("/v1/models/%69ntent/metadata", Which::Any, Action::Metadata),
            ("/v1/models/intent:predict", Which::Any, Action::Predict),
            ("/v1/models/intent/versions/3:classify", Which::Version(3), Action::Classify),
            ("/v1/models/intent/labels/%61:predict", Which::Label("a".into()), Action::Predict),
            ("/v1/models/intent/labels/a/metadata", Which::Label("a".into()), Action::Metadata),
        ] {
            assert_eq!(target(path), Some((intent(), which, action)), "{path}");
        }
        let colon = Some(("a:predict".to_owned(), Which::Any, Action::Status));
        assert_eq!(target("/v1/models/a%3Apredict"), colon);
        for bad in [
            "/v1/models",
            "/v1/models/",
            "/v1/models/:predict",
            "/v1/models//metadata",
            "/v1/models/a:forget",
            "/v1/models/a:predict:predict",
            "/v1/models/a/metadata:predict",
            "/v1/models/a/versions/x",
            "/v1/models/a/versions/",
            "/v1/models/a/labels/",
            "/v1/models/a/versions/1/labels/b",
            "/v1/models/%ff",
            "/v1/models/a/b",
        ] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
