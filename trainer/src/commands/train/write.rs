//! Writes a version: all of its files, or none.

use super::super::print;
use crate::args::TrainArgs;
use crate::export::metrics::Metrics;
use crate::export::{card, confusion, embeddings, report, variability};
use anyhow::Result;
use intent_bake::compose;
use intent_dataset::Dataset;
use intent_model::Model;
use intent_store::publish;

/// A model and the component that holds it.
pub(super) struct Baked {
    pub(super) model: Vec<u8>,
    pub(super) component: Vec<u8>,
}

/// Writes the version and prints its figures.
pub(super) fn write(
    args: &TrainArgs,
    baked: Baked,
    data: &Dataset,
    metrics: &Metrics,
    measured: Option<report::Measured<'_>>,
) -> Result<()> {
    let Baked { model, component } = baked;
    let mut files = vec![
        ("intent-http.wasm", compose::with_front(&component)?),
        ("intent.wasm", component),
        ("embeddings.fifu", embeddings::fifu(&Model::from_bytes(&model)?, &data.texts)?),
        ("metrics.json", metrics.json()),
        ("model-card.md", card::markdown(metrics)),
    ];
    if let Some(e) = &metrics.validation {
        files.push(("confusion-matrix.csv", confusion::csv(e)?));
        files.push(("confusion-matrix.svg", confusion::svg(e)));
    }
    if let Some(v) = &metrics.variability {
        files.extend(variability::files(v)?);
    }
    if !args.report.no_report {
        files.push(("report.html", report::html(metrics, measured)?));
    }
    let dir = publish::version(&args.out, metrics.version, &files)?;
    if args.json {
        return print(&String::from_utf8_lossy(&metrics.json()));
    }
    let size = metrics.component_bytes as f64 / 1e6;
    let path = dir.join("intent.wasm");
    print(&format!("{}{} ({size:.1} MB)\n", metrics.table(), path.display()))
}
