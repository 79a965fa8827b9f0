//! What holds of many operations is said once, here: the version in a path, the token, the refusals
//! of any request.

use super::{Own, ProblemBody};
use crate::http::refusal::ErrorBody;
use crate::http::{inference, tensorflow};
use serde_json::json;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, Required, Response, ResponseBuilder,
};
use utoipa::{OpenApi as _, ToSchema};

/// Paths that need no token.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// The whole document.
pub(super) fn document() -> OpenApi {
    let mut api = Own::openapi();
    api.merge(of_versions(tensorflow::Description::openapi(), &["versions", "labels"]));
    api.merge(of_versions(inference::Description::openapi(), &["versions"]));
    for (path, item) in &mut api.paths.paths {
        let own = !path.starts_with("/v1/models") && !path.starts_with("/v2");
        let methods = match (&item.get, &item.post) {
            (Some(_), Some(_)) => "GET, HEAD, POST",
            (Some(_), None) => "GET, HEAD",
            _ => "POST",
        };
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            refusals(operation, own, methods, !OPEN.contains(&path.as_str()));
            // a batch says these in its stream
            if operation.request_body.is_some() && path != "/intent/batch" {
                body_refusals(operation, own);
            }
        }
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    api.components.get_or_insert_default().add_security_scheme("token", bearer);
    api
}

/// Each path with `{model}` also with a version after it, and so with a label.
fn of_versions(mut api: OpenApi, kinds: &[&str]) -> OpenApi {
    let of_model: Vec<(String, PathItem)> = api
        .paths
        .paths
        .iter()
        .filter(|(path, _)| path.contains("{model}"))
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    for kind in kinds {
        let name = kind.trim_end_matches('s');
        for (path, mut item) in of_model.clone() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                operation.parameters.get_or_insert_default().push(parameter(name).into());
                if let Some(id) = &mut operation.operation_id {
                    *id += &format!("_of_{name}");
                }
            }
            let path = path.replace("{model}", &format!("{{model}}/{kind}/{{{name}}}"));
            api.paths.paths.insert(path, item);
        }
    }
    api
}

fn parameter(name: &str) -> Parameter {
    let (schema, example) = match name {
        "version" => (ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)), json!(1)),
        _ => (ObjectBuilder::new().schema_type(Type::String), json!("stable")),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("The {name} that shall answer")))
        .schema(Some(schema))
        .example(Some(example))
        .build()
}

/// What every request may be answered.
fn refusals(operation: &mut Operation, own: bool, methods: &str, guarded: bool) {
    let mut add = |status: &str, response: Response| {
        operation.responses.responses.entry(status.to_owned()).or_insert(response.into());
    };
    let allow = ObjectBuilder::new().schema_type(Type::String).examples([methods]).build();
    let mut wrong_method = refusal(own, "The path has no such method");
    wrong_method.headers.insert("Allow".to_owned(), Header::new(allow).into());
    add("405", wrong_method);
    if guarded {
        add("401", refusal(true, "The host wants a token, and this is not it"));
    }
    if guarded {
        let token = SecurityRequirement::new("token", [""; 0]);
        operation.security = Some(vec![SecurityRequirement::default(), token]);
    }
}

/// What every body that is read whole may be answered.
fn body_refusals(operation: &mut Operation, own: bool) {
    let late = refusal(own, "The body did not arrive in time");
    let long = refusal(own, "The body is too long");
    let responses = &mut operation.responses.responses;
    responses.insert("408".to_owned(), late.into());
    responses.insert("413".to_owned(), long.into());
}

fn refusal(own: bool, description: &str) -> Response {
    let (kind, name) = match own {
        true => ("application/problem+json", ProblemBody::name()),
        false => ("application/json", ErrorBody::name()),
    };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    ResponseBuilder::new().description(description).content(kind, content).build()
}
