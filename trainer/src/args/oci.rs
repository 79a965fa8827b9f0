//! `push` and `pull`.

use clap::Args;
use std::path::PathBuf;

/// `push`.
#[derive(Debug, Args)]
pub struct Push {
    /// The directory of a version, as models/intent/1, or a component
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// Where to.
    #[arg(value_name = "REFERENCE", help = "Where to: HOST[:PORT]/NAME[:TAG]")]
    pub reference: String,
    /// Of a directory, push intent-http.wasm, which answers HTTP on Spin and every other wasi:http
    /// host, not intent.wasm, which intent-host serves
    #[arg(long)]
    pub http: bool,
    /// The registry has no TLS; one on loopback never needs it
    #[arg(long)]
    pub plain_http: bool,
    /// Print the digests as JSON
    #[arg(long)]
    pub json: bool,
}

/// `pull`.
#[derive(Debug, Args)]
pub struct Pull {
    /// Where from.
    #[arg(value_name = "REFERENCE", help = "Where from: HOST[:PORT]/NAME[:TAG][@DIGEST]")]
    pub reference: String,
    /// Directory of the model's versions: it gets one more
    #[arg(long, value_name = "DIR", default_value = "models/intent", value_parser = super::out_dir)]
    pub to: PathBuf,
    /// Write the component to this file instead, whatever it exports
    #[arg(long, short, value_name = "FILE", conflicts_with = "to")]
    pub out: Option<PathBuf>,
    /// The registry has no TLS; one on loopback never needs it
    #[arg(long)]
    pub plain_http: bool,
    /// Print the digests as JSON
    #[arg(long)]
    pub json: bool,
}
