//! Routes of the admin listener.

use super::problem::{self, Problem};
use super::{Body, State, respond};
use hyper::Response;
use std::sync::Arc;

/// `POST /v1/reload`: pulls what is new, looks at the models directory now, and says what that changed.
pub(super) async fn reload(state: &Arc<State>) -> Result<Response<Body>, Problem> {
    let (registry, sources) = (state.registry.clone(), state.sources.clone());
    let look = move || {
        let failed = sources.refresh();
        let mut report = registry.reload();
        report.refused.extend(failed);
        report
    };
    let report = tokio::task::spawn_blocking(look).await;
    let report = report.map_err(|_| problem::reload_failed())?;
    let status = if report.refused.is_empty() { 200 } else { 422 };
    let body = serde_json::to_vec(&report).map_err(|_| problem::reload_failed())?;
    Ok(respond(status, "application/json", body))
}
