//! The commands, a module each.

pub mod ask;
pub mod bake;
pub mod check;
pub mod encrypt;
pub mod explain;
pub mod inspect;
pub mod oci;
pub mod predict;
pub mod train;
pub mod tune;
pub mod variability;

use anyhow::{Context, Result};
use intent_runtime::{Limits, Runtime};
use std::io::Write;
use std::num::NonZeroU32;
use std::path::Path;

/// A runtime with an instance for each thread.
fn runtime() -> Result<Runtime> {
    let threads = u32::try_from(rayon::current_num_threads())?;
    let instances = NonZeroU32::MIN.saturating_add(threads);
    // a batch is not served: a busy machine must not fail it
    let deadline = std::time::Duration::from_secs(30);
    let limits = Limits { instances, deadline, ..Limits::default() };
    Runtime::new(limits).map_err(|e| anyhow::anyhow!("the wasm engine does not start: {e:#}"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// Prints to standard output.
fn print(text: &str) -> Result<()> {
    write_out(&mut std::io::stdout().lock(), text.as_bytes())
}

/// Writes to standard output; a reader that has gone away is no error.
fn write_out(out: &mut impl Write, bytes: &[u8]) -> Result<()> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}
