//! The confusion matrix as a table and as a picture.

use intent_learn::evaluate::Evaluation;
use std::fmt::Write;

/// Questions of each intent (row) by the intent answered (column), ids in the first row and
/// column.
///
/// # Errors
/// If memory is out.
pub(crate) fn csv(e: &Evaluation) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let ids = e.classes.iter().map(|c| c.intent.to_string());
    writer.write_record(std::iter::once("truth\\answer".to_owned()).chain(ids))?;
    for (row, class) in e.classes.iter().enumerate() {
        let counts = (0..e.classes.len()).map(|column| e.confusion.count(row, column).to_string());
        writer.write_record(std::iter::once(class.intent.to_string()).chain(counts))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// Side of a cell, in pixels.
const CELL: usize = 14;
/// Space for the labels.
const MARGIN: usize = 190;

/// A picture: rows are the truth, columns the answers; a cell is as dark as its share of the row.
/// Right answers are blue, wrong ones red; each cell says its counts when pointed at.
#[must_use]
pub(crate) fn svg(e: &Evaluation) -> Vec<u8> {
    let side = e.classes.len() * CELL;
    let (width, height) = (side + MARGIN + 20, side + MARGIN + 20);
    let mut s = String::new();
    let text = "font-family=\"sans-serif\" font-size=\"10\"";
    let _ = writeln!(
        s,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" {text}>\n\
         <title>Confusion matrix, {} questions, accuracy {:.4}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{MARGIN}\" y=\"14\">answer →  (rows: truth; darkness: share of the row)</text>\n\
         <rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{side}\" height=\"{side}\" fill=\"#f7f7f7\" \
         stroke=\"#888\"/>",
        e.questions, e.accuracy
    );
    for (i, class) in e.classes.iter().enumerate() {
        let at = MARGIN + i * CELL + CELL - 4;
        let name = escape(&shown(class.intent, &class.label));
        let _ = writeln!(
            s,
            "<text x=\"{}\" y=\"{at}\" text-anchor=\"end\">{name}</text>\
             <text transform=\"translate({at},{}) rotate(-90)\">{name}</text>",
            MARGIN - 4,
            MARGIN - 4
        );
    }
    for (r, c, count) in e.confusion.cells() {
        let total = e.confusion.asked(r);
        let share = f64::from(count) / f64::from(total);
        let colour = if r == c { "#1f5fa8" } else { "#b3261e" };
        let (truth, answer) = (&e.classes[r], &e.classes[c]);
        let _ = writeln!(
            s,
            "<rect x=\"{}\" y=\"{}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{colour}\" \
             fill-opacity=\"{:.3}\"><title>{} → {}: {count} of {total}</title></rect>",
            MARGIN + c * CELL,
            MARGIN + r * CELL,
            0.08 + 0.92 * share,
            escape(&shown(truth.intent, &truth.label)),
            escape(&shown(answer.intent, &answer.label)),
        );
    }
    s.push_str("</svg>\n");
    s.into_bytes()
}

/// Id and name, cut to what the margin holds.
fn shown(intent: i32, label: &str) -> String {
    if label == intent.to_string() {
        return intent.to_string();
    }
    let short: String = label.chars().take(24).collect();
    let dots = if short.len() < label.len() { "…" } else { "" };
    format!("{short}{dots} {intent}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
