//! State shared by all requests.

use super::ui::report::Reports;
use crate::admission::Admission;
use crate::config::{AccessConfig, BodyLimits, HttpConfig};
use crate::metrics::Metrics;
use crate::registry::Registry;
use crate::sources::Sources;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// State shared by all requests.
#[derive(Debug)]
pub(crate) struct AppState {
    /// The versions that serve.
    pub(crate) registry: Arc<Registry>,
    /// Models that are pulled from OCI registries.
    pub(super) sources: Arc<Sources>,
    /// The process's metrics.
    pub(crate) metrics: Arc<Metrics>,
    /// The queue.
    pub(crate) admission: Admission,
    /// Access control.
    pub(super) access: AccessConfig,
    /// Limits of request bodies.
    pub(super) bodies: BodyLimits,
    /// Reports for the web page; none if the page is turned off.
    pub(super) reports: Option<Reports>,
    /// Shadow requests that wait or run.
    pub(super) shadow_requests: AtomicUsize,
    draining: AtomicBool,
}

impl AppState {
    /// State of a host that serves the versions of `registry`.
    pub(crate) fn new(
        registry: Arc<Registry>,
        sources: Arc<Sources>,
        metrics: Arc<Metrics>,
        admission: Admission,
        config: HttpConfig,
    ) -> Self {
        AppState {
            registry,
            sources,
            metrics,
            admission,
            access: config.access,
            bodies: config.bodies,
            reports: config.ui.map(Reports::new),
            shadow_requests: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
        }
    }

    /// Whether the web page is turned on.
    pub(super) fn has_page(&self) -> bool {
        self.reports.is_some()
    }

    /// Starts the drain: `/readyz` fails from now on, so that no new request is routed here.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
