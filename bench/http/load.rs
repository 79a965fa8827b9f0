//! One server's process, and wrk's figures of it.

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Of one server under one load.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Figures {
    pub requests_per_second: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    /// The server's own, user and system.
    pub cpu_us: f64,
}

/// A running server.
pub(crate) struct Server {
    pub name: &'static str,
    child: Child,
    port: u16,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(name: &'static str, command: Command, port: u16) -> Result<Self> {
        let mut server = Server::spawn(name, command, port)?;
        server.listening(Duration::from_millis(50))?;
        Ok(server)
    }

    /// Starts it: with the ms from before the process to its first answer.
    pub(crate) fn first_answer(
        name: &'static str,
        command: Command,
        port: u16,
    ) -> Result<(Self, f64)> {
        let start = Instant::now();
        let mut server = Server::spawn(name, command, port)?;
        server.listening(Duration::from_micros(100))?;
        server.get("/intent?query=mal+de+t%C3%AAte")?;
        Ok((server, start.elapsed().as_secs_f64() * 1e3))
    }

    fn spawn(name: &'static str, mut command: Command, port: u16) -> Result<Self> {
        let there = TcpStream::connect(("127.0.0.1", port)).is_ok();
        ensure!(!there, "{name}: port {port} is in use");
        command.stdin(Stdio::null()).stdout(Stdio::null()).env("RUST_LOG", "warn");
        let child = command.spawn().with_context(|| format!("{name} does not start"))?;
        Ok(Server { name, child, port })
    }

    fn listening(&mut self, pause: Duration) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}", self.name);
            }
            ensure!(start.elapsed() < Duration::from_secs(120), "{} does not listen", self.name);
            std::thread::sleep(pause);
        }
        Ok(())
    }

    /// MB of memory that the process has resident.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// The body of `target`.
    pub(crate) fn get(&self, target: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        // FastAPI listens before it is fitted
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let (head, body) = text.split_once("\r\n\r\n").context("no HTTP")?;
        ensure!(head.starts_with("HTTP/1.1 200"), "{}: {head}", self.name);
        Ok(body.to_owned())
    }

    /// Loads it with wrk: one thread, since more would take the server's processors.
    pub(crate) fn load(
        &self,
        script: &Path,
        connections: usize,
        time: Duration,
    ) -> Result<Figures> {
        let before = self.ticks()?;
        let output = Command::new("wrk")
            .args(["--threads", "1", "--connections", &connections.to_string()])
            .args(["--duration", &format!("{}s", time.as_secs()), "--script"])
            .arg(script)
            .arg(format!("http://127.0.0.1:{}", self.port))
            .output()
            .context("wrk does not run (Debian: apt-get install wrk)")?;
        let ticks = self.ticks()? - before;
        // the script's last line: requests, microseconds, errors, p50, p99
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().find_map(|l| l.strip_prefix("figures ")).context("no figures")?;
        let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let &[requests, micros, errors, p50_us, p99_us] = numbers.as_slice() else {
            bail!("wrk said {line}")
        };
        ensure!(errors == 0.0 && requests > 0.0, "{requests} answers, {errors} errors");
        // a tick of /proc is 10 ms on every Linux
        let cpu_us = ticks as f64 * 10_000.0 / requests;
        Ok(Figures { requests_per_second: requests / micros * 1e6, p50_us, p99_us, cpu_us })
    }

    /// Clock ticks of the process and of those that it started.
    fn ticks(&self) -> Result<u64> {
        let mut sum = 0;
        let mut pids = vec![self.child.id()];
        while let Some(pid) = pids.pop() {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
            // after the name, which may hold spaces: user time is the 12th field, system time the 13th
            let (_, fields) = stat.rsplit_once(") ").context("no stat")?;
            let times = fields.split(' ').skip(11).take(2);
            sum += times.filter_map(|t| t.parse::<u64>().ok()).sum::<u64>();
            let children = format!("/proc/{pid}/task/{pid}/children");
            let children = std::fs::read_to_string(children).unwrap_or_default();
            pids.extend(children.split_whitespace().filter_map(|c| c.parse::<u32>().ok()));
        }
        Ok(sum)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // uvicorn has to end its workers itself; the host would go on for its grace period
        let asked = |pid: u32| Command::new("kill").arg(pid.to_string()).status();
        if self.name != "fastapi" || asked(self.child.id()).is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
