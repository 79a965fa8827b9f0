//! Admission: requests that wait in a queue, and requests that are rejected at once.
//!
//! Calls run inline on their thread, so requests wait where nobody sees them: in the sockets of the
//! connections that are ready. A connection has one request in flight (HTTP/1.1, and pipelined ones
//! wait for each other), so up to `max_waiting` connections nothing needs to be counted. Beyond that, a
//! request that was read waits for a permit in the order of arrival. Permits are few, and a request that
//! has one yields before it is answered, so that the thread reads what has arrived: requests over
//! `max_waiting` are rejected while others wait, not after them. Without permits a request could wait for
//! one full queue to be read and for another to be answered: 2.3 times the peak latency (`make soak`,
//! fivefold overload).

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Permits per thread: the number of requests answered between two reads of what has arrived.
const PERMITS_PER_THREAD: usize = 4;

/// Counts connections and the requests that wait.
#[derive(Debug)]
pub(crate) struct Admission {
    connections: AtomicUsize,
    waiting: AtomicUsize,
    max_waiting: usize,
    permits: Semaphore,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection<'a>(&'a Admission);

/// Permission to make a call, returned when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    _counted: Option<(Counted<'a>, SemaphorePermit<'a>)>,
}

/// A request that waits or has a permit.
#[derive(Debug)]
struct Counted<'a>(&'a Admission);

impl Admission {
    /// A queue of at most `max_waiting` requests for this many threads.
    pub(crate) fn new(max_waiting: usize, threads: usize) -> Self {
        Admission {
            connections: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            max_waiting,
            permits: Semaphore::new(PERMITS_PER_THREAD * threads),
        }
    }

    /// Counts an opened connection, until the result is dropped.
    pub(crate) fn connected(&self) -> Connection<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connection(self)
    }

    /// Number of open connections.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Number of waiting requests, as far as they are counted.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// At once, if the queue is full.
    pub(crate) async fn enter(&self) -> Result<Permit<'_>, QueueFull> {
        if self.connections() <= self.max_waiting {
            return Ok(Permit { _counted: None });
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(self);
        if before >= self.max_waiting {
            return Err(QueueFull);
        }
        // never closed
        let permit = self.permits.acquire().await.map_err(|_| QueueFull)?;
        tokio::task::yield_now().await;
        Ok(Permit { _counted: Some((counted, permit)) })
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
