//! The model's card, as one self-contained page.

use crate::bindings::posos::intent::classifier::{Figures, ModelInfo};
use html_escape::encode_text;
use std::fmt::Write;

/// Content security policy of the page: it runs nothing and loads nothing.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}\
    table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1.5rem .2rem 0}\
    code{overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}";

/// Renders the page: the model, its figures and its intents.
pub(crate) fn page(info: &ModelInfo) -> String {
    let name = encode_text(&info.name);
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{name} {version}</title>\
         <style>{STYLE}</style><h1>{name}, version {version}</h1>\
         <p>A classifier of short texts into {labels} intents, learnt from {questions} questions. \
         Ask it: <code>/intent?query=…</code> answers the intent's number and its probability; \
         <code>&amp;top=5</code> the next ones, <code>&amp;explain=true</code> why, \
         <code>&amp;decide=true</code> whether to act on it.</p>",
        version = info.version,
        labels = info.labels.len(),
        questions = info.training_questions,
    );
    match &info.validation {
        Some(figures) => write_figures(&mut page, figures, info.refitted),
        None => page.push_str("<p>No question was held out: nothing was measured.</p>"),
    }
    page.push_str("<h2>Intents</h2><table><tr><th>number<th>name");
    for label in &info.labels {
        // writing to a string does not fail
        let _ = write!(page, "<tr><td>{}<td>{}", label.intent, encode_text(&label.name));
    }
    let _ = writeln!(
        page,
        "</table><h2>Origin</h2><p>Seed {}; SHA-256 of the data <code>{}</code>; {} bytes of model.</p></html>",
        info.seed,
        encode_text(&info.data_digest),
        info.model_bytes
    );
    page
}

fn write_figures(page: &mut String, figures: &Figures, refitted: bool) {
    let _ = write!(
        page,
        "<h2>Figures</h2><p>On {} questions that the measured fit had not seen{}.</p><table>",
        figures.questions,
        if refitted { "; afterwards it was fitted again on all of them" } else { "" }
    );
    for (name, value) in [
        ("accuracy", figures.accuracy),
        ("macro precision", figures.macro_precision),
        ("macro recall", figures.macro_recall),
        ("macro F1", figures.macro_f1),
        ("calibration error", figures.ece),
    ] {
        let _ = write!(page, "<tr><th>{name}<td>{value:.4}");
    }
    page.push_str("</table>");
}
