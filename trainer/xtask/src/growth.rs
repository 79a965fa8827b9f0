//! CPU time and memory of training as the data grows, on synthetic questions (bench/train/generate.py).

use crate::program::{Trainer, megabytes, number};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes the questions.
const GENERATOR: &str = "bench/train/generate.py";
/// Classes where the rows grow.
const CLASSES: u32 = 100;
/// Rows whose cost is what that of more rows is compared with.
const BASE_ROWS: u32 = 10_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Numbers of rows, of 100 classes each
    #[arg(long, env = "ROWS", default_value = "1000 10000 100000")]
    rows: String,
    /// Numbers of classes
    #[arg(long, env = "CLASSES", default_value = "10 1000 5000")]
    classes: String,
    /// Rows where the classes grow
    #[arg(long, env = "CLASS_ROWS", default_value_t = 20_000)]
    class_rows: u32,
    /// How many times the CPU time of a row may grow from 10,000 rows on
    #[arg(long, env = "GROWTH", default_value_t = 2.0)]
    growth: f64,
    /// Peak memory, GB
    #[arg(long, env = "PEAK", default_value_t = 4.0)]
    peak: f64,
}

/// A row of the table.
struct Point {
    /// CPU time of a row, µs.
    cost: f64,
    /// MB.
    peak: f64,
}

/// Prints a row of a table for each size; whether all promises are kept.
pub(crate) fn run(trainer: &Trainer, args: &Args) -> Result<bool> {
    let (rows, classes) = (numbers(&args.rows)?, numbers(&args.classes)?);
    if let Some(largest) = rows.iter().max() {
        statistics(*largest)?;
    }
    println!("| rows | classes | accuracy | CPU s | CPU µs a row | peak MB | component MB |");
    println!("|---|---|---|---|---|---|---|");
    let (mut kept, mut base) = (true, None);
    for &rows in &rows {
        let point = row(trainer, rows, CLASSES)?;
        if point.peak > args.peak * 1000.0 {
            eprintln!(
                "FAILED: {rows} rows took {:.0} MB; {} GB are promised",
                point.peak, args.peak
            );
            kept = false;
        }
        match base {
            None if rows == BASE_ROWS => base = Some(point.cost),
            Some(base) if rows > BASE_ROWS && point.cost > args.growth * base => {
                eprintln!(
                    "FAILED: a row of {rows} took {:.0} µs, one of {BASE_ROWS} {base:.0}: more than {} times as much",
                    point.cost, args.growth
                );
                kept = false;
            }
            _ => {}
        }
    }
    for &classes in &classes {
        row(trainer, args.class_rows, classes)?;
    }
    Ok(kept)
}

fn numbers(list: &str) -> Result<Vec<u32>> {
    list.split_whitespace().map(|n| n.parse().with_context(|| format!("{n:?}"))).collect()
}

/// Prints the generator's account of its data.
fn statistics(rows: u32) -> Result<()> {
    let mut command = generator(rows, CLASSES);
    let output = command.arg("--statistics").stdout(Stdio::null()).output().context(GENERATOR)?;
    if !output.status.success() {
        bail!("{GENERATOR}: {}", String::from_utf8_lossy(&output.stderr));
    }
    println!("{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn generator(rows: u32, classes: u32) -> Command {
    let mut command = Command::new(GENERATOR);
    command.args(["--rows", &rows.to_string(), "--classes", &classes.to_string()]);
    command
}

fn row(trainer: &Trainer, rows: u32, classes: u32) -> Result<Point> {
    let work = tempfile::tempdir()?;
    let (data, model) = (work.path().join("data.csv"), work.path().join("model"));
    generate(rows, classes, &data)?;
    let (figures, cost) = trainer.json(&[
        "train".as_ref(),
        "--data".as_ref(),
        data.as_os_str(),
        "--out".as_ref(),
        model.as_os_str(),
    ])?;
    let point = Point { cost: cost.cpu / f64::from(rows) * 1e6, peak: cost.peak };
    println!(
        "| {rows} | {classes} | {:.3} | {:.1} | {:.0} | {:.0} | {:.1} |",
        number(&figures, "/validation/accuracy")?,
        cost.cpu,
        point.cost,
        point.peak,
        megabytes(&model.join("1/intent.wasm"))?
    );
    Ok(point)
}

fn generate(rows: u32, classes: u32, path: &Path) -> Result<()> {
    let status =
        generator(rows, classes).stdout(File::create(path)?).status().context(GENERATOR)?;
    if !status.success() {
        bail!("{GENERATOR}: {status}");
    }
    Ok(())
}
