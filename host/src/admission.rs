//! Who waits, and who is turned away at once.
//!
//! Calls run inline on their thread, so requests wait where nobody sees them: in the sockets of the
//! connections that are ready. A connection has one request in flight (HTTP/1.1, and pipelined ones
//! wait for each other), so up to `most` connections nothing needs to be counted. Beyond that, a
//! request that was read waits for its turn in the order of arrival. Turns are few, and whoever has one
//! lets the thread look for what has arrived before it is answered: so those over `most` are read and
//! turned away while others wait, not after them. Without turns a request could wait for one full queue to be
//! read and for another to be answered: 2.3 times the time at the peak (`make soak`, fivefold overload).

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Turns for each thread: so many are answered between two looks at what has arrived.
const TURNS: usize = 4;

/// Counts connections and the requests that wait.
#[derive(Debug)]
pub struct Admission {
    connections: AtomicUsize,
    waiting: AtomicUsize,
    most: usize,
    turns: Semaphore,
}

/// As many requests wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// An open connection.
#[derive(Debug)]
pub struct Connection<'a>(&'a Admission);

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place<'a> {
    _counted: Option<(Counted<'a>, SemaphorePermit<'a>)>,
}

/// A request that waits or has its turn.
#[derive(Debug)]
struct Counted<'a>(&'a Admission);

impl Admission {
    /// At most so many requests wait at once, for so many threads.
    #[must_use]
    pub fn new(most: usize, threads: usize) -> Self {
        Admission {
            connections: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            most,
            turns: Semaphore::new(TURNS * threads),
        }
    }

    /// A connection was opened; it is closed when the result is dropped.
    pub fn connected(&self) -> Connection<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connection(self)
    }

    /// Connections open now.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Requests that wait now, as far as they are counted.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for this request's turn.
    ///
    /// # Errors
    /// At once, where too many wait.
    pub async fn enter(&self) -> Result<Place<'_>, Full> {
        if self.connections() <= self.most {
            return Ok(Place { _counted: None });
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(self);
        if before >= self.most {
            return Err(Full);
        }
        // never closed
        let turn = self.turns.acquire().await.map_err(|_| Full)?;
        tokio::task::yield_now().await;
        Ok(Place { _counted: Some((counted, turn)) })
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
