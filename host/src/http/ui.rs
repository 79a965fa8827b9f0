//! The web page at `/`: the files of `host/ui`, and the routes under `/ui` that only they use. The routes
//! may change with the page.
//!
//! - `assets`: the files, embedded in the binary
//! - `about`: `/ui/models`, a summary of what serves
//! - `report`: `/ui/models/versions/N/report`, the training report, by default without its questions
//! - `headers`: security and caching

mod about;
mod assets;
mod headers;
pub(super) mod report;

use super::ask;
use super::problem::{self, Problem};
use super::response::Body;
use super::routes::{self, Listener};
use super::segments::PathSelector;
use super::state::AppState;
use headers::secured;
use hyper::{Request, Response};
use std::sync::Arc;

/// Answers a request for one of the page's files, which need no token; `None` for other requests.
pub(super) fn file<B>(request: &Request<B>) -> Option<Response<Body>> {
    let file = assets::find(request.uri().path())?;
    let answer = problem::check_method(routes::UI_FILE, request.method())
        .map(|()| file.response(request.headers()));
    Some(secured(answer.unwrap_or_else(problem::into_response)))
}

/// Answers a request under `/ui` that is not for a file.
pub(super) async fn route<B>(
    state: &Arc<AppState>,
    request: &Request<B>,
) -> Result<Response<Body>, Problem> {
    let not_found = || problem::not_found(&routes::list(Listener::Public));
    let reports = state.reports.as_ref().ok_or_else(not_found)?;
    let path = request.uri().path();
    if path == routes::UI_MODELS.pattern {
        problem::check_method(routes::UI_MODELS, request.method())?;
        return Ok(secured(about::get(state, reports.show_questions)));
    }
    let number = path.strip_prefix("/ui/models/versions/");
    let number = number.and_then(|rest| rest.strip_suffix("/report"));
    let Some(Ok(version)) = number.map(PathSelector::version) else {
        return Err(not_found());
    };
    problem::check_method(routes::UI_REPORT, request.method())?;
    let picked = ask::pick(state, None, version.selector())?;
    let directory = state.registry.directory(&picked.version);
    reports.get(&directory, request.headers()).await
}
