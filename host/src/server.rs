//! Listeners, connections and the graceful shutdown.

mod descriptors;

use crate::admission::Admission;
use crate::args::Serve;
use crate::http::{self, AppState, Body};
use crate::metrics::{Metrics, Rejection};
use crate::registry::Registry;
use crate::sources::Sources;
use anyhow::{Context, Result, anyhow};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use intent_runtime::Runtime;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};

/// Maximum bytes of a request head: more than hyper's limit for a URL, 65,534 bytes, so that a query that is too long
/// gets our 414, which states the limit. A longer URL gets hyper's 414 or 431, without a body.
const MAX_HEAD: usize = 96 << 10;
/// Maximum headers of a request: more get hyper's bare 431.
const MAX_HEADERS: usize = 64;
/// Deadline of the requests in flight once no connection is accepted any more.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(10);
/// The response to a connection beyond the maximum.
const TOO_MANY_CONNECTIONS: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Loads the models and serves them until SIGTERM or SIGINT.
///
/// # Errors
/// If the engine does not start, no model loads or an address cannot be listened on.
pub fn run(args: &Serve) -> Result<()> {
    let runtime = Runtime::new(args.limits())
        .map_err(|e| anyhow!("the wasm engine does not start: {e:#}"))?;
    let (metrics, cache) = (Arc::new(Metrics::new()), args.cache_dir());
    let sources = Arc::new(Sources::new(&args.models, &runtime, args.sources()?));
    // a slow OCI registry delays the start only if a model has no version yet
    let missing = sources.is_missing_versions();
    let failed = if missing { sources.refresh() } else { Vec::new() };
    let registry =
        Registry::open(&runtime, &args.models, &args.model, cache.as_deref(), metrics.clone());
    // nothing serves because nothing was pulled: name that cause, too
    let registry = Arc::new(registry.map_err(|error| match failed.first() {
        Some(cause) => anyhow!("{error}; {cause}"),
        None => error.into(),
    })?);
    sources.watch(&registry, !missing, Duration::from_secs(args.pull_every_s))?;
    if args.watch_ms > 0 {
        registry.watch(Duration::from_millis(args.watch_ms))?;
    }
    let threads = args.threads().get() as usize;
    let admission = Admission::new(args.max_waiting as usize, threads);
    let state = AppState::new(registry, sources, metrics, admission, args.http()?);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?
        .block_on(serve(Arc::new(state), args))
}

/// Serves until SIGTERM or SIGINT, then drains: `/readyz` fails, and connections are accepted until the
/// grace period is over, for clients that have not noticed yet. SIGINT skips the grace period. Requests in
/// flight finish.
///
/// # Errors
/// If an address cannot be listened on.
async fn serve(state: Arc<AppState>, args: &Serve) -> Result<()> {
    let max_connections = descriptors::connections(args.max_connections);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(args.header_timeout_ms))
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        // head and body are copied into one buffer, as a response is one small packet. Without `pipeline_flush`, by
        // which a response would wait for the rest of the next request, and be lost if that never comes
        .writev(false);
    let graceful = GracefulShutdown::new();
    let server = Server { http, state, graceful, max_connections };
    if let Some(address) = args.admin_listen {
        let listener = bind(address).await?;
        tracing::info!(admin = %listener.local_addr()?, "serving");
        tokio::spawn(serve_admin(listener, server.state.clone()));
    }
    let listener = bind(args.listen).await?;
    let address = listener.local_addr()?;
    tracing::info!(%address, connections = max_connections, "serving");
    let mut stop = pin!(stop_signal()?);
    let grace = tokio::select! {
        () = server.accept(&listener) => Duration::ZERO,
        signal = &mut stop => match signal {
            Signal::Terminate => Duration::from_millis(args.grace_ms),
            Signal::Interrupt => Duration::ZERO,
        },
    };
    server.state.drain();
    tracing::info!(connections = server.graceful.count(), "draining");
    let _ = tokio::time::timeout(grace, server.accept(&listener)).await;
    drop(listener);
    match tokio::time::timeout(SHUTDOWN_DEADLINE, server.graceful.shutdown()).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped with requests in flight"),
    }
    Ok(())
}

struct Server {
    http: http1::Builder,
    state: Arc<AppState>,
    graceful: GracefulShutdown,
    /// Maximum concurrent connections.
    max_connections: usize,
}

impl Server {
    /// Accepts connections; never returns.
    async fn accept(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) if self.state.admission.connections() >= self.max_connections => {
                    self.state.metrics.rejected(Rejection::Connections);
                    reject(stream);
                }
                Ok((stream, _)) => self.connect(stream),
                Err(error) => accept_failed(&error).await,
            }
        }
    }

    fn connect(&self, stream: TcpStream) {
        // a response is one small packet: waiting for more would only delay it
        let _ = stream.set_nodelay(true);
        let state = self.state.clone();
        let service = service_fn(move |request| {
            let state = state.clone();
            async move { Ok::<_, Infallible>(http::answer(&state, request).await) }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let state = self.state.clone();
        tokio::spawn(async move {
            let _open = state.admission.connected();
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
}

/// The admin listener: few connections, no drain.
async fn serve_admin(listener: TcpListener, state: Arc<AppState>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                accept_failed(&error).await;
                continue;
            }
        };
        let state = state.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let state = state.clone();
            async move { Ok::<Response<Body>, Infallible>(http::answer_admin(&state, request).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Rejects a connection with a response, if the socket takes it within a second.
fn reject(mut stream: TcpStream) {
    tokio::spawn(async move {
        let _ =
            tokio::time::timeout(Duration::from_secs(1), stream.write_all(TOO_MANY_CONNECTIONS))
                .await;
    });
}

/// Pauses after a failed accept: most likely there are no file descriptors left.
async fn accept_failed(error: &std::io::Error) {
    tracing::warn!(%error, "connection not accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// The signal that stops the process.
enum Signal {
    Terminate,
    Interrupt,
}

/// Waits for SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = Signal>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => Signal::Terminate,
            _ = interrupt.recv() => Signal::Interrupt,
        }
    })
}
