//! The parts that many operations share: a version in the path, the token, the error responses of any
//! request.

use crate::http::message_error::ErrorBody;
use crate::http::routes::{self, Endpoint, ErrorStyle, Methods, Mount};
#[cfg(test)]
use crate::http::schemas::ProblemBody;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, Required, Response, ResponseBuilder,
};

/// Adds the token, and to each operation the error responses that the route table implies.
pub(super) fn complete(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        let pattern = path.replace("/versions/{version}", "").replace("/labels/{label}", "");
        let Some((mount, route)) = routes::by_pattern(&pattern) else { continue };
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            add_errors(operation, mount, route.methods);
            // a batch has these in its stream
            if operation.request_body.is_some() && mount.endpoint != Endpoint::Batch {
                add_body_errors(operation, mount.errors);
            }
        }
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    api.components.get_or_insert_default().add_security_scheme("token", bearer);
}

/// Repeats each path with `{model}` with a version, or with a label, after it.
pub(super) fn with_versions(mut api: OpenApi, kinds: &[&str]) -> OpenApi {
    let model_paths: Vec<(String, PathItem)> = api
        .paths
        .paths
        .iter()
        .filter(|(path, _)| path.contains("{model}"))
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    for kind in kinds {
        let name = kind.trim_end_matches('s');
        for (path, mut item) in model_paths.clone() {
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

/// Adds the error responses of any request.
fn add_errors(operation: &mut Operation, mount: &Mount, methods: Methods) {
    let mut add = |status: &str, response: Response| {
        operation.responses.responses.entry(status.to_owned()).or_insert(response.into());
    };
    let allow = ObjectBuilder::new().schema_type(Type::String).examples([methods.as_str()]).build();
    let mut wrong_method = error(mount.errors, "The path has no such method");
    wrong_method.headers.insert("Allow".to_owned(), Header::new(allow).into());
    add("405", wrong_method);
    if mount.needs_token {
        let description = "The host wants a token, and this is not it";
        add("401", error(ErrorStyle::Problem, description));
        let token = SecurityRequirement::new("token", [""; 0]);
        operation.security = Some(vec![SecurityRequirement::default(), token]);
    }
}

/// Adds the error responses of a body that is read whole.
fn add_body_errors(operation: &mut Operation, style: ErrorStyle) {
    let late = error(style, "The body did not arrive in time");
    let long = error(style, "The body is too long");
    let responses = &mut operation.responses.responses;
    responses.insert("408".to_owned(), late.into());
    responses.insert("413".to_owned(), long.into());
}

fn error(style: ErrorStyle, description: &str) -> Response {
    let (content_type, name) = match style {
        ErrorStyle::Problem => ("application/problem+json", ProblemBody::name()),
        ErrorStyle::Message => ("application/json", ErrorBody::name()),
    };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    ResponseBuilder::new().description(description).content(content_type, content).build()
}
