//! Arguments of `explain`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Component to explain
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Question to classify
    pub query: String,
    /// Explain this intent, by id or name [default: the most probable]
    #[arg(long, value_name = "INTENT", allow_hyphen_values = true)]
    pub intent: Option<String>,
    /// Print all details as JSON, including the byte range of each n-gram
    #[arg(long)]
    pub json: bool,
}
