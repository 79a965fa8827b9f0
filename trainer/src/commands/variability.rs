//! `variability`: data → repeated cross-validation and a learning curve → intervals, pictures.

use super::print;
use crate::args::Variability;
use crate::config;
use crate::export::variability as export;
use crate::progress::Terminal;
use crate::variability;
use anyhow::{Context, Result};
use intent_data::source::{self, BadRows};
use intent_store::publish;

/// Runs the command.
///
/// # Errors
/// Where the data is bad or the files cannot be written.
pub fn run(args: &Variability) -> Result<()> {
    let bad = if args.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse };
    let (data, problems) = source::labelled(&args.opening.open(&args.data, args.quiet)?, bad)?;
    problems.iter().for_each(|problem| eprintln!("left out: {problem}"));
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
