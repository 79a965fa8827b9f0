//! Checked configuration: made by `args` out of flags, used by `http` and `telemetry`.

use clap::ValueEnum;
use hyper::header::HeaderValue;
use std::time::Duration;

/// Default deadlines and intervals of the flags. That of a call is
/// [`intent_runtime::Limits::SERVING_DEADLINE_MS`].
pub(crate) mod defaults {
    /// A health check.
    pub(crate) const HEALTHCHECK_MS: u64 = 2_000;
    /// A request head, and an idle connection.
    pub(crate) const HEADER_MS: u64 = 10_000;
    /// A body, or the next chunk of a batch.
    pub(crate) const BODY_MS: u64 = 10_000;
    /// Accepting connections after SIGTERM.
    pub(crate) const GRACE_MS: u64 = 5_000;
    /// Between two scans of the models directory.
    pub(crate) const WATCH_MS: u64 = 1_000;
    /// Between two requests to a registry.
    pub(crate) const PULL_S: u64 = 300;
}

/// Format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object per line
    Json,
    /// Human-readable text
    Text,
}

/// Configuration of the HTTP routes.
#[derive(Debug)]
pub(crate) struct HttpConfig {
    /// Access control.
    pub(crate) access: AccessConfig,
    /// Limits of request bodies.
    pub(crate) bodies: BodyLimits,
    /// The web page; none if it is turned off.
    pub(crate) ui: Option<UiConfig>,
}

/// Access control: a bearer token and CORS, both off by default.
#[derive(Default)]
pub(crate) struct AccessConfig {
    /// The token that requests need; none if they need none.
    pub(crate) token: Option<String>,
    /// Origins whose cross-origin requests are allowed; `*` is any.
    pub(crate) origins: Vec<HeaderValue>,
}

impl std::fmt::Debug for AccessConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("AccessConfig")
            .field("token", &token)
            .field("origins", &self.origins)
            .finish()
    }
}

/// Limits of request bodies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    /// Maximum bytes of a body that is read whole.
    pub(crate) whole: usize,
    /// Maximum bytes of a batch.
    pub(crate) batch: usize,
    /// Deadline of a whole body, or between two chunks of a batch.
    pub(crate) timeout: Duration,
}

/// Configuration of the web page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UiConfig {
    /// Whether reports include the questions that they were measured on.
    pub(crate) show_questions: bool,
}
