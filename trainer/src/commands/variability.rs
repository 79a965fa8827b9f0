//! `variability`: data → repeated cross-validation and a learning curve → intervals, pictures.

use super::print;
use crate::args::VariabilityArgs;
use crate::config;
use crate::export::variability as export;
use crate::progress::Terminal;
use crate::questions;
use crate::variability;
use anyhow::{Context, Result};
use intent_store::publish;

/// Runs the command.
///
/// # Errors
/// If the data is bad or the files cannot be written.
pub fn run(args: &VariabilityArgs) -> Result<()> {
    let (data, _) = questions::labelled(&args.opening, &args.data, args.skip_bad_rows, args.quiet)?;
    // known before the work, not after
    std::fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    let progress = Terminal::new(args.quiet);
    let settings = args.config.as_deref().map(config::load).transpose()?.unwrap_or_default();
    let measured = variability::measure(&data, &settings, &args.plan(), &progress)
        .with_context(|| args.data.display().to_string())?;
    for (name, bytes) in export::files(&measured)? {
        publish::file(&args.out.join(name), &bytes)?;
    }
    if args.json {
        return print(&String::from_utf8_lossy(&export::json(&measured)));
    }
    print(&format!("{}{}\n", export::table(&measured), args.out.join("variability.json").display()))
}
