//! Paths of the protocol.

use crate::http::refusal::Refusal;
use crate::http::segments::{Which, decode};

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Server,
    Live,
    Ready,
    Model(String, Which, OfModel),
}

/// What is wanted of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfModel {
    Metadata,
    Ready,
    Infer,
}

impl Target {
    /// What `path` names, which begins with `/v2`.
    pub(super) fn of_path(path: &str) -> Result<Self, Refusal> {
        let rest = path.strip_prefix("/v2").unwrap_or_default();
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        match segments.as_slice() {
            [] => Ok(Target::Server),
            ["health", "live"] => Ok(Target::Live),
            ["health", "ready"] => Ok(Target::Ready),
            ["models", model, "versions", number, rest @ ..] => {
                Target::model(model, Which::version(&decode(number)?)?, rest)
            }
            ["models", model, rest @ ..] => Target::model(model, Which::Any, rest),
            _ => Err(unknown()),
        }
    }

    fn model(model: &str, which: Which, rest: &[&str]) -> Result<Self, Refusal> {
        let wanted = match rest {
            _ if model.is_empty() => return Err(unknown()),
            [] => OfModel::Metadata,
            ["ready"] => OfModel::Ready,
            ["infer"] => OfModel::Infer,
            _ => return Err(unknown()),
        };
        Ok(Target::Model(decode(model)?, which, wanted))
    }
}

fn unknown() -> Refusal {
    Refusal::new(
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
        let model = |which, wanted| Some(Target::Model("a b".into(), which, wanted));
        for (path, want) in [
            ("/v2", Some(Target::Server)),
            ("/v2/health/live", Some(Target::Live)),
            ("/v2/health/ready", Some(Target::Ready)),
            ("/v2/models/a%20b", model(Which::Any, OfModel::Metadata)),
            ("/v2/models/a%20b/ready", model(Which::Any, OfModel::Ready)),
            ("/v2/models/a%20b/versions/%32/infer", model(Which::Version(2), OfModel::Infer)),
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
            assert_eq!(Target::of_path(path).ok(), want, "{path}");
        }
    }
}
