//! Who may ask: a bearer token (RFC 6750) and CORS, both off by default.

use super::{Body, problem};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    AUTHORIZATION, HeaderMap, HeaderValue, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response};
use subtle::ConstantTimeEq;

/// What is asked of a request before it is read.
#[derive(Default)]
pub struct Access {
    token: Option<String>,
    origins: Vec<HeaderValue>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("Access").field("token", &token).field("origins", &self.origins).finish()
    }
}

/// What a browser is told of a request from another origin.
pub(super) struct Cors {
    origin: HeaderValue,
    preflight: bool,
}

impl Access {
    /// Where a `token` is given, every route but those of health wants it. Scripts of pages of the
    /// `origins` may ask; `*` is any.
    #[must_use]
    pub fn new(token: Option<String>, origins: Vec<HeaderValue>) -> Self {
        Access { token, origins }
    }

    /// The response to a request that is not to be answered otherwise.
    pub(super) fn refusal<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        if self.cors(request).is_some_and(|cors| cors.preflight) {
            return Some(super::respond(204, "text/plain", ""));
        }
        let token = self.token.as_ref()?;
        if matches!(request.uri().path(), "/healthz" | "/readyz") {
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

    /// What to tell the browser, where the origin may ask.
    pub(super) fn cors<B>(&self, request: &Request<B>) -> Option<Cors> {
        if self.origins.is_empty() {
            return None;
        }
        let origin = request.headers().get(ORIGIN)?;
        let allowed = self.origins.iter().find(|o| *o == origin || *o == "*")?;
        let preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Some(Cors { origin: allowed.clone(), preflight })
    }
}

impl Cors {
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        let exposed = HeaderValue::from_static("X-Model-Version, X-Model-Digest");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        if self.preflight {
            let methods = HeaderValue::from_static("GET, HEAD, POST");
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let allowed = HeaderValue::from_static("Authorization, Content-Type");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
    }
}
