//! `healthcheck`: whether the host at an address wants requests, as a container's health check asks it.

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

/// Asks `/readyz`.
///
/// # Errors
/// Where nothing answers in time, or the answer is no.
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

/// Where a host that listens on every address is found on its own machine.
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
