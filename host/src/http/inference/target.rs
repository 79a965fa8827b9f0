//! Paths of the protocol.

use crate::http::message_error::MessageError;
use crate::http::routes::{self, Route};
use crate::http::segments::{PathSelector, decode};

/// The resource that a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Server,
    Live,
    Ready,
    Model(String, PathSelector, ModelAction),
}

/// An action on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelAction {
    Metadata,
    Ready,
    Infer,
}

impl Target {
    /// Parses a path that begins with `/v2`.
    pub(super) fn from_path(path: &str) -> Result<Self, MessageError> {
        let rest = path.strip_prefix("/v2").unwrap_or_default();
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        match segments.as_slice() {
            [] => Ok(Target::Server),
            ["health", "live"] => Ok(Target::Live),
            ["health", "ready"] => Ok(Target::Ready),
            ["models", model, "versions", number, rest @ ..] => {
                Target::model(model, PathSelector::version(&decode(number)?)?, rest)
            }
            ["models", model, rest @ ..] => Target::model(model, PathSelector::Any, rest),
            _ => Err(unknown()),
        }
    }

    fn model(model: &str, version: PathSelector, rest: &[&str]) -> Result<Self, MessageError> {
        let action = match rest {
            _ if model.is_empty() => return Err(unknown()),
            [] => ModelAction::Metadata,
            ["ready"] => ModelAction::Ready,
            ["infer"] => ModelAction::Infer,
            _ => return Err(unknown()),
        };
        Ok(Target::Model(decode(model)?, version, action))
    }

    /// The route in the route table.
    pub(super) fn route(&self) -> Route {
        match self {
            Target::Server => routes::INFERENCE_SERVER,
            Target::Live => routes::INFERENCE_LIVE,
            Target::Ready => routes::INFERENCE_READY,
            Target::Model(.., ModelAction::Metadata) => routes::INFERENCE_MODEL,
            Target::Model(.., ModelAction::Ready) => routes::INFERENCE_MODEL_READY,
            Target::Model(.., ModelAction::Infer) => routes::INFERENCE_INFER,
        }
    }
}

fn unknown() -> MessageError {
    MessageError::new(
        404,
        "There is nothing here: the paths are /v2, /v2/health/live, /v2/health/ready and \
         /v2/models/NAME[/versions/N], with /ready or /infer after it where wanted",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        let model = |version, action| Some(Target::Model("a b".into(), version, action));
        for (path, want) in [
            ("/v2", Some(Target::Server)),
            ("/v2/health/live", Some(Target::Live)),
            ("/v2/health/ready", Some(Target::Ready)),
            ("/v2/models/a%20b", model(PathSelector::Any, ModelAction::Metadata)),
            ("/v2/models/a%20b/ready", model(PathSelector::Any, ModelAction::Ready)),
            (
                "/v2/models/a%20b/versions/%32/infer",
                model(PathSelector::Version(2), ModelAction::Infer),
            ),
            ("/v2/", None),
            ("/v2/models", None),
            ("/v2/models/", None),
            ("/v2/models//infer", None),
            ("/v2/models/a/", None),
            ("/v2/models/a/versions/", None),
            ("/v2/models/a/versions/x/infer", None),
            ("/v2/models/a/infer/b", None),
            ("/v2/models/%zz", None),
        ] {
            assert_eq!(Target::from_path(path).ok(), want, "{path}");
        }
    }
}
