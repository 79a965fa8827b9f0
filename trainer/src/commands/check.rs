//! `check`: data → findings.

use super::print;
use crate::args::CheckArgs;
use crate::check::{CheckOptions, check};
use crate::progress::Terminal;
use anyhow::{Result, bail};
use intent_data::parts;
use intent_learn::fit::Settings;

/// Runs the command.
///
/// # Errors
/// If the data cannot be read at all, or is faulty and `--strict` is given.
pub fn run(args: &CheckArgs) -> Result<()> {
    let parts = parts::read(&args.opening.open(&args.data, args.quiet)?)?;
    let settings = Settings { seed: args.seed, ..Settings::default() };
    let options =
        CheckOptions { model: (!args.no_model).then_some(settings), similar: args.similar };
    let report = check(&args.data, &parts, options, &Terminal::new(args.quiet))?;
    if args.json {
        print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        print(&report.text(args.limit))?;
    }
    if args.strict && report.is_faulty() {
        let counts = report.counts;
        bail!(
            "{} has {} errors and {} warnings (--strict)",
            args.data.display(),
            counts.error,
            counts.warning
        );
    }
    Ok(())
}
