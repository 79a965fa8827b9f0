//! `report.html`: a training for those who decide on it. One file, that loads nothing: its style,
//! its script and its data are in it, and its content security policy lets nothing else run.
//!
//! The page itself contains all that does not need the script (`page`); the
//! confusion matrix, the questions behind its cells and the explanations come from the data block
//! (`cells`, `errors`), whose texts the script only ever sets as text.

mod cells;
mod charts;
mod errors;
mod measured;
mod order;
mod page;

pub(crate) use errors::{WorstError, worst};
pub(crate) use measured::Measured;

use super::metrics::Metrics;
use super::plot::{self, PlotError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

// the web page of the host shows the same parts
const STYLE: &str = include_str!("../../../host/ui/report/report.css");
const PARTS: &str = include_str!("../../../host/ui/report/report.js");
const START: &str = "attach(document, JSON.parse(document.getElementById(\"data\").textContent), (text) => text);\n";

/// Data for the script.
#[derive(Serialize)]
struct ReportData<'a> {
    texts: bool,
    /// Id and name of each class; a cell's row and column are places in this list.
    classes: Vec<(i32, &'a str)>,
    orders: order::Orders,
    cells: Vec<cells::Cell<'a>>,
    worst: &'a [WorstError],
}

/// The page; `measured` is absent if nothing was held out.
///
/// # Errors
/// If a figure is not finite.
pub(crate) fn html(m: &Metrics, measured: Option<Measured<'_>>) -> Result<Vec<u8>, PlotError> {
    let style = format!("{STYLE}{}", plot::STYLE.as_str());
    let script = format!("{PARTS}{START}");
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let data = m.validation.as_ref().zip(measured).map(|(e, measured)| ReportData {
        texts: measured.texts,
        classes: e.classes.iter().map(|c| (c.intent, c.label.as_str())).collect(),
        orders: order::Orders::compute(&e.confusion),
        cells: cells::fill(&measured),
        worst: if measured.texts { measured.worst } else { &[] },
    });
    let block = data.as_ref().map(block).unwrap_or_default();
    let page = page::Page { metrics: m, policy: &policy, style: &style, script: &script, block };
    Ok(page.markup()?.into_string().into_bytes())
}

/// JSON that may stand in an element of a script: no text can end the element or begin a comment.
fn block(data: &ReportData<'_>) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The source expression of `text` in a content security policy.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}
