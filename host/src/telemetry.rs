//! Log lines to standard error, and a span a request to an OpenTelemetry collector, where one is set
//! by `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`.
//!
//! The text of a query is in neither: a span has the route, not the URL.

use crate::args::LogFormat;
use hyper::header::HeaderMap;
use hyper::{Request, Response};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::IsTerminal;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// The target of the requests' spans: log lines are not of it.
const TARGET: &str = "request";

/// What the routes are called; of other paths nothing is told.
const ROUTES: [&str; 9] = [
    "/intent",
    "/intent/batch",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/v1/models",
    "/v2",
    "/ui",
];

/// The spans that are not sent yet.
#[derive(Debug)]
pub struct Traces(Option<SdkTracerProvider>);

/// Starts logging, and tracing where it is set. `RUST_LOG` sets the level of the lines.
#[must_use]
pub fn start(format: LogFormat) -> Traces {
    let spans: tracing_subscriber::filter::Directive =
        format!("{TARGET}=off").parse().unwrap_or_else(|_| LevelFilter::INFO.into());
    let level = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let (provider, failed) = match provider() {
        Ok(provider) => (provider, None),
        Err(error) => (None, Some(error)),
    };
    let traces = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("intent-host"))
            .with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO))
    });
    tracing_subscriber::registry()
        .with(lines.with_filter(level.add_directive(spans)))
        .with(traces)
        .init();
    if let Some(error) = failed {
        tracing::warn!(error, "no traces: the collector's address cannot be used");
    }
    Traces(provider)
}

impl Traces {
    /// Sends what is left.
    pub fn flush(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "traces are lost");
        }
    }
}

fn provider() -> Result<Option<SdkTracerProvider>, String> {
    let names = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    if !names.iter().any(|name| std::env::var(name).is_ok_and(|value| !value.is_empty())) {
        return Ok(None);
    }
    // the exporter's HTTP client is the registries'
    intent_store::tls::install();
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build();
    let exporter = exporter.map_err(|error| error.to_string())?;
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before it
    let mut resource = Resource::builder();
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("intent-host");
    }
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource.build())
        .build();
    Ok(Some(provider))
}

/// The span of a request, under the one that its header `traceparent` names; disabled where no
/// collector is set.
pub(crate) fn span<B>(request: &Request<B>) -> Span {
    let span = info_span!(
        target: TARGET,
        "request",
        otel.kind = "server",
        otel.name = Empty,
        http.request.method = Empty,
        http.route = Empty,
        http.response.status_code = Empty,
        intent.model.version = Empty,
    );
    if !span.is_disabled() {
        let path = request.uri().path();
        let of = |route: &&&str| {
            path.strip_prefix(**route).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        let route = ROUTES.iter().rev().find(of).unwrap_or(&"other");
        let method = request.method().as_str();
        span.record("otel.name", format!("{method} {route}"));
        span.record("http.request.method", method);
        span.record("http.route", route);
        let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
        // fails only where no collector is set
        let _ = span.set_parent(parent);
    }
    span
}

/// Says how it went.
pub(crate) fn end<B>(span: &Span, response: &Response<B>) {
    span.record("http.response.status_code", response.status().as_u16());
    if let Some(version) = response.headers().get("x-model-version") {
        span.record("intent.model.version", version.to_str().unwrap_or_default());
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(hyper::header::HeaderName::as_str).collect()
    }
}
