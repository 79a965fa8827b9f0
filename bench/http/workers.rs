//! One thread a processor, each with a runtime of its own, which its connections never leave.
//!
//! Connections are dealt in turn: one that is accepted by whoever is awake, or by the kernel's
//! hash (`SO_REUSEPORT`), would leave a thread idle while another has two. A guest that runs into its
//! deadline would hold up all connections of its thread, where a runtime that steals work moves them.

use std::future::{Future, pending};
use std::io;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};

/// The threads that serve. They end with the process.
#[derive(Debug)]
pub(crate) struct Workers {
    threads: Vec<Handle>,
    next: AtomicUsize,
}

impl Workers {
    /// Starts `count` threads.
    ///
    /// # Errors
    /// Where the system does not give them.
    pub(crate) fn start(count: NonZeroU32) -> io::Result<Self> {
        let start = |i| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let serve = move || runtime.block_on(pending::<()>());
            std::thread::Builder::new().name(format!("serve-{i}")).spawn(serve)?;
            Ok(handle)
        };
        let threads = (0..count.get()).map(start).collect::<io::Result<_>>()?;
        Ok(Workers { threads, next: AtomicUsize::new(0) })
    }

    /// Has the next thread serve `stream`, which was accepted on another runtime.
    pub(crate) fn connection<F>(
        &self,
        stream: TcpStream,
        serve: impl FnOnce(TcpStream) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        // no other thread is told of the socket from here on
        let Ok(stream) = stream.into_std() else { return };
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        self.threads[turn].spawn(async move {
            match TcpStream::from_std(stream) {
                Ok(stream) => serve(stream).await,
                Err(error) => eprintln!("connection not served: {error}"),
            }
        });
    }
}
