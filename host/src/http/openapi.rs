//! `/openapi.json`: the OpenAPI 3.1 document of the public listener, out of the attributes of the
//! handlers and of the types that they read and write.
//!
//! - `complete`: what many operations have in common

mod complete;

use super::response::{Body, respond};
use super::{batch, health, inference, intent, tensorflow};
use hyper::Response;
use hyper::body::Bytes;
use std::sync::LazyLock;
use utoipa::OpenApi;

/// The document without the routes that describe themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "intent-host",
        description = "Which intent a question has. Each question is answered in a fresh, sealed \
                       instance of the model. HEAD is answered wherever GET is."
    ),
    paths(intent::get, intent::post, batch::post, get)
)]
struct Description;

/// The document as JSON: it never changes while the process runs.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
    // a document of strings and maps can be written
    document().to_pretty_json().unwrap_or_default().into()
});

fn document() -> utoipa::openapi::OpenApi {
    let mut api = Description::openapi();
    api.merge(health::Description::openapi());
    api.merge(complete::with_versions(tensorflow::Description::openapi(), &["versions", "labels"]));
    api.merge(complete::with_versions(inference::Description::openapi(), &["versions"]));
    complete::complete(&mut api);
    api
}

#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "Operations",
    responses((status = 200, description = "This document", body = Object)),
)]
pub(super) fn get() -> Response<Body> {
    respond(200, "application/json", DOCUMENT.clone())
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::http::routes::{Endpoint, Listener, MOUNTS, TENSORFLOW_REGRESS};

    #[test]
    fn the_document_has_exactly_the_routes_of_the_table() {
        let paths = document().paths.paths;
        let versioned = |path: &str| path.contains("{version}") || path.contains("{label}");
        let described: Vec<&str> =
            paths.keys().map(String::as_str).filter(|path| !versioned(path)).collect();
        let public = MOUNTS.iter().filter(|mount| mount.listeners.contains(&Listener::Public));
        let mut routes: Vec<&str> = public
            // the page's own routes may change with it
            .filter(|mount| mount.endpoint != Endpoint::Ui)
            .flat_map(|mount| mount.routes.iter().map(|route| route.pattern))
            .filter(|pattern| *pattern != TENSORFLOW_REGRESS.pattern)
            .collect();
        routes.sort_unstable();
        assert_eq!(described, routes);
    }
}
