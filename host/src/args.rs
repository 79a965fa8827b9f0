//! Flags → checked configuration. Every flag of `serve` is an environment variable, too.

use crate::config::{AccessConfig, BodyLimits, HttpConfig, LogFormat, UiConfig, defaults};
use crate::sources::Source;
use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use hyper::header::HeaderValue;
use intent_http::limits::MAX_BODY_KIB;
use intent_runtime::Limits;
use intent_store::oci::Remote;
use intent_store::scan::is_name;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Serves a trained intent model over HTTP, with a fresh WebAssembly instance for each request.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the models in a directory until SIGTERM or Ctrl-C
    Serve(Box<Serve>),
    /// Check that a running host is ready: exit code 0 if it is, 1 if not
    Healthcheck(Healthcheck),
}

/// Flags of `healthcheck`.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// Address of the host
    #[arg(long, env = "INTENT_LISTEN", value_name = "ADDR", default_value = "0.0.0.0:4002")]
    pub listen: SocketAddr,
    /// Timeout in milliseconds
    #[arg(long, value_name = "MS", default_value_t = defaults::HEALTHCHECK_MS,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout_ms: u64,
}

/// Flags of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Models directory, laid out as NAME/VERSION/intent.wasm
    #[arg(long, env = "INTENT_MODELS", value_name = "DIR", default_value = "models")]
    pub models: PathBuf,
    /// Model that serves /intent
    #[arg(long, env = "INTENT_MODEL", value_name = "NAME", default_value = "intent")]
    pub model: String,
    /// Address and port to listen on
    #[arg(long, env = "INTENT_LISTEN", value_name = "ADDR", default_value = "0.0.0.0:4002")]
    pub listen: SocketAddr,
    /// Number of worker threads [default: number of processors]
    #[arg(long, env = "INTENT_THREADS")]
    pub threads: Option<NonZeroU32>,
    /// Deadline of a call to the model in milliseconds; a call that exceeds it fails with status 500
    #[arg(long, env = "INTENT_DEADLINE_MS", value_name = "MS", default_value_t = Limits::SERVING_DEADLINE_MS,
          value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub deadline_ms: u64,
    /// Maximum memory of a call to the model, in MiB
    #[arg(long, env = "INTENT_GUEST_MEMORY_MB", value_name = "MB", default_value_t = Limits::MEMORY_MIB,
          value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub guest_memory_mb: u32,
    /// Timeout to receive a request head in milliseconds; idle connections are closed after it, too
    #[arg(long, env = "INTENT_HEADER_TIMEOUT_MS", value_name = "MS", default_value_t = defaults::HEADER_MS,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub header_timeout_ms: u64,
    /// Maximum number of concurrent connections; excess ones are refused with status 503 [default: as many
    /// as the open file limit allows]
    #[arg(long, env = "INTENT_MAX_CONNECTIONS", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: Option<u32>,
    /// Maximum number of queued requests; excess ones are refused with status 503
    #[arg(long, env = "INTENT_MAX_WAITING", value_name = "N", default_value_t = 512,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_waiting: u32,
    /// Maximum size of a request body in KiB, except for batches
    #[arg(long, env = "INTENT_MAX_BODY_KB", value_name = "KB", default_value_t = MAX_BODY_KIB,
          value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_body_kb: u32,
    /// Maximum size of a batch, in MiB
    #[arg(long, env = "INTENT_MAX_BATCH_MB", value_name = "MB", default_value_t = 64,
          value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub max_batch_mb: u32,
    /// Timeout to receive a request body, or the next chunk of a batch, in milliseconds
    #[arg(long, env = "INTENT_BODY_TIMEOUT_MS", value_name = "MS", default_value_t = defaults::BODY_MS,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub body_timeout_ms: u64,
    /// Drain period after SIGTERM in milliseconds: /readyz fails, and connections are still accepted
    #[arg(long, env = "INTENT_GRACE_MS", value_name = "MS", default_value_t = defaults::GRACE_MS)]
    pub grace_ms: u64,
    /// Address and port to serve the admin routes on: POST /v1/reload, GET /metrics [default: none]
    #[arg(long, env = "INTENT_ADMIN_LISTEN", value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
    /// Interval between scans of the models directory in milliseconds; 0 disables them
    #[arg(long, env = "INTENT_WATCH_MS", value_name = "MS", default_value_t = defaults::WATCH_MS)]
    pub watch_ms: u64,
    /// Pull new versions of the model NAME from an OCI registry into the models directory; repeatable.
    /// NAME defaults to the value of --model
    #[arg(
        long,
        env = "INTENT_PULL",
        value_name = "[NAME=]oci://HOST/REPOSITORY:TAG",
        value_delimiter = ','
    )]
    pub pull: Vec<String>,
    /// Interval between checks of the registry for a new version in seconds; 0 checks only at startup and
    /// on reload
    #[arg(long, env = "INTENT_PULL_EVERY_S", value_name = "S", default_value_t = defaults::PULL_S)]
    pub pull_every_s: u64,
    /// Use plain HTTP for the registry; always so for a registry on loopback
    #[arg(long, env = "INTENT_PULL_PLAIN_HTTP")]
    pub pull_plain_http: bool,
    /// Cache directory for compiled components; no other user may have write access [default: intent-host
    /// in $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, env = "INTENT_CACHE", value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Do not cache compiled components
    #[arg(long, env = "INTENT_NO_CACHE", conflicts_with = "cache")]
    pub no_cache: bool,
    /// File with the bearer token to require on all routes except health checks; INTENT_TOKEN sets the
    /// token itself
    #[arg(long, env = "INTENT_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Allow cross-origin requests (CORS) from this origin; `*` allows any; repeatable
    #[arg(long, env = "INTENT_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors_origin: Vec<HeaderValue>,
    /// Do not serve the web page at / and its routes under /ui
    #[arg(long, env = "INTENT_NO_UI")]
    pub no_ui: bool,
    /// Include the validation questions in the report on the web page, for everyone with access
    #[arg(long, env = "INTENT_SHOW_QUESTIONS", conflicts_with = "no_ui")]
    pub show_questions: bool,
    /// Format of log lines
    #[arg(long, env = "INTENT_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

impl Serve {
    /// Number of worker threads.
    pub(crate) fn threads(&self) -> NonZeroU32 {
        let processors = std::thread::available_parallelism().ok();
        let processors = processors.and_then(|n| NonZeroU32::try_from(n).ok());
        self.threads.or(processors).unwrap_or(NonZeroU32::MIN)
    }

    /// Cache directory for compiled components; none if there is no cache.
    pub(crate) fn cache_dir(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        let under = |variable: &str, rest: &str| {
            let base = std::env::var_os(variable).filter(|value| !value.is_empty())?;
            Some(PathBuf::from(base).join(rest))
        };
        let xdg = || under("XDG_CACHE_HOME", "intent-host");
        let home = || under("HOME", ".cache/intent-host");
        self.cache.clone().or_else(xdg).or_else(home)
    }

    /// Configuration of the HTTP routes.
    ///
    /// # Errors
    /// If the token's file cannot be read, or the token is empty.
    pub(crate) fn http(&self) -> Result<HttpConfig> {
        let bodies = BodyLimits {
            whole: (self.max_body_kb as usize) << 10,
            batch: (self.max_batch_mb as usize) << 20,
            timeout: Duration::from_millis(self.body_timeout_ms),
        };
        let ui = (!self.no_ui).then_some(UiConfig { show_questions: self.show_questions });
        Ok(HttpConfig { access: self.access()?, bodies, ui })
    }

    fn access(&self) -> Result<AccessConfig> {
        let token = match &self.token_file {
            None => std::env::var("INTENT_TOKEN").ok(),
            Some(path) => {
                let name = path.display();
                Some(std::fs::read_to_string(path).with_context(|| name.to_string())?)
            }
        };
        let token = token.map(|token| token.trim().to_owned());
        if token.as_ref().is_some_and(String::is_empty) {
            bail!("the bearer token is empty: give one, or neither --token-file nor INTENT_TOKEN");
        }
        Ok(AccessConfig { token, origins: self.cors_origin.clone() })
    }

    /// Models to pull from registries.
    ///
    /// # Errors
    /// If a value of `--pull` is not a reference.
    pub(crate) fn sources(&self) -> Result<Vec<Source>> {
        let source = |text: &String| {
            // a reference has no = before its first /
            let host = text.split_once("://").map_or(text.as_str(), |(scheme, _)| scheme);
            let (model, reference) = match host.split_once('=') {
                Some((name, _)) => (name, &text[name.len() + 1..]),
                None => (self.model.as_str(), text.as_str()),
            };
            if !is_name(model) {
                bail!("--pull: {model:?} cannot be the name of a model");
            }
            let remote = Remote::parse(reference, self.pull_plain_http)?;
            Ok(Source { model: model.to_owned(), remote })
        };
        // an empty variable counts as unset
        self.pull.iter().filter(|text| !text.is_empty()).map(source).collect()
    }

    /// Limits of the guests. Calls run inline on their thread, so there is at most one instance per
    /// thread; one more is for loading.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            instances: self.threads().saturating_add(1),
            memory: (self.guest_memory_mb as usize) << 20,
            deadline: Duration::from_millis(self.deadline_ms),
        }
    }
}
