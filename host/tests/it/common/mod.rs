//! The real binary on a real socket, with components made for the tests.
#![allow(dead_code, unused_imports, missing_docs, unreachable_pub, clippy::unwrap_used)]

mod guest;

pub use guest::{Guest, guest, spinning};

use intent_model::grams::Space;
use intent_model::info::Golden;
use intent_model::{ModelInfo, rows};
use intent_model::{Params, layout};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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
    intent_bake::bake(&model).unwrap()
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
    /// Address of the admin listener, if there is one.
    pub admin: String,
    log: Arc<Mutex<String>>,
}

impl Host {
    pub fn start(models: &Path, flags: &[&str]) -> Host {
        Host::cached(models, &[&["--no-cache"], flags].concat())
    }

    /// With a compile cache.
    pub fn cached(models: &Path, flags: &[&str]) -> Host {
        Host::logging("trace", models, flags, None)
    }

    /// With a collector of traces.
    pub fn traced(models: &Path, collector: &str) -> Host {
        Host::logging("trace", models, &["--no-cache"], Some(collector))
    }

    /// Logs what concerns whoever runs it, and no more: what is measured is not the log. The binary is
    /// `INTENT_HOST_BIN`'s where that is set.
    pub fn quiet(models: &Path, flags: &[&str]) -> Host {
        Host::logged(models, &[&["--no-cache"], flags].concat())
    }

    /// The same, with a compile cache.
    pub fn logged(models: &Path, flags: &[&str]) -> Host {
        Host::logging("info", models, flags, None)
    }

    fn logging(level: &str, models: &Path, flags: &[&str], collector: Option<&str>) -> Host {
        let built = || env!("CARGO_BIN_EXE_intent-host").into();
        let binary = std::env::var_os("INTENT_HOST_BIN").unwrap_or_else(built);
        let mut child = Command::new(binary)
            .envs(collector.map(|url| ("OTEL_EXPORTER_OTLP_ENDPOINT", url)))
            .args(["serve", "--listen", "127.0.0.1:0", "--models", models.to_str().unwrap()])
            .args(["--grace-ms", "500"])
            .args(flags)
            .env("RUST_LOG", level)
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
        Answer::parse(&bytes)
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

    /// Memory in use, in bytes.
    pub fn resident(&self) -> f64 {
        let pid = self.child.id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
    }

    /// Processor time used, in seconds.
    pub fn cpu(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let of_task = |task: std::io::Result<std::fs::DirEntry>| -> Option<f64> {
            let schedstat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            schedstat.split(' ').next()?.parse().ok()
        };
        tasks.filter_map(of_task).sum::<f64>() / 1e9
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
    fn parse(bytes: &[u8]) -> Answer {
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
