//! Clients: as fast as they are answered, or at a rate whatever the answers.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

pub const QUESTION: &str = "GET /intent?query=a HTTP/1.1\r\nHost: x\r\n\r\n";

/// Outcome of a request. One that was lost has the status 0.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// When it was due, and how long it took since.
    pub due: Option<Instant>,
    pub took: Duration,
    pub status: u16,
    pub version: u64,
    pub intent: i64,
    pub retry_after: bool,
}

/// A thread for the clients: what they take is not the host's.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Sends a request and reads its answer.
pub async fn ask(stream: &mut TcpStream, request: &str) -> io::Result<Outcome> {
    stream.write_all(request.as_bytes()).await?;
    let (mut bytes, mut some) = (Vec::with_capacity(512), [0; 2048]);
    let (head, body, end) = loop {
        let n = stream.read(&mut some).await?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&some[..n]);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length: usize = header(&head, "content-length").unwrap_or_default();
            break (head, end + 4, end + 4 + length);
        }
    };
    while bytes.len() < end {
        let n = stream.read(&mut some).await?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&some[..n]);
    }
    let body = String::from_utf8_lossy(&bytes[body..end]);
    Ok(Outcome {
        status: head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default(),
        version: header(&head, "x-model-version").unwrap_or_default(),
        intent: intent(&body).unwrap_or(-1),
        retry_after: head.contains("\r\nretry-after: "),
        ..Outcome::default()
    })
}

fn header<T: std::str::FromStr>(head: &str, name: &str) -> Option<T> {
    head.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": ")?.parse().ok())
}

fn intent(body: &str) -> Option<i64> {
    body.strip_prefix("{\"intent\": ")?.split(',').next()?.parse().ok()
}

/// `clients` ask as fast as they are answered, until `stop`.
pub fn closed(
    runtime: &Runtime,
    address: &str,
    clients: usize,
    stop: &dyn Fn(u64) -> bool,
) -> Vec<Outcome> {
    let (ended, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (address, ended, count) = (address.to_owned(), ended.clone(), count.clone());
            runtime.spawn(async move {
                let mut outcomes = Vec::new();
                let mut stream = TcpStream::connect(&address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                while !ended.load(Ordering::Relaxed) {
                    outcomes.push(timed(&mut stream, Instant::now()).await);
                    count.fetch_add(1, Ordering::Relaxed);
                    if outcomes.last().is_some_and(|o| o.status == 0) {
                        stream = TcpStream::connect(&address).await.unwrap();
                    }
                }
                outcomes
            })
        })
        .collect();
    while !stop(count.load(Ordering::Relaxed)) {
        std::thread::sleep(Duration::from_millis(5));
    }
    ended.store(true, Ordering::Relaxed);
    tasks.into_iter().flat_map(|task| runtime.block_on(task).unwrap()).collect()
}

/// The same for a while.
pub fn closed_for(
    runtime: &Runtime,
    address: &str,
    clients: usize,
    time: Duration,
) -> Vec<Outcome> {
    let start = Instant::now();
    closed(runtime, address, clients, &|_| start.elapsed() >= time)
}

/// `clients` ask at `rate` a second together, each in its turn. A request that is late because
/// the one before was not answered yet took its time since it was due; not one whose timer was late.
pub fn paced(
    runtime: &Runtime,
    address: &str,
    clients: usize,
    rate: f64,
    time: Duration,
) -> Vec<Outcome> {
    let start = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let address = address.to_owned();
            runtime.spawn(async move {
                let mut outcomes = Vec::new();
                let mut stream = TcpStream::connect(&address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                for turn in 0.. {
                    let place = (turn * clients + client) as f64 / rate;
                    if place >= time.as_secs_f64() {
                        break;
                    }
                    let mut due = start + Duration::from_secs_f64(place);
                    if due > Instant::now() {
                        tokio::time::sleep_until(due.into()).await;
                        due = Instant::now();
                    }
                    outcomes.push(timed(&mut stream, due).await);
                    if outcomes.last().is_some_and(|o| o.status == 0) {
                        stream = TcpStream::connect(&address).await.unwrap();
                    }
                }
                outcomes
            })
        })
        .collect();
    tasks.into_iter().flat_map(|task| runtime.block_on(task).unwrap()).collect()
}

/// Requests at `rate` a second for a while, each on a connection that is free, or a new one. A time
/// begins when the request was due: what waits for a slow client is counted.
pub fn open(runtime: &Runtime, address: &str, rate: f64, time: Duration) -> Vec<Outcome> {
    let free: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let address: Arc<str> = address.into();
    runtime.block_on(async {
        let (start, mut tasks) = (Instant::now(), Vec::new());
        for i in 0..(rate * time.as_secs_f64()) as u64 {
            let due = start + Duration::from_secs_f64(i as f64 / rate);
            // the timer's millisecond: those that are due by then go together
            if due > Instant::now() {
                tokio::time::sleep_until(due.into()).await;
            }
            let (free, address) = (free.clone(), address.clone());
            tasks.push(tokio::spawn(async move {
                let kept = free.lock().await.pop();
                let mut stream = match kept {
                    Some(stream) => stream,
                    None => match TcpStream::connect(&*address).await {
                        Ok(stream) => stream,
                        Err(_) => return Outcome { due: Some(due), ..Outcome::default() },
                    },
                };
                let _ = stream.set_nodelay(true);
                let outcome = timed(&mut stream, due).await;
                if outcome.status != 0 {
                    free.lock().await.push(stream);
                }
                outcome
            }));
        }
        let mut outcomes = Vec::with_capacity(tasks.len());
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes
    })
}

async fn timed(stream: &mut TcpStream, due: Instant) -> Outcome {
    let asked = tokio::time::timeout(Duration::from_secs(30), ask(stream, QUESTION)).await;
    let outcome = asked.ok().and_then(Result::ok).unwrap_or_default();
    Outcome { due: Some(due), took: due.elapsed(), ..outcome }
}

/// The answered ones' time that this share of them does not pass, in milliseconds.
pub fn quantile(outcomes: &[Outcome], share: f64) -> f64 {
    let of_answered = outcomes.iter().filter(|o| o.status == 200);
    let mut times: Vec<Duration> = of_answered.map(|o| o.took).collect();
    times.sort_unstable();
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).map_or(f64::NAN, |t| t.as_secs_f64() * 1e3)
}

/// How many have the status.
pub fn with(outcomes: &[Outcome], status: u16) -> usize {
    outcomes.iter().filter(|o| o.status == status).count()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
