//! The command `healthcheck`: the readiness of a running host.

use crate::args::Healthcheck;
use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// Runs the check: a request to `/readyz`.
///
/// # Errors
/// If the host does not answer in time, or is not ready.
pub fn run(args: &Healthcheck) -> Result<()> {
    let address = reachable(args.listen);
    let limit = Duration::from_millis(args.timeout_ms);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime
        .block_on(async { tokio::time::timeout(limit, ready(address)).await })
        .with_context(|| format!("{address} does not answer within {} ms", args.timeout_ms))?
}

async fn ready(address: SocketAddr) -> Result<()> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("nothing listens on {address}"))?;
    let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::get("/readyz").header("host", address.to_string());
    let answer = client.send_request(request.body(Empty::<Bytes>::new())?).await;
    let answer = answer.with_context(|| format!("{address} does not speak HTTP"))?;
    let status = answer.status();
    if !status.is_success() {
        let body = answer.into_body().collect().await?.to_bytes();
        bail!("not ready: {status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}

/// The address to connect to: loopback for a host that listens on all addresses.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_at_its_own() {
        for (listen, asked) in [
            ("0.0.0.0:4002", "127.0.0.1:4002"),
            ("[::]:1", "[::1]:1"),
            ("10.0.0.9:80", "10.0.0.9:80"),
        ] {
            let listen: SocketAddr = listen.parse().expect("an address");
            assert_eq!(reachable(listen).to_string(), asked);
        }
    }
}
