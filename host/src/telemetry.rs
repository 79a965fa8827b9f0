//! Log lines to standard error, and one span per request to an OpenTelemetry collector, if one is set
//! by `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`.
//!
//! The text of a query is in neither: a span has the route, not the URL.

use crate::config::LogFormat;
use crate::http::headers::MODEL_VERSION;
use crate::http::routes::{self, Listener};
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

/// The target of request spans; log lines have others.
const TARGET: &str = "request";

/// The exporter of spans, if a collector is set.
#[derive(Debug)]
pub struct Traces(Option<SdkTracerProvider>);

/// Starts logging, and tracing if a collector is set. `RUST_LOG` sets the level of log lines.
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
    /// Sends the remaining spans.
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
    // the exporter's HTTP client is the same as the registries'
    intent_store::tls::install();
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build();
    let exporter = exporter.map_err(|error| error.to_string())?;
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence
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

/// The span of a request, a child of the one in its header `traceparent`; disabled if no collector is
/// set.
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
        // the path of a request that matches no route may be anything: it is not recorded
        let mount = routes::find(Listener::Public, request.uri().path());
        let route = mount.map_or("other", |mount| mount.path);
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

/// Records the response.
pub(crate) fn end<B>(span: &Span, response: &Response<B>) {
    span.record("http.response.status_code", response.status().as_u16());
    if let Some(version) = response.headers().get(MODEL_VERSION) {
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
