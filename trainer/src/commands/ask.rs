//! `ask`: a file of questions → `predictions.csv`, by asking a running host.

use super::print;
use crate::args::AskArgs;
use crate::export::predictions::{self, PredictionRow};
use crate::progress::Terminal;
use crate::questions::{self, Question};
use anyhow::{Context, Result, bail};
use intent_learn::progress::Progress;
use intent_store::publish;
use reqwest::blocking::Client;
use serde::Deserialize;
use std::time::Duration;

/// The host's answer: an integer and a string of 8 decimals, no other key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostAnswer {
    intent: i32,
    probability: String,
}

/// Runs the command.
///
/// # Errors
/// If the host does not answer a question in the agreed format; nothing is written then.
pub fn run(args: &AskArgs) -> Result<()> {
    let questions = questions::unlabelled(&args.opening, &args.input, args.quiet)?;
    intent_store::tls::install();
    let client = Client::builder().timeout(Duration::from_secs(30)).build()?;
    let progress = Terminal::new(args.quiet);
    let bar = progress.stage("questions", questions.len());
    let mut rows = Vec::with_capacity(questions.len());
    let (mut known, mut right) = (0, 0);
    for Question { id, text: question, label, place } in questions {
        let intent = ask(&client, &args.url, &question).context(place)?;
        if let Some(truth) = label.and_then(|l| l.parse::<i32>().ok()) {
            known += 1;
            right += u32::from(truth == intent);
        }
        rows.push(PredictionRow { id, question, intent, label: None, scores: None });
        bar.tick();
    }
    drop(bar);
    publish::file(&args.out, &predictions::csv(&rows)?)?;
    let mut text = format!("{}: {} questions\n", args.out.display(), rows.len());
    if known > 0 {
        let accuracy = f64::from(right) / f64::from(known);
        text += &format!("accuracy {accuracy:.4} on the {known} whose intent is known\n");
    }
    print(&text)
}

fn ask(client: &Client, url: &str, question: &str) -> Result<i32> {
    let url = format!("{}/intent", url.trim_end_matches('/'));
    let response = client
        .get(&url)
        .query(&[("query", question)])
        .send()
        .with_context(|| format!("{url} does not answer (is it running? `make api`)"))?;
    let status = response.status();
    let body = response.text()?;
    if !status.is_success() {
        bail!("{url} answered {status}: {body}");
    }
    let answer: HostAnswer =
        serde_json::from_str(&body).with_context(|| format!("an unexpected answer: {body}"))?;
    let decimals = answer.probability.split_once('.').map(|(_, d)| d.len());
    if decimals != Some(8) || answer.probability.parse::<f64>().is_err() {
        bail!("a probability that is not 8 decimals: {body}");
    }
    Ok(answer.intent)
}
