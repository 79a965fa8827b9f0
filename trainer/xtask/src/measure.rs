//! Accuracy and cost on data sets.

use crate::program::{Trainer, megabytes, number};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The minimum accuracy that this project promises on a public data set (README).
const PROMISED: [(&str, f64); 2] = [("banking77", 0.93), ("clinc150", 0.94)];
/// The maximum CPU time that it promises for a training, s.
const MAX_CPU: f64 = 60.0;
/// The maximum memory that it promises for a training, MB.
const MAX_PEAK: f64 = 1000.0;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directories, each with the training and the test part of a data set
    #[arg(required = true)]
    data: Vec<PathBuf>,
}

/// Prints a row of a table for each data set; whether all promises are kept.
pub(crate) fn run(trainer: &Trainer, args: &Args) -> Result<bool> {
    println!(
        "| data set | test questions | accuracy | macro F1 | ECE | CPU s | peak MB | component MB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut kept = true;
    for data in &args.data {
        kept &= row(trainer, data).with_context(|| data.display().to_string())?;
    }
    Ok(kept)
}

fn row(trainer: &Trainer, data: &Path) -> Result<bool> {
    let name = data.file_name().unwrap_or(data.as_os_str()).to_string_lossy();
    let work = tempfile::tempdir()?;
    let (models, predictions) = (work.path().join("intent"), work.path().join("predictions.csv"));
    let (_, cost) = trainer.json(&[
        "train".as_ref(),
        "--data".as_ref(),
        data.as_os_str(),
        "--out".as_ref(),
        models.as_os_str(),
    ])?;
    let component = models.join("1/intent.wasm");
    let (figures, _) = trainer.json(&[
        "predict".as_ref(),
        "--model".as_ref(),
        component.as_os_str(),
        "--in".as_ref(),
        data.as_os_str(),
        "--out".as_ref(),
        predictions.as_os_str(),
    ])?;
    let figure = |key: &str| number(&figures, &format!("/{key}"));
    let accuracy = figure("accuracy")?;
    println!(
        "| {name} | {} | {accuracy:.4} | {:.4} | {:.4} | {:.1} | {:.0} | {:.1} |",
        figure("questions")?,
        figure("macro_f1")?,
        figure("ece")?,
        cost.cpu,
        cost.peak,
        megabytes(&component)?
    );
    let promised = PROMISED.iter().find(|(data, _)| *data == name).map_or(0.0, |(_, least)| *least);
    let kept = accuracy >= promised && cost.cpu <= MAX_CPU && cost.peak <= MAX_PEAK;
    if !kept {
        eprintln!(
            "FAILED: {name}: promised are an accuracy of {promised:.3}, in {MAX_CPU} CPU s and {MAX_PEAK} MB"
        );
    }
    Ok(kept)
}
