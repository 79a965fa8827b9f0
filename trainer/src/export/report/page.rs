//! The page itself, without what the script adds. maud escapes every text.

use super::charts;
use crate::export::metrics::Metrics;
use crate::export::plot::{Chart, PlotError};
use crate::export::variability as spread;
use crate::figures::{shown, tiles};
use crate::variability::Variability;
use intent_learn::evaluate::Evaluation;
use intent_learn::stats::Interval;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The parts of the page.
pub(super) struct Page<'a> {
    pub(super) metrics: &'a Metrics,
    pub(super) policy: &'a str,
    pub(super) style: &'a str,
    pub(super) script: &'a str,
    /// Data for the script; empty if nothing was held out.
    pub(super) block: String,
}

impl Page<'_> {
    pub(super) fn markup(&self) -> Result<Markup, PlotError> {
        let m = self.metrics;
        let title = format!("{} {}: training report", m.name, m.version);
        Ok(html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(self.policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(self.style)) }
                }
                body {
                    header {
                        h1 { (m.name) " " span.version { "version " (m.version) } }
                        p { (facts(m)) }
                    }
                    main {
                        @match &m.validation {
                            Some(e) => (self.measured(e)?),
                            None => p { "Nothing was held out: this model was not measured." },
                        }
                    }
                    footer { p { "Data SHA-256 " code { (m.data.sha256) } ", seed " (m.settings.seed) ", component SHA-256 " code { (m.component_sha256) } "." } }
                    @if !self.block.is_empty() {
                        script #data type="application/json" { (PreEscaped(&self.block)) }
                        script type="module" { (PreEscaped(self.script)) }
                    }
                }
            }
        })
    }

    fn measured(&self, e: &Evaluation) -> Result<Markup, PlotError> {
        let m = self.metrics;
        Ok(html! {
            (figures(m, e))
            section #trust {
                h2 { "How reliable the probabilities are" }
                div.charts {
                    (figure(&charts::reliability(e), "On the diagonal, answers with probability p are right with frequency p. Bars: 95 % intervals (Wilson).")?)
                    (figure(&charts::risk_coverage(e, m.abstention.as_ref().and_then(|a| a.validation)), "The share of wrong answers if only the most probable ones are given.")?)
                }
            }
            @if let Some(v) = &m.variability { (variability(v)?) }
            section #confusion {
                h2 { "Confusion matrix" }
                p { "Rows are the right intents, columns the answers. The colour of a cell shows its share of the row. Click a cell, or choose one with the arrow keys and Enter, to read its questions." }
                p.controls {
                    label { "Order of the intents "
                        select #order {
                            option value="similarity" { "confused intents side by side" }
                            option value="errors" { "most errors first" }
                            option value="id" { "by id" }
                        }
                    }
                    span #hover aria-live="polite" {}
                }
                div.matrix-and-list {
                    div #matrix role="region" aria-label="Confusion matrix" {}
                    div #questions aria-live="polite" tabindex="0" role="region" aria-label="Questions" { p.hint { "No cell is selected." } }
                }
            }
            section #worst {
                h2 { "Worst errors" }
                p { "Wrong answers, most probable first. The colour of a token shows its exact share of the margin: "
                    span.token.for-4 { "for" } " or " span.token.against-4 { "against" }
                    " the intent. The shares and the bias add up to the margin. The first line explains the answer, the second the right intent." }
                div #errors {}
                p.controls { button #more type="button" hidden { "Show all" } }
            }
            section #classes {
                h2 { "Intents" }
                (classes(m, e))
            }
            (notes(m))
        })
    }
}

fn facts(m: &Metrics) -> Markup {
    let d = &m.data;
    html! {
        (d.questions) " questions, " (d.classes) " intents of " (d.smallest_class) " to " (d.largest_class)
        " questions. "
        @if d.valid > 0 {
            "Fitted on " (d.train) ", measured on the other " (d.valid) ", through the component. "
        }
        @if m.refitted {
            "The figures belong to that fit; the model was then fitted again on all questions."
        }
    }
}

fn figures(m: &Metrics, e: &Evaluation) -> Markup {
    let i = m.intervals.as_ref();
    html! {
        section #figures {
            dl.tiles {
                @for (name, measure) in tiles() {
                    div { dt { (name) } dd { strong { (format!("{:.4}", (measure.value)(e))) } span { (i.and_then(measure.interval).map_or("–".to_owned(), pair)) } } }
                }
            }
            p.hint { "In brackets: 95 % intervals, where each figure would lie on other questions of the same kind and number." }
        }
    }
}

fn pair(interval: Interval) -> String {
    shown(Some(interval))
}

fn classes(m: &Metrics, e: &Evaluation) -> Markup {
    let heads = ["id", "intent", "questions", "precision", "recall", "F1", "95 % of F1"];
    html! {
        div.scroll tabindex="0" role="region" aria-label="Intents" { table #per-class {
            thead { tr { @for (i, head) in heads.iter().enumerate() {
                @let order = if i == 0 { "ascending" } else { "none" };
                th scope="col" aria-sort=(order) { button type="button" { (head) } }
            } } }
            tbody { @for (i, c) in e.classes.iter().enumerate() {
                @let f1 = m.intervals.as_ref().and_then(|m| m.f1.get(i));
                tr {
                    td data-value=(c.intent) { (c.intent) }
                    th scope="row" { (c.label) }
                    td data-value=(c.support) { (c.support) }
                    @for share in [c.precision, c.recall, c.f1] {
                        td data-value=(share) { (format!("{share:.3}")) }
                    }
                    @match f1 {
                        Some(f1) => td data-value=(f1.low) { (format!("[{:.2}, {:.2}]", f1.low, f1.high)) },
                        None => td data-value="0" { "–" },
                    }
                }
            } }
        } }
    }
}

fn figure(chart: &Chart, caption: &str) -> Result<Markup, PlotError> {
    let svg = chart.inline()?;
    Ok(html! {
        figure { h3 { (chart.title) } (PreEscaped(svg)) figcaption { (caption) } }
    })
}

fn variability(v: &Variability) -> Result<Markup, PlotError> {
    Ok(html! {
        section #variability {
            h2 { "How much the figures vary" }
            p { (spread::heading(v)) "." }
            div.scroll tabindex="0" role="region" aria-label="How much the figures vary" { table {
                thead { tr { th {} th scope="col" { "mean" } th scope="col" { "sd of the folds" } th scope="col" { "95 % of the mean" }
                    th scope="col" { "95 % of a test of " (v.test_size) } th scope="col" { "… fitted on all" } } }
                tbody { @for (name, s) in v.spreads.rows() { tr {
                    th scope="row" { (name) }
                    td { (format!("{:.4}", s.mean)) } td { (format!("{:.4}", s.sd)) }
                    td { (pair(s.of_mean)) } td { (pair(s.of_test)) } td { (pair(s.of_test_fitted_on_all)) }
                } } }
            } }
            div.charts {
                (figure(&spread::curve(v), "Models trained on part of the same questions, on the same folds. Bands: 95 % intervals of the mean.")?)
                (figure(&spread::intervals(v), "Use the mean of many trainings to compare methods. The other two intervals show how much a single training on a single test varies.")?)
            }
        }
    })
}

fn notes(m: &Metrics) -> Markup {
    html! {
        section #notes {
            h2 { "Terms" }
            ul {
                li { "F1: harmonic mean of precision (the share of an intent's answers that are right) and recall (the share of its questions that got it). Macro: mean over the intents, each with the same weight." }
                li { "Calibration error: mean distance between probability and share of right answers over 15 bins; 0 is best." }
                li { "Intervals: Wilson's for accuracy and for F1 of an intent; otherwise "
                    (m.intervals.as_ref().map_or(0, |i| i.resamples)) " resamples of the answers. They show the effect of other questions. For the effect of other trainings, run "
                    code { "intent-trainer variability" } "." }
            }
        }
    }
}
