//! Flags → checked configuration. Every flag is an environment variable, too.

use crate::runtime::Limits;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Serves a trained intent model over HTTP, with a fresh WebAssembly instance for each request.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the highest version of a model until SIGTERM or Ctrl-C
    Serve(Serve),
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Directory of the models: NAME/VERSION/intent.wasm
    #[arg(long, env = "INTENT_MODELS", value_name = "DIR", default_value = "models")]
    pub models: PathBuf,
    /// Name of the model that answers /intent
    #[arg(long, env = "INTENT_MODEL", value_name = "NAME", default_value = "intent")]
    pub model: String,
    /// Address and port
    #[arg(long, env = "INTENT_LISTEN", value_name = "ADDR", default_value = "0.0.0.0:4002")]
    pub listen: SocketAddr,
    /// Threads that serve [default: one for each processor]
    #[arg(long, env = "INTENT_THREADS")]
    pub threads: Option<NonZeroU32>,
    /// A call that runs longer is ended and answered with 500
    #[arg(long, env = "INTENT_DEADLINE_MS", value_name = "MS", default_value_t = 500,
          value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub deadline_ms: u64,
    /// Memory that one call may use
    #[arg(long, env = "INTENT_GUEST_MEMORY_MB", value_name = "MB", default_value_t = 8,
          value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub guest_memory_mb: u32,
    /// A connection whose request head takes longer, or that stays idle longer, is closed
    #[arg(long, env = "INTENT_HEADER_TIMEOUT_MS", value_name = "MS", default_value_t = 10_000,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub header_timeout_ms: u64,
    /// After SIGTERM, requests in flight have this long to finish
    #[arg(long, env = "INTENT_GRACE_MS", value_name = "MS", default_value_t = 10_000)]
    pub grace_ms: u64,
    /// How log lines look
    #[arg(long, env = "INTENT_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Serve {
    /// Threads that serve.
    #[must_use]
    pub fn threads(&self) -> NonZeroU32 {
        let there = std::thread::available_parallelism().ok();
        let there = there.and_then(|n| NonZeroU32::try_from(n).ok());
        self.threads.or(there).unwrap_or(NonZeroU32::MIN)
    }

    /// What a guest may use. Calls run inline on their thread, so there is never more than one
    /// instance a thread; one more is for loading.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            instances: self.threads().saturating_add(1),
            memory: (self.guest_memory_mb as usize) << 20,
            deadline: Duration::from_millis(self.deadline_ms),
        }
    }
}
