//! `/openapi.json`: the OpenAPI 3.1 document of the public listener.
//!
//! The document is a file of the source, `openapi/openapi.json`. A test builds it from the attributes of the handlers
//! and of the types that they read and write; no build does: this crate took 85 CPU s to compile with it, and takes 65.
//!
//! - `complete`: what many operations have in common

#[cfg(test)]
mod complete;

use super::response::{Body, respond};
use hyper::Response;

/// The document.
const DOCUMENT: &str = include_str!("openapi/openapi.json");

#[cfg_attr(test, utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "Operations",
    responses((status = 200, description = "This document", body = Object)),
))]
pub(super) fn get() -> Response<Body> {
    respond(200, "application/json", DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT, complete};
    use crate::http::routes::{Endpoint, Listener, MOUNTS, TENSORFLOW_REGRESS};
    use crate::http::{batch, health, inference, intent, tensorflow};
    use utoipa::OpenApi;

    /// The document without the routes that describe themselves.
    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "intent-host",
            description = "Which intent a question has. Each question is answered in a fresh, sealed \
                           instance of the model. HEAD is answered wherever GET is."
        ),
        paths(intent::get, intent::post, batch::post, super::get)
    )]
    struct Description;

    fn document() -> utoipa::openapi::OpenApi {
        let mut api = Description::openapi();
        api.merge(health::Description::openapi());
        api.merge(complete::with_versions(
            tensorflow::Description::openapi(),
            &["versions", "labels"],
        ));
        api.merge(complete::with_versions(inference::Description::openapi(), &["versions"]));
        complete::complete(&mut api);
        api
    }

    #[test]
    fn the_document_says_what_the_attributes_say() {
        let built = document().to_pretty_json().unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/openapi/openapi.json");
            return std::fs::write(path, &built).unwrap();
        }
        // both whole would be 100 KB of output
        let other = DOCUMENT.lines().zip(built.lines()).find(|(written, built)| written != built);
        assert_eq!(other, None, "UPDATE_GOLDEN=1 writes openapi.json");
        assert_eq!(DOCUMENT.len(), built.len(), "UPDATE_GOLDEN=1 writes openapi.json");
    }

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
