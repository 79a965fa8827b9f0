//! The servers that are compared, but for FastAPI: all have the threads, the buffers and the HTTP
//! settings of the host.

use crate::workers::Workers;
use anyhow::{Context, Result, bail};
use clap::Parser;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use intent_bake::extract;
use intent_host::args::{Cli, Command};
use intent_host::server;
use intent_model::Model;
use intent_runtime::{ClassifyError, NATIVE, Prediction, QueryLength};
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// hyper, which answers without looking at the question: the ceiling
    Hyper(Common),
    /// The same with a runtime for each thread, and connections dealt to them in turn
    Dealt(Common),
    /// The host
    Host(Common),
    /// The host with the model called natively
    Native(Common),
}

#[derive(Debug, clap::Args)]
struct Common {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    models: PathBuf,
}

pub(crate) fn serve(args: &Args) -> Result<()> {
    match &args.kind {
        Kind::Hyper(common) => hyper(common.port, None),
        Kind::Dealt(common) => hyper(common.port, Some(Workers::start(threads()?)?)),
        Kind::Host(common) => host(common),
        Kind::Native(common) => {
            native(common)?;
            host(common)
        }
    }
}

/// As `intent-host serve` with its defaults.
fn host(common: &Common) -> Result<()> {
    let listen = format!("127.0.0.1:{}", common.port);
    let models = common.models.to_str().context("the models' path is not UTF-8")?;
    let cli = ["intent-host", "serve", "--listen", &listen, "--models", models];
    let Command::Serve(serve) = Cli::parse_from(cli).command else { bail!("not `serve`") };
    server::run(&serve)
}

/// Has the model of the highest version answer natively.
fn native(common: &Common) -> Result<()> {
    let versions = intent_store::scan::versions(&common.models.join("intent"))?;
    let (_, path) = versions.last().context("no model")?;
    // for as long as the process
    let component: &'static [u8] = std::fs::read(path)?.leak();
    let model = Model::from_bytes(extract::model(component)?)?;
    let classify = move |query: &str| match model.classify(query) {
        Ok(p) => Ok(Prediction { intent: p.intent, probability: p.probability, margin: p.margin }),
        Err(intent_model::ClassifyError::TooLong { actual, limit }) => {
            let length = QueryLength { actual: actual as u32, limit: limit as u32 };
            Err(ClassifyError::QueryTooLong(length))
        }
        Err(_) => Err(ClassifyError::EmptyQuery),
    };
    NATIVE.set(Box::new(classify)).ok().context("set twice")
}

fn threads() -> Result<NonZeroU32> {
    Ok(NonZeroU32::try_from(std::thread::available_parallelism()?.get() as u32)?)
}

fn hyper(port: u16, workers: Option<Workers>) -> Result<()> {
    let mut runtime = Builder::new_multi_thread();
    runtime.worker_threads(threads()?.get() as usize).enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer = |stream| async {
                let mut http = http1::Builder::new();
                http.pipeline_flush(true);
                let _ = http.serve_connection(TokioIo::new(stream), service_fn(fixed)).await;
            };
            match &workers {
                Some(workers) => workers.connection(stream, answer),
                None => drop(tokio::spawn(answer(stream))),
            }
        }
    })
}

/// An answer of the host's size, with its headers.
async fn fixed(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = Bytes::from_static(br#"{"intent": 26, "probability": "0.73105860"}"#);
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-model-version", HeaderValue::from_static("1"));
    let digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    headers.insert("x-model-digest", HeaderValue::from_static(digest));
    Ok(response)
}
