//! Flags → checked configuration. Every flag is an environment variable, too.

use crate::http::{Access, Bodies, Ui};
use crate::sources::Source;
use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hyper::header::HeaderValue;
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
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the models of a directory until SIGTERM or Ctrl-C
    Serve(Box<Serve>),
    /// Exit with 0 where the host that listens here is ready, for a container's health check
    Healthcheck(Healthcheck),
}

/// `healthcheck`.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// Where the host listens
    #[arg(long, env = "INTENT_LISTEN", value_name = "ADDR", default_value = "0.0.0.0:4002")]
    pub listen: SocketAddr,
    /// It has this long to answer
    #[arg(long, value_name = "MS", default_value_t = 2_000,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout_ms: u64,
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
    #[arg(long, env = "INTENT_DEADLINE_MS", value_name = "MS", default_value_t = 100,
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
    /// Connections open at once; more are answered 503 [default: what the limit of open files allows]
    #[arg(long, env = "INTENT_MAX_CONNECTIONS", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: Option<u32>,
    /// Requests that may wait at once; more are answered 503 at once
    #[arg(long, env = "INTENT_MAX_WAITING", value_name = "N", default_value_t = 512,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_waiting: u32,
    /// Longest body of a request but a batch
    #[arg(long, env = "INTENT_MAX_BODY_KB", value_name = "KB", default_value_t = 256,
          value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_body_kb: u32,
    /// Longest body of a batch
    #[arg(long, env = "INTENT_MAX_BATCH_MB", value_name = "MB", default_value_t = 64,
          value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub max_batch_mb: u32,
    /// A body, or the next piece of a batch, has this long to arrive
    #[arg(long, env = "INTENT_BODY_TIMEOUT_MS", value_name = "MS", default_value_t = 10_000,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub body_timeout_ms: u64,
    /// After SIGTERM, /readyz says no and requests are still accepted for this long
    #[arg(long, env = "INTENT_GRACE_MS", value_name = "MS", default_value_t = 5_000)]
    pub grace_ms: u64,
    /// Address and port of the admin routes: POST /v1/reload, GET /metrics [default: none]
    #[arg(long, env = "INTENT_ADMIN_LISTEN", value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
    /// How often the models directory is looked at; 0 is never
    #[arg(long, env = "INTENT_WATCH_MS", value_name = "MS", default_value_t = 1_000)]
    pub watch_ms: u64,
    /// Serve a model of an OCI registry: its versions are pulled into the models directory. May be given
    /// more than once; NAME is that of the model [default: that of --model]
    #[arg(
        long,
        env = "INTENT_PULL",
        value_name = "[NAME=]oci://HOST/REPOSITORY:TAG",
        value_delimiter = ','
    )]
    pub pull: Vec<String>,
    /// How often the registry is asked whether the tag has moved; 0 is at the start and at a reload
    #[arg(long, env = "INTENT_PULL_EVERY_S", value_name = "S", default_value_t = 300)]
    pub pull_every_s: u64,
    /// The registry has no TLS; one on loopback never needs it
    #[arg(long, env = "INTENT_PULL_PLAIN_HTTP")]
    pub pull_plain_http: bool,
    /// Directory of compiled components, written by the host alone [default: intent-host in
    /// $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, env = "INTENT_CACHE", value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Compile at each start
    #[arg(long, env = "INTENT_NO_CACHE", conflicts_with = "cache")]
    pub no_cache: bool,
    /// A file with a bearer token that every route but those of health wants; or INTENT_TOKEN
    #[arg(long, env = "INTENT_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Scripts of pages of this origin may ask (CORS); * is any. May be given more than once
    #[arg(long, env = "INTENT_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors_origin: Vec<HeaderValue>,
    /// No web page at /, and none of its routes under /ui
    #[arg(long, env = "INTENT_NO_UI")]
    pub no_ui: bool,
    /// The web page's report shows the questions of the validation part to everyone who may ask
    #[arg(long, env = "INTENT_SHOW_QUESTIONS", conflicts_with = "no_ui")]
    pub show_questions: bool,
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

    /// Where compiled components are kept.
    #[must_use]
    pub fn cache_dir(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        let under = |name: &str, rest: &str| {
            let base = std::env::var_os(name).filter(|value| !value.is_empty())?;
            Some(PathBuf::from(base).join(rest))
        };
        let own = || under("XDG_CACHE_HOME", "intent-host");
        let home = || under("HOME", ".cache/intent-host");
        self.cache.clone().or_else(own).or_else(home)
    }

    /// Who may ask.
    ///
    /// # Errors
    /// Where the token's file cannot be read or holds none.
    pub fn access(&self) -> Result<Access> {
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
        Ok(Access::new(token, self.cors_origin.clone()))
    }

    /// What is pulled.
    ///
    /// # Errors
    /// Where one is no reference.
    pub fn sources(&self) -> Result<Vec<Source>> {
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
        // an empty variable is none
        self.pull.iter().filter(|text| !text.is_empty()).map(source).collect()
    }

    /// The web page, where there is to be one.
    #[must_use]
    pub fn ui(&self) -> Option<Ui> {
        (!self.no_ui).then(|| Ui::new(self.show_questions))
    }

    /// Bounds of a request's body.
    #[must_use]
    pub fn bodies(&self) -> Bodies {
        Bodies {
            whole: (self.max_body_kb as usize) << 10,
            batch: (self.max_batch_mb as usize) << 20,
            timeout: Duration::from_millis(self.body_timeout_ms),
        }
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
