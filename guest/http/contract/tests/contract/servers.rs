//! The two servers: the project's host, and wasmtime's own implementation of wasi:http.

use clap::Parser;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// A trained component, and whether it was given; else it is trained on a part of the sample, which is
/// enough to compare answers.
pub(crate) fn model() -> &'static (Vec<u8>, bool) {
    static MODEL: LazyLock<(Vec<u8>, bool)> = LazyLock::new(trained);
    &MODEL
}

fn trained() -> (Vec<u8>, bool) {
    if let Some(path) = std::env::var_os("INTENT_CONTRACT_MODEL") {
        return (std::fs::read(path).unwrap(), true);
    }
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../data/sample");
    let dir = tempfile::tempdir().unwrap();
    for name in ["input_train.csv", "output_train.csv"] {
        let text = std::fs::read_to_string(sample.join(name)).unwrap();
        let lines: Vec<&str> = text.lines().take(600).collect();
        std::fs::write(dir.path().join(name), lines.join("\n")).unwrap();
    }
    let (data, out) = (dir.path().to_str().unwrap(), dir.path().join("intent"));
    let flags = ["--quiet", "--no-report", "--allow-singletons", "--valid-share", "0"];
    let words = ["intent-trainer", "train", "--data", data, "--out", out.to_str().unwrap()];
    let cli = intent_trainer::args::Cli::parse_from([&words[..], &flags].concat());
    let intent_trainer::args::Command::Train(args) = cli.command else { unreachable!() };
    intent_trainer::commands::train::run(&args).unwrap();
    (std::fs::read(out.join("1/intent.wasm")).unwrap(), false)
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn wait_for(address: &str) {
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing listens on {address}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Serves `model` as version 1 with the project's host; gives its address.
pub(crate) fn host(model: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap().keep();
    std::fs::create_dir_all(dir.join("intent/1")).unwrap();
    std::fs::write(dir.join("intent/1/intent.wasm"), model).unwrap();
    let address = format!("127.0.0.1:{}", free_port());
    let models = dir.to_str().unwrap();
    let words = ["intent-host", "serve", "--models", models, "--listen", &address];
    // a busy machine is no fault of a question
    let flags = ["--no-cache", "--deadline-ms", "10000", "--watch-ms", "0"];
    let cli = intent_host::args::Cli::parse_from([&words[..], &flags].concat());
    #[allow(irrefutable_let_patterns)]
    let intent_host::args::Command::Serve(args) = cli.command else { unreachable!() };
    std::thread::spawn(move || intent_host::server::run(&args).unwrap());
    wait_for(&address);
    std::fs::remove_dir_all(dir).unwrap();
    address
}

/// Serves `component`, which exports wasi:http/incoming-handler, with wasmtime's implementation of it,
/// each request in a fresh instance; gives its address.
pub(crate) fn front(component: &[u8]) -> String {
    let engine = Engine::default();
    let component = Component::new(&engine, component).unwrap();
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
    let pre = ProxyPre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let pre = pre.clone();
                let service = service_fn(move |request| answer(pre.clone(), request));
                // a client that hangs up is no fault of the server
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            }
        });
    });
    address
}

struct Data {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    requests: NoRequests,
}

impl WasiView for Data {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Data {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.requests }
    }
}

/// The component asks nobody.
struct NoRequests;

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for NoRequests {
    fn send_request(
        &mut self,
        _: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

async fn answer(
    pre: ProxyPre<Data>,
    request: Request<Incoming>,
) -> Result<Response<HyperOutgoingBody>> {
    let wasi = WasiCtx::builder().build();
    let data =
        Data { wasi, http: WasiHttpCtx::new(), table: ResourceTable::new(), requests: NoRequests };
    let mut store = Store::new(pre.engine(), data);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    // it goes on while its body is read
    let task = tokio::spawn(async move {
        let proxy = pre.instantiate_async(&mut store).await?;
        proxy.wasi_http_incoming_handler().call_handle(&mut store, request, out).await
    });
    match receiver.await {
        Ok(response) => Ok(response?),
        Err(_) => Err(task.await?.err().unwrap_or_else(|| wasmtime::format_err!("no response"))),
    }
}
