//! Arguments of `push` and `pull`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `push`.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Version directory, such as models/intent/1, or component file
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// The reference to push to.
    #[arg(value_name = "REFERENCE", help = "Reference to push to: HOST[:PORT]/NAME[:TAG]")]
    pub reference: String,
    /// Push intent-http.wasm of the version directory, which serves HTTP on Spin and any wasi:http
    /// host, instead of intent.wasm, which intent-host serves
    #[arg(long)]
    pub http: bool,
    /// Connect without TLS; always allowed for loopback addresses
    #[arg(long)]
    pub plain_http: bool,
    /// Print the digests as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `pull`.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// The reference to pull.
    #[arg(value_name = "REFERENCE", help = "Reference to pull: HOST[:PORT]/NAME[:TAG][@DIGEST]")]
    pub reference: String,
    /// Add the version to this directory of the model's versions
    #[arg(long, value_name = "DIR", default_value = "models/intent", value_parser = super::paths::out_dir)]
    pub to: PathBuf,
    /// Write the component to this file instead, whatever it exports
    #[arg(long, short, value_name = "FILE", conflicts_with = "to")]
    pub out: Option<PathBuf>,
    /// Connect without TLS; always allowed for loopback addresses
    #[arg(long)]
    pub plain_http: bool,
    /// Print the digests as JSON
    #[arg(long)]
    pub json: bool,
}
