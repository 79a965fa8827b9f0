//! Access control: a bearer token (RFC 6750) and CORS.

use super::response::{Body, respond};
use super::routes::{self, Listener};
use super::{headers, problem};
use crate::config::AccessConfig;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    AUTHORIZATION, HeaderMap, HeaderValue, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response};
use subtle::ConstantTimeEq;

/// The CORS headers of a response.
pub(super) struct Cors {
    origin: HeaderValue,
    preflight: bool,
}

/// Answers a preflight request, and one that needs a token and does not have it. Returns `None` for a
/// request that may go on.
pub(super) fn check<B>(config: &AccessConfig, request: &Request<B>) -> Option<Response<Body>> {
    if cors(config, request).is_some_and(|cors| cors.preflight) {
        return Some(respond(204, "text/plain", ""));
    }
    let token = config.token.as_ref()?;
    let mount = routes::find(Listener::Public, request.uri().path());
    if mount.is_some_and(|mount| !mount.needs_token) {
        return None;
    }
    let stated = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = stated.and_then(|value| value.split_once(' '));
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if given.is_some_and(|(_, given)| given.trim().as_bytes().ct_eq(token.as_bytes()).into()) {
        return None;
    }
    let mut response = problem::into_response(problem::unauthorized());
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Some(response)
}

/// The CORS headers, if the request's origin is allowed.
pub(super) fn cors<B>(config: &AccessConfig, request: &Request<B>) -> Option<Cors> {
    if config.origins.is_empty() {
        return None;
    }
    let origin = request.headers().get(ORIGIN)?;
    let allowed = config.origins.iter().find(|o| *o == origin || *o == "*")?;
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    Some(Cors { origin: allowed.clone(), preflight })
}

impl Cors {
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        let exposed = HeaderValue::from_static(headers::EXPOSED);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        if self.preflight {
            let methods = HeaderValue::from_static(routes::GET_OR_POST.as_str());
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let allowed = HeaderValue::from_static("Authorization, Content-Type");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
}
