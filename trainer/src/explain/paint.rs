//! An explanation on a terminal: what speaks for the intent on blue, what speaks against it on red,
//! the more the deeper. Black on tints that the palette of 256 colours fixes: readable on a light
//! and on a dark terminal, and with any colour vision. The table says the same without colours.

use super::view::{Candidate, View};
use anstyle::{Ansi256Color, Style};
use intent_model::Family;
use std::fmt::Write;

/// Tints of the palette, from weak to strong.
const FOR: [u8; 5] = [195, 153, 117, 75, 33];
const AGAINST: [u8; 5] = [224, 217, 210, 203, 196];
/// N-grams in the table.
const MAX_SHOWN: usize = 12;

/// The explanation with ANSI escape sequences.
#[must_use]
pub(crate) fn paint(view: &View) -> String {
    let top = view.tokens.iter().map(|t| t.share.abs()).fold(0.0, f32::max);
    let bold = Style::new().bold();
    let mut s = question(view, top);
    let _ = write!(s, "\n\n{bold}{}{bold:#}\n\n", named(&view.candidate));
    let _ = writeln!(s, "     share  token");
    for token in &view.tokens {
        let tint = tint(token.share, top);
        let read_as =
            token.read_as.as_ref().map_or_else(String::new, |w| format!(" (read as {w})"));
        let text = plain(&token.text);
        let _ = writeln!(s, "  {tint}{:+8.4}{tint:#}  {text}{read_as}", token.share);
    }
    let (shown, left) = view.ngrams.split_at(view.ngrams.len().min(MAX_SHOWN));
    let _ = writeln!(
        s,
        "\n     share  n-gram (the strongest {} of {})",
        shown.len(),
        view.ngrams.len()
    );
    for ngram in shown {
        let family = match ngram.family {
            Family::Words if ngram.text.contains(char::is_whitespace) => "pair",
            Family::Words => "word",
            Family::Subwords => "characters",
            Family::Pairs => "in pairs",
            Family::Vectors => "pretrained",
        };
        let times = if ngram.count > 1 { format!(" ×{}", ngram.count) } else { String::new() };
        let _ = writeln!(s, "  {:+8.4}  {} ({family}{times})", ngram.share, plain(&ngram.text));
    }
    if !left.is_empty() {
        let sum: f32 = left.iter().map(|n| n.share).sum();
        let _ = writeln!(s, "  {sum:+8.4}  the other {}", left.len());
    }
    let sum: f32 = view.contributions.iter().map(|c| c.share).sum();
    let (margin, bias) = (view.candidate.margin, view.bias);
    let _ = writeln!(s, "\nmargin {margin:.4} = bias {bias:.4} + n-grams {sum:.4}");
    for (i, other) in view.others.iter().enumerate() {
        let head = if i == 0 { "other intents: " } else { "" };
        let _ = writeln!(s, "{head:15}{}", named(other));
    }
    s
}

/// The question, each token on its tint.
fn question(view: &View, top: f32) -> String {
    let mut s = String::new();
    let mut at = 0;
    for token in &view.tokens {
        let between = view.query.get(at..token.start as usize).unwrap_or_default();
        let tint = tint(token.share, top);
        let _ = write!(s, "{}{tint}{}{tint:#}", plain(between), plain(&token.text));
        at = token.end as usize;
    }
    s + &plain(view.query.get(at..).unwrap_or_default())
}

fn tint(share: f32, top: f32) -> Style {
    let tints = if share > 0.0 { FOR } else { AGAINST };
    // below a tenth of the strongest: no colour
    match share.abs() / top {
        strength if strength >= 0.1 => {
            let step = ((strength * tints.len() as f32) as usize).min(tints.len() - 1);
            let black = Ansi256Color(16);
            Style::new()
                .fg_color(Some(black.into()))
                .bg_color(Some(Ansi256Color(tints[step]).into()))
        }
        _ => Style::new(),
    }
}

fn named(c: &Candidate) -> String {
    let name = plain(&c.label);
    if name == c.intent.to_string() {
        return format!("{name}, probability {:.4}, margin {:.4}", c.probability, c.margin);
    }
    format!("{name} ({}), probability {:.4}, margin {:.4}", c.intent, c.probability, c.margin)
}

/// Without control characters: a question must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
