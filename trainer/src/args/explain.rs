//! `explain`.

use clap::Args;
use std::path::PathBuf;

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The component
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// The question
    pub query: String,
    /// Explain this intent, by id or name [default: the most probable one]
    #[arg(long, value_name = "INTENT", allow_hyphen_values = true)]
    pub intent: Option<String>,
    /// Print everything, each n-gram with its bytes in the question, as JSON
    #[arg(long)]
    pub json: bool,
}
