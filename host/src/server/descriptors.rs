//! The limit of open files, which bounds the connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors reserved for other things: files, listeners, the runtime.
const RESERVED: u64 = 64;
/// Maximum concurrent connections, whatever the system allows.
const MAX_CONNECTIONS: u64 = 100_000;

/// Raises the limit of open files to the maximum and returns the number of connections that fit, at most
/// `wanted`.
pub(super) fn connections(wanted: Option<u32>) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum && setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let fit = limit
        .current
        .unwrap_or(MAX_CONNECTIONS + RESERVED)
        .saturating_sub(RESERVED)
        .clamp(1, MAX_CONNECTIONS);
    let wanted = wanted.map_or(MAX_CONNECTIONS, u64::from);
    if wanted > fit && wanted != MAX_CONNECTIONS {
        tracing::warn!(wanted, connections = fit, "the limit of open files allows fewer");
    }
    fit.min(wanted) as usize
}
