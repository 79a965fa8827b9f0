//! The trainer's program, run and measured.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// GNU time (Debian: time).
const TIME: &str = "/usr/bin/time";

/// Cost of a run.
pub(crate) struct Cost {
    /// User and system time, s.
    pub(crate) cpu: f64,
    /// Highest resident memory, MB.
    pub(crate) peak: f64,
}

/// The trainer's program.
pub(crate) struct Trainer(PathBuf);

impl Trainer {
    pub(crate) fn new(path: PathBuf) -> Self {
        Trainer(path)
    }

    /// Runs the program with `arguments` and `--json`: its figures, and what they cost.
    pub(crate) fn json<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<(Value, Cost)> {
        let times = tempfile::NamedTempFile::new()?;
        let mut command = Command::new(TIME);
        command.args(["-f", "%U %S %M", "-o"]).arg(times.path()).arg(&self.0);
        let output = command
            .args(arguments)
            .args(["--quiet", "--json"])
            .stderr(std::process::Stdio::inherit())
            .output()
            .with_context(|| format!("{TIME} (Debian: time)"))?;
        if !output.status.success() {
            bail!("{}: {}", self.0.display(), output.status);
        }
        let figures = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("the output of {}", self.0.display()))?;
        Ok((figures, cost(&std::fs::read_to_string(times.path())?)?))
    }
}

/// Reads `%U %S %M` of GNU time: seconds, seconds, KiB.
fn cost(times: &str) -> Result<Cost> {
    let fields: Vec<f64> = times.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [user, system, kib] = fields[..] else { bail!("{TIME} wrote {times:?}") };
    Ok(Cost { cpu: user + system, peak: kib * 1.024e-3 })
}

/// The number at `pointer` (RFC 6901) of `figures`.
pub(crate) fn number(figures: &Value, pointer: &str) -> Result<f64> {
    let number = figures.pointer(pointer).and_then(Value::as_f64);
    number.ok_or_else(|| anyhow!("the trainer's figures have no number at {pointer}"))
}

/// Size of a file, MB.
pub(crate) fn megabytes(path: &Path) -> Result<f64> {
    Ok(std::fs::metadata(path).with_context(|| path.display().to_string())?.len() as f64 / 1e6)
}
