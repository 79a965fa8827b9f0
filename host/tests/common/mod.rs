//! The real binary on a real socket, with components made for the tests.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use intent_model::grams::Space;
use intent_model::info::Golden;
use intent_model::layout::{self, Params};
use intent_model::{ModelInfo, rows};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// A component that answers every question with `intent`, probability about 0.73.
pub fn constant(intent: i32) -> Vec<u8> {
    with_golden(intent, Vec::new())
}

/// The same, with a golden question whose answer is said to be `answer`.
pub fn golden(intent: i32, answer: i32) -> Vec<u8> {
    let probability = 1.0 / (1.0 + (-1f32).exp());
    with_golden(intent, vec![Golden { query: "a".into(), intent: answer, probability }])
}

fn with_golden(intent: i32, golden: Vec<Golden>) -> Vec<u8> {
    let space = Space { word_bits: 4, subword_bits: 4, pair_bits: 0, ..Space::default() };
    let rows = vec![0; 32 * rows::stride(2, 8)];
    let params = Params {
        ids: vec![intent - 1, intent],
        bias: vec![0.0, 1.0],
        slope: vec![1.0; 2],
        taper: 0.0,
        offset: vec![0.0; 2],
    };
    let label_names = vec!["a".into(), "b".into()];
    let info = ModelInfo { label_names, golden, ..ModelInfo::default() };
    let model = layout::encode(space, &params, &rows, &info).unwrap();
    intent_trainer::bake::bake(&model).unwrap()
}

/// A component whose `classify` has `body` (in the text format; it must leave an i32).
pub fn guest(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (memory (export "memory") 2)
            (global $next (mut i32) (i32.const 65536))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              global.get $next
              (global.set $next (i32.add (global.get $next) (local.get 3))))
            (func $recurse (param i32) (result i32)
              (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
            (func (export "posos:intent/classifier@0.3.0#classify") (param i32 i32) (result i32)
              {body})
            (func (export "posos:intent/classifier@0.3.0#classify-top") (param i32 i32 i32) (result i32)
              unreachable)
            (func (export "posos:intent/classifier@0.3.0#decide") (param i32 i32) (result i32)
              unreachable)
            (func (export "posos:intent/classifier@0.3.0#explain") (param i32 i32) (result i32)
              unreachable)
            (func (export "posos:intent/classifier@0.3.0#describe") (result i32) i32.const 1024))"#
    );
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("intent")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default().module(&module).unwrap();
    encoder.validate(true).encode().unwrap()
}

/// A models directory with these versions of `intent`.
pub fn models(versions: &[(u64, Vec<u8>)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (number, component) in versions {
        put(dir.path(), *number, component);
    }
    dir
}

/// Puts a version of `intent` into a models directory, in one step.
pub fn put(models: &Path, number: u64, component: &[u8]) {
    let version = models.join(format!("intent/{number}"));
    std::fs::create_dir_all(&version).unwrap();
    std::fs::write(version.join(".new"), component).unwrap();
    std::fs::rename(version.join(".new"), version.join("intent.wasm")).unwrap();
}

/// A running host.
pub struct Host {
    child: Child,
    pub address: String,
    /// Of the admin listener, where there is one.
    pub admin: String,
    log: Arc<Mutex<String>>,
}

impl Host {
    pub fn start(models: &Path, flags: &[&str]) -> Host {
        Host::cached(models, &[&["--no-cache"], flags].concat())
    }

    /// With a compile cache.
    pub fn cached(models: &Path, flags: &[&str]) -> Host {
        Host::run(models, flags, Command::new(env!("CARGO_BIN_EXE_intent-host")))
    }

    /// With a collector of traces.
    pub fn traced(models: &Path, collector: &str) -> Host {
        let mut command = Command::new(env!("CARGO_BIN_EXE_intent-host"));
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
        Host::run(models, &["--no-cache"], command)
    }

    fn run(models: &Path, flags: &[&str], mut command: Command) -> Host {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--models", models.to_str().unwrap()])
            .args(["--grace-ms", "500"])
            .args(flags)
            .env("RUST_LOG", "trace")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.stderr.take().unwrap()).lines(), log.clone());
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut admin = String::new();
            for line in lines.map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("\"admin\":\"") {
                    rest.split('"').next().unwrap().clone_into(&mut admin);
                }
                if let Some((_, rest)) = line.split_once("\"address\":\"") {
                    let address = rest.split('"').next().unwrap().to_owned();
                    let _ = send.send((address, admin.clone()));
                }
                *kept.lock().unwrap() += &(line + "\n");
            }
        });
        match receive.recv_timeout(Duration::from_secs(60)) {
            Ok((address, admin)) => Host { child, address, admin, log },
            Err(_) => panic!("the host does not start: {}", log.lock().unwrap()),
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends `request`, as far as the host takes it, and reads until the host closes.
    pub fn raw(&self, request: &str) -> Answer {
        Host::exchange(self.connect(), request)
    }

    fn exchange(mut stream: TcpStream, request: &str) -> Answer {
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::of(&bytes)
    }

    pub fn send(&self, method: &str, target: &str) -> Answer {
        self.raw(&format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    }

    pub fn post(&self, target: &str, kind: &str, body: &str) -> Answer {
        let length = body.len();
        self.raw(&format!(
            "POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// A request to the admin listener.
    pub fn admin(&self, method: &str, target: &str) -> Answer {
        let stream = TcpStream::connect(&self.admin).unwrap();
        let request = format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Host::exchange(stream, &request)
    }

    pub fn reload(&self) -> Answer {
        self.admin("POST", "/v1/reload")
    }

    /// Waits until `condition` holds.
    #[track_caller]
    pub fn until(&self, condition: impl Fn() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn get(&self, target: &str) -> Answer {
        self.send("GET", target)
    }

    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "the host does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP response.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    fn of(bytes: &[u8]) -> Answer {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    pub fn has(&self, header: &str) -> bool {
        self.head.lines().any(|l| l == header.to_lowercase())
    }

    /// The body without its chunks' sizes.
    pub fn unchunked(&self) -> String {
        assert!(self.has("transfer-encoding: chunked"), "{self:?}");
        let (mut rest, mut body) = (self.body.as_str(), String::new());
        while let Some((size, more)) = rest.split_once("\r\n") {
            let size = usize::from_str_radix(size, 16).unwrap();
            body += &more[..size];
            rest = &more[size + 2..];
        }
        body
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}
