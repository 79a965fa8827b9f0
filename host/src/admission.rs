//! Who waits, and who is turned away at once.
//!
//! Calls run inline on their thread, so requests wait where nobody sees them: in the sockets of the
//! connections that are ready. A connection has one request in flight (HTTP/1.1, and pipelined ones
//! wait for each other), so up to `most` connections nothing needs to be counted. Beyond that, a
//! request that was read goes to the end of the run queue once before it is answered: by then every
//! other ready one was read as well, and those over `most` are turned away instead of being waited
//! for.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts connections and the requests that wait.
#[derive(Debug)]
pub struct Admission {
    connections: AtomicUsize,
    waiting: AtomicUsize,
    most: usize,
}

/// As many requests wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// An open connection.
#[derive(Debug)]
pub struct Connection<'a>(&'a Admission);

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct Place<'a>(Option<&'a Admission>);

impl Admission {
    /// At most so many requests wait at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Admission { connections: AtomicUsize::new(0), waiting: AtomicUsize::new(0), most }
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
            return Ok(Place(None));
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(Some(self));
        if before >= self.most {
            return Err(Full);
        }
        tokio::task::yield_now().await;
        Ok(place)
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(admission) = self.0 {
            admission.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
