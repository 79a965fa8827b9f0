//! The route table: the one place that has the paths, their methods, error style and access.
//!
//! Dispatch, `Allow` headers, access control, span names and the OpenAPI document read it.

use hyper::Method;

/// A listener of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    /// `--listen`.
    Public,
    /// `--admin-listen`.
    Admin,
}

/// The handler of a mount: `dispatch` maps each to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Intent,
    Batch,
    TensorFlow,
    Inference,
    Ui,
    Reload,
    Liveness,
    Readiness,
    Metrics,
    OpenApi,
}

/// Format of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorStyle {
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// `{"error": "…"}`.
    Message,
}

/// The methods of a route, as the header `Allow` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Methods(&'static str);

impl Methods {
    /// The value of the header `Allow`.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }

    pub(crate) fn allows(self, method: &Method) -> bool {
        self.0.split(", ").any(|name| name == method.as_str())
    }
}

/// HEAD is GET without the body, which hyper leaves out.
const GET_OR_HEAD: Methods = Methods("GET, HEAD");
const POST_ONLY: Methods = Methods("POST");
/// All methods that any route has.
pub(crate) const GET_OR_POST: Methods = Methods("GET, HEAD, POST");

/// A path pattern and its methods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The path, as OpenAPI writes it. `{model}` may be followed by a version or a label.
    pub(crate) pattern: &'static str,
    pub(crate) methods: Methods,
}

const fn route(pattern: &'static str, methods: Methods) -> Route {
    Route { pattern, methods }
}

pub(crate) const TENSORFLOW_STATUS: Route = route("/v1/models/{model}", GET_OR_HEAD);
pub(crate) const TENSORFLOW_METADATA: Route = route("/v1/models/{model}/metadata", GET_OR_HEAD);
pub(crate) const TENSORFLOW_CLASSIFY: Route = route("/v1/models/{model}:classify", POST_ONLY);
pub(crate) const TENSORFLOW_PREDICT: Route = route("/v1/models/{model}:predict", POST_ONLY);
/// Always refused: the model has no regression signature. Not in the OpenAPI document.
pub(crate) const TENSORFLOW_REGRESS: Route = route("/v1/models/{model}:regress", POST_ONLY);
pub(crate) const INFERENCE_SERVER: Route = route("/v2", GET_OR_HEAD);
pub(crate) const INFERENCE_LIVE: Route = route("/v2/health/live", GET_OR_HEAD);
pub(crate) const INFERENCE_READY: Route = route("/v2/health/ready", GET_OR_HEAD);
pub(crate) const INFERENCE_MODEL: Route = route("/v2/models/{model}", GET_OR_HEAD);
pub(crate) const INFERENCE_MODEL_READY: Route = route("/v2/models/{model}/ready", GET_OR_HEAD);
pub(crate) const INFERENCE_INFER: Route = route("/v2/models/{model}/infer", POST_ONLY);
/// The page's files: answered by `ui::file` before routing; here for the OpenAPI document.
pub(crate) const UI_FILE: Route = route("/", GET_OR_HEAD);
pub(crate) const UI_MODELS: Route = route("/ui/models", GET_OR_HEAD);
pub(crate) const UI_REPORT: Route = route("/ui/models/versions/{version}/report", GET_OR_HEAD);

/// One path, or a subtree of paths, and the endpoint that answers it.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(crate) endpoint: Endpoint,
    /// The path; also the name of the route in tracing spans.
    pub(crate) path: &'static str,
    /// The path as it is written in the list of paths of a 404 response; `None` if it is not in that list.
    listed_as: Option<&'static str>,
    pub(crate) listeners: &'static [Listener],
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the OpenAPI document"))]
    pub(crate) errors: ErrorStyle,
    pub(crate) needs_token: bool,
    /// With one route, the mount is exactly `path`; with several, `path` and everything below it.
    pub(crate) routes: &'static [Route],
}

const PUBLIC: &[Listener] = &[Listener::Public];
const ADMIN: &[Listener] = &[Listener::Admin];
const BOTH: &[Listener] = &[Listener::Public, Listener::Admin];

/// A mount with the usual values: at the pattern of the first route, on the public listener, with `problem+json`
/// errors, access by token.
const fn default_mount(endpoint: Endpoint, routes: &'static [Route]) -> Mount {
    let path = routes[0].pattern;
    Mount {
        endpoint,
        path,
        listed_as: Some(path),
        listeners: PUBLIC,
        errors: ErrorStyle::Problem,
        needs_token: true,
        routes,
    }
}

/// All mounts, in the order in which error responses list them.
pub(crate) static MOUNTS: [Mount; 10] = [
    Mount {
        listed_as: Some("/intent?query=…"),
        ..default_mount(Endpoint::Intent, &[route("/intent", GET_OR_POST)])
    },
    default_mount(Endpoint::Batch, &[route("/intent/batch", POST_ONLY)]),
    Mount {
        path: "/v1/models",
        listed_as: Some("/v1/models/…"),
        errors: ErrorStyle::Message,
        ..default_mount(
            Endpoint::TensorFlow,
            &[
                TENSORFLOW_STATUS,
                TENSORFLOW_METADATA,
                TENSORFLOW_CLASSIFY,
                TENSORFLOW_PREDICT,
                TENSORFLOW_REGRESS,
            ],
        )
    },
    Mount {
        path: "/v2",
        listed_as: Some("/v2/…"),
        errors: ErrorStyle::Message,
        ..default_mount(
            Endpoint::Inference,
            &[
                INFERENCE_SERVER,
                INFERENCE_LIVE,
                INFERENCE_READY,
                INFERENCE_MODEL,
                INFERENCE_MODEL_READY,
                INFERENCE_INFER,
            ],
        )
    },
    Mount {
        path: "/ui",
        listed_as: None,
        ..default_mount(Endpoint::Ui, &[UI_FILE, UI_MODELS, UI_REPORT])
    },
    Mount {
        listeners: ADMIN,
        ..default_mount(Endpoint::Reload, &[route("/v1/reload", POST_ONLY)])
    },
    Mount {
        needs_token: false,
        listeners: BOTH,
        ..default_mount(Endpoint::Liveness, &[route("/healthz", GET_OR_HEAD)])
    },
    Mount {
        needs_token: false,
        listeners: BOTH,
        ..default_mount(Endpoint::Readiness, &[route("/readyz", GET_OR_HEAD)])
    },
    Mount {
        listeners: BOTH,
        ..default_mount(Endpoint::Metrics, &[route("/metrics", GET_OR_HEAD)])
    },
    Mount {
        listed_as: Some("/openapi.json, which describes them"),
        ..default_mount(Endpoint::OpenApi, &[route("/openapi.json", GET_OR_HEAD)])
    },
];

/// Finds the mount of a path.
pub(crate) fn find(listener: Listener, path: &str) -> Option<&'static Mount> {
    let matches = |mount: &&Mount| match path.strip_prefix(mount.path) {
        Some("") => true,
        Some(rest) => mount.routes.len() > 1 && rest.starts_with('/'),
        None => false,
    };
    MOUNTS.iter().filter(|mount| mount.listeners.contains(&listener)).find(matches)
}

/// Finds the mount and the route of a pattern.
#[cfg(test)]
pub(crate) fn by_pattern(pattern: &str) -> Option<(&'static Mount, Route)> {
    MOUNTS.iter().find_map(|mount| {
        let route = mount.routes.iter().find(|route| route.pattern == pattern)?;
        Some((mount, *route))
    })
}

/// Lists the paths of a listener, for an error response.
pub(crate) fn list(listener: Listener) -> String {
    let mounts = MOUNTS.iter().filter(|mount| mount.listeners.contains(&listener));
    let paths: Vec<&str> = mounts.filter_map(|mount| mount.listed_as).collect();
    match paths.split_last() {
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_their_mounts() {
        let found = |path| find(Listener::Public, path).map(|mount| mount.endpoint);
        assert_eq!(found("/intent"), Some(Endpoint::Intent));
        assert_eq!(found("/intent/batch"), Some(Endpoint::Batch));
        assert_eq!(found("/v1/models/a:predict"), Some(Endpoint::TensorFlow));
        assert_eq!(found("/v2"), Some(Endpoint::Inference));
        assert_eq!(found("/ui/models"), Some(Endpoint::Ui));
        for none in ["/", "/intent/", "/intents", "/v1/modelsx", "/v2x", "/v1/reload"] {
            assert_eq!(found(none), None, "{none}");
        }
        assert!(find(Listener::Admin, "/v1/reload").is_some());
    }

    #[test]
    fn lists_are_sentences() {
        assert_eq!(list(Listener::Admin), "/v1/reload, /healthz, /readyz and /metrics");
        let public = list(Listener::Public);
        assert!(public.starts_with("/intent?query=…, /intent/batch, /v1/models/…"), "{public}");
        assert!(public.ends_with("/metrics and /openapi.json, which describes them"), "{public}");
    }

    #[test]
    fn methods_are_whole_words() {
        assert!(GET_OR_POST.allows(&Method::HEAD) && GET_OR_POST.allows(&Method::POST));
        assert!(!GET_OR_HEAD.allows(&Method::POST) && !POST_ONLY.allows(&Method::GET));
    }
}
