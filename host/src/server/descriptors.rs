//! How many connections the system lets the process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are not connections: files, listeners, the runtime's own.
const OTHERS: u64 = 64;
/// Connections at most, where the system sets no bound.
const MOST: u64 = 100_000;

/// Raises the limit of open files as far as it goes, and gives the connections that fit: at most
/// `wanted`.
pub(super) fn connections(wanted: Option<u32>) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum && setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let fit = limit.current.unwrap_or(MOST + OTHERS).saturating_sub(OTHERS).clamp(1, MOST);
    let wanted = wanted.map_or(MOST, u64::from);
    if wanted > fit && wanted != MOST {
        tracing::warn!(wanted, connections = fit, "the limit of open files allows fewer");
    }
    fit.min(wanted) as usize
}
