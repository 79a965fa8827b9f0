//! Routes of the admin listener.

use super::problem::{self, Problem};
use super::response::{Body, respond};
use super::state::AppState;
use hyper::Response;
use std::sync::Arc;

/// Answers `POST /v1/reload`: pulls new versions, rescans the models directory and reports the changes.
pub(super) async fn reload(state: &Arc<AppState>) -> Result<Response<Body>, Problem> {
    let (registry, sources) = (state.registry.clone(), state.sources.clone());
    let reload = move || {
        let failed = sources.refresh();
        let mut report = registry.reload();
        report.refused.extend(failed);
        report
    };
    let report = tokio::task::spawn_blocking(reload).await;
    let report = report.map_err(|_| problem::reload_failed())?;
    let status = if report.refused.is_empty() { 200 } else { 422 };
    let body = serde_json::to_vec(&report).map_err(|_| problem::reload_failed())?;
    Ok(respond(status, "application/json", body))
}
