//! Sockets, limits and the graceful stop.

use crate::args::Serve;
use crate::http::{self, State};
use anyhow::{Context, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};

/// Bytes of a request's head. A URL may have 65,534 bytes (hyper's bound): up to there a query that
/// is too long gets an answer that states the limit; beyond, hyper's bare 414 or 431.
const MAX_HEAD: usize = 96 << 10;

/// Serves until SIGTERM or SIGINT, then drains: `/readyz` says no, no connection is accepted, and
/// the requests in flight have the grace period to finish.
///
/// # Errors
/// Where the address cannot be listened on.
pub async fn serve(state: Arc<State>, args: &Serve) -> Result<()> {
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(args.header_timeout_ms))
        .max_buf_size(MAX_HEAD)
        .pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stopped()?);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connection(&http, stream, &state, &graceful),
                Err(error) => refused(&error).await,
            },
            () = &mut stop => break,
        }
    }
    state.drain();
    drop(listener);
    tracing::info!(connections = graceful.count(), "draining");
    let grace = Duration::from_millis(args.grace_ms);
    match tokio::time::timeout(grace, graceful.shutdown()).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped with requests in flight: the grace period is over"),
    }
    Ok(())
}

fn connection(
    http: &http1::Builder,
    stream: TcpStream,
    state: &Arc<State>,
    graceful: &GracefulShutdown,
) {
    // answers are one small packet: waiting for more would only delay them
    let _ = stream.set_nodelay(true);
    let state = state.clone();
    let service = service_fn(move |request| {
        let response = http::answer(&state, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}

/// Out of file descriptors, most likely: give the open connections time to end.
async fn refused(error: &std::io::Error) {
    tracing::warn!(%error, "connection not accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Completes at SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
