//! Sockets, limits and the graceful stop.

mod descriptors;

use crate::admission::Admission;
use crate::args::Serve;
use crate::http::{self, Body, State};
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

/// Bytes of a request's head. A URL may have 65,534 bytes (hyper's bound): up to there a query that
/// is too long gets an answer that states the limit; beyond, hyper's bare 414 or 431.
const MAX_HEAD: usize = 96 << 10;
/// Headers of a request: more get hyper's bare 431.
const MAX_HEADERS: usize = 64;
/// Once nothing is accepted any more, requests that have begun have this long.
const LAST: Duration = Duration::from_secs(10);
/// What a connection too many reads.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Loads the models and serves them until the process is told to stop.
///
/// # Errors
/// Where the engine does not start, no model loads or an address cannot be listened on.
pub fn run(args: &Serve) -> Result<()> {
    let runtime = Runtime::new(args.limits())
        .map_err(|e| anyhow!("the wasm engine does not start: {e:#}"))?;
    let (metrics, cache) = (Arc::new(Metrics::new()), args.cache_dir());
    let sources = Arc::new(Sources::new(&args.models, &runtime, args.sources()?));
    // a registry that is slow holds up a start only where nothing else is there to serve
    let wanting = sources.is_wanting();
    let failed = if wanting { sources.refresh() } else { Vec::new() };
    let registry =
        Registry::open(&runtime, &args.models, &args.model, cache.as_deref(), metrics.clone());
    // nothing that serves, and nothing pulled: the second is why
    let registry = Arc::new(registry.map_err(|error| match failed.first() {
        Some(cause) => anyhow!("{error}; {cause}"),
        None => error.into(),
    })?);
    sources.watch(&registry, !wanting, Duration::from_secs(args.pull_every_s))?;
    if args.watch_ms > 0 {
        registry.watch(Duration::from_millis(args.watch_ms))?;
    }
    let threads = args.threads().get() as usize;
    let admission = Admission::new(args.max_waiting as usize, threads);
    let state =
        State::new(registry, sources, metrics, admission, args.access()?, args.bodies(), args.ui());
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?
        .block_on(serve(Arc::new(state), args))
}

/// Serves until SIGTERM or SIGINT, then drains: `/readyz` says no, and connections are accepted until
/// the grace period is over, so that whoever has not noticed yet is still answered; SIGINT skips that.
/// Requests in flight finish.
///
/// # Errors
/// Where an address cannot be listened on.
pub async fn serve(state: Arc<State>, args: &Serve) -> Result<()> {
    let most = descriptors::connections(args.max_connections);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(args.header_timeout_ms))
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        // head and body are one small packet. Not `pipeline_flush`: an answer would wait for the rest of
        // the next request, and be lost where that never comes
        .writev(false);
    let graceful = GracefulShutdown::new();
    let server = Server { http, state, graceful, most };
    if let Some(address) = args.admin_listen {
        let listener = bind(address).await?;
        tracing::info!(admin = %listener.local_addr()?, "serving");
        tokio::spawn(administrate(listener, server.state.clone()));
    }
    let listener = bind(args.listen).await?;
    let address = listener.local_addr()?;
    tracing::info!(%address, connections = most, "serving");
    let mut stop = pin!(stopped()?);
    let grace = tokio::select! {
        () = server.accept(&listener) => Duration::ZERO,
        Signal(terminated) = &mut stop => match terminated {
            true => Duration::from_millis(args.grace_ms),
            false => Duration::ZERO,
        },
    };
    server.state.drain();
    tracing::info!(connections = server.graceful.count(), "draining");
    let _ = tokio::time::timeout(grace, server.accept(&listener)).await;
    drop(listener);
    match tokio::time::timeout(LAST, server.graceful.shutdown()).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped with requests in flight"),
    }
    Ok(())
}

struct Server {
    http: http1::Builder,
    state: Arc<State>,
    graceful: GracefulShutdown,
    /// Connections open at once.
    most: usize,
}

impl Server {
    async fn accept(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) if self.state.admission.connections() >= self.most => {
                    self.state.metrics.rejected(Rejection::Connections);
                    refuse(stream);
                }
                Ok((stream, _)) => self.connect(stream),
                Err(error) => refused(&error).await,
            }
        }
    }

    fn connect(&self, stream: TcpStream) {
        // answers are one small packet: waiting for more would only delay them
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
async fn administrate(listener: TcpListener, state: Arc<State>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                refused(&error).await;
                continue;
            }
        };
        let state = state.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let state = state.clone();
            async move { Ok::<Response<Body>, Infallible>(http::administrate(&state, request).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Says no in words, as far as the socket takes them at once.
fn refuse(mut stream: TcpStream) {
    tokio::spawn(async move {
        let _ = tokio::time::timeout(Duration::from_secs(1), stream.write_all(TOO_MANY)).await;
    });
}

/// Out of file descriptors, most likely: give the open connections time to end.
async fn refused(error: &std::io::Error) {
    tracing::warn!(%error, "connection not accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Whether the process was terminated, rather than interrupted.
struct Signal(bool);

/// Completes at SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = Signal>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => Signal(true),
            _ = interrupt.recv() => Signal(false),
        }
    })
}
