//! Paths of TensorFlow Serving.

use crate::http::message_error::MessageError;
use crate::http::routes::{self, Route};
use crate::http::segments::{PathSelector, decode};

/// The parts of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) model: String,
    pub(super) version: PathSelector,
    pub(super) action: Action,
}

/// An action on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Status,
    Metadata,
    Classify,
    Predict,
    Regress,
}

impl Action {
    /// The route in the route table.
    pub(super) fn route(self) -> Route {
        match self {
            Action::Status => routes::TENSORFLOW_STATUS,
            Action::Metadata => routes::TENSORFLOW_METADATA,
            Action::Classify => routes::TENSORFLOW_CLASSIFY,
            Action::Predict => routes::TENSORFLOW_PREDICT,
            Action::Regress => routes::TENSORFLOW_REGRESS,
        }
    }
}

impl Target {
    /// Parses a path that begins with `/v1/models`.
    pub(super) fn from_path(path: &str) -> Result<Self, MessageError> {
        let rest = path.strip_prefix("/v1/models").unwrap_or_default();
        let Some(rest) = rest.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
            return Err(MessageError::bad_request("Missing model name in request."));
        };
        // a colon in a name is escaped as %3A
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
        let version = match (segments.next(), segments.next(), segments.next()) {
            (None, None, None) => PathSelector::Any,
            (Some("versions"), Some(number), None) => PathSelector::version(&decode(number)?)?,
            (Some("labels"), Some(label), None) if !label.is_empty() => {
                PathSelector::Label(decode(label)?)
            }
            _ => return Err(malformed()),
        };
        match model.is_empty() {
            true => Err(malformed()),
            false => Ok(Target { model, version, action }),
        }
    }
}

fn malformed() -> MessageError {
    MessageError::bad_request(
        "Malformed request: the paths are /v1/models/NAME[/versions/N|/labels/L], with /metadata, \
         :classify or :predict after it where wanted",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        let target = |path| Target::from_path(path).ok().map(|t| (t.model, t.version, t.action));
        let intent = || "intent".to_owned();
        for (path, version, action) in [
            ("/v1/models/intent", PathSelector::Any, Action::Status),
            ("/v1/models/%69ntent/metadata", PathSelector::Any, Action::Metadata),
            ("/v1/models/intent:predict", PathSelector::Any, Action::Predict),
            ("/v1/models/intent/versions/3:classify", PathSelector::Version(3), Action::Classify),
            (
                "/v1/models/intent/labels/%61:predict",
                PathSelector::Label("a".into()),
                Action::Predict,
            ),
            (
                "/v1/models/intent/labels/a/metadata",
                PathSelector::Label("a".into()),
                Action::Metadata,
            ),
        ] {
            assert_eq!(target(path), Some((intent(), version, action)), "{path}");
        }
        let colon = Some(("a:predict".to_owned(), PathSelector::Any, Action::Status));
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
