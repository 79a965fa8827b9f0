//! Admission: a queue of at most `max_waiting` calls of models, those that run included; a call that finds it full is
//! rejected at once.
//!
//! A call runs on the thread that has read its request, and a request makes its calls one after another. Requests that
//! are not yet read wait in the sockets of their connections, where they cannot be counted. As a connection has at most
//! one request in flight (HTTP/1.1; pipelined requests wait for each other), and so one call, the queue cannot be full
//! with `max_waiting` connections or fewer: then nothing is counted. With more connections:
//!
//! - A call is counted, and waits for a permit, in the order of arrival.
//! - There are only a few permits, and a call that gets one yields once before it runs. In that time the thread
//!   reads the requests that have arrived, so those that find the queue full are rejected at once, not after the ones
//!   before them were answered. Without permits, a thread would read a whole queue and then answer it, so that a request
//!   could wait for two queues: 2.3 times the peak latency (`make soak`, fivefold overload).

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Permits per thread: a thread makes up to this number of calls before it reads new requests.
const PERMITS_PER_THREAD: usize = 4;

/// The queue: counts open connections and, if there are more than `max_waiting`, the calls in it.
#[derive(Debug)]
pub(crate) struct Admission {
    connections: AtomicUsize,
    in_queue: AtomicUsize,
    max_waiting: usize,
    permits: Semaphore,
}

/// The error of a call that finds the queue full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// An open connection, counted until this is dropped.
#[derive(Debug)]
pub(crate) struct Connection<'a>(&'a Admission);

/// Permission to make a call; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    /// `None` if nothing is counted.
    _queued: Option<(Queued<'a>, SemaphorePermit<'a>)>,
}

/// A call in the queue: it waits, or runs. It leaves the queue when this is dropped.
#[derive(Debug)]
struct Queued<'a>(&'a Admission);

impl Admission {
    /// A queue of at most `max_waiting` calls, those that run included, for `threads` threads that make calls.
    pub(crate) fn new(max_waiting: usize, threads: usize) -> Self {
        Admission {
            connections: AtomicUsize::new(0),
            in_queue: AtomicUsize::new(0),
            max_waiting,
            permits: Semaphore::new(PERMITS_PER_THREAD * threads),
        }
    }

    /// Counts an open connection.
    pub(crate) fn connected(&self) -> Connection<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connection(self)
    }

    /// Number of open connections.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Number of calls in the queue, those that run included; 0 with `max_waiting` connections or
    /// fewer.
    pub(crate) fn in_queue(&self) -> usize {
        self.in_queue.load(Ordering::Relaxed)
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// If the queue is full.
    pub(crate) async fn enter(&self) -> Result<Permit<'_>, QueueFull> {
        if self.connections() <= self.max_waiting {
            return Ok(Permit { _queued: None });
        }
        let before = self.in_queue.fetch_add(1, Ordering::Relaxed);
        let queued = Queued(self);
        if before >= self.max_waiting {
            return Err(QueueFull);
        }
        // the semaphore is never closed
        let permit = self.permits.acquire().await.map_err(|_| QueueFull)?;
        tokio::task::yield_now().await;
        Ok(Permit { _queued: Some((queued, permit)) })
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.in_queue.fetch_sub(1, Ordering::Relaxed);
    }
}
