//! `predict`: a file of questions → `predictions.csv`, through a component, offline.

use super::print;
use crate::args::PredictArgs;
use crate::export::predictions::{self, PredictionRow, Scores};
use crate::figures::headline;
use crate::progress::Terminal;
use crate::questions::{self, Question, find_class};
use anyhow::{Context, Result, bail};
use intent_learn::evaluate::{Answer, Evaluation};
use intent_learn::progress::Progress;
use intent_runtime::{Classifier, Decision, ModelInfo};
use intent_store::publish;
use rayon::prelude::*;

/// Runs the command.
///
/// # Errors
/// If the component or the questions cannot be used, or a question is refused.
pub fn run(args: &PredictArgs) -> Result<()> {
    let classifier = Classifier::open(&super::runtime()?, &args.model)
        .with_context(|| args.model.display().to_string())?;
    let questions = questions::unlabelled(&args.opening, &args.input, args.quiet)?;
    let progress = Terminal::new(args.quiet);
    let bar = progress.stage("predictions", questions.len());
    let answered: Result<Vec<(PredictionRow, Option<Answer>)>> = questions
        .into_par_iter()
        .map(|question| {
            bar.tick();
            predict(&classifier, question, args.scores)
        })
        .collect();
    drop(bar);
    let (rows, answers): (Vec<_>, Vec<_>) = answered?.into_iter().unzip();
    publish::file(&args.out, &predictions::csv(&rows)?)?;
    report(args, &rows, answers.into_iter().flatten().collect(), classifier.info())
}

/// Answers one question; with the truth where its label is one of the model's.
fn predict(
    classifier: &Classifier,
    question: Question,
    scored: bool,
) -> Result<(PredictionRow, Option<Answer>)> {
    let Question { id, text, label, place } = question;
    let labels = &classifier.info().labels;
    let first = match classifier.classify(&text)? {
        Ok(first) => first,
        Err(e) => bail!("{place}: refused: {e:?}"),
    };
    let class = labels.iter().position(|l| l.intent == first.intent);
    let class = class.context("the component answers an intent that it does not name")?;
    let classes = labels.iter().map(|l| (l.intent, l.name.as_str()));
    let answer = label.and_then(|label| find_class(classes, &label)).map(|truth| Answer {
        truth: truth as u32,
        class: class as u32,
        probability: f64::from(first.probability),
    });
    let named = labels.iter().any(|l| l.name != l.intent.to_string());
    let label = named.then(|| labels[class].name.clone());
    let scores = scored.then(|| scores(classifier, &text, first)).transpose()?;
    Ok((PredictionRow { id, question: text, intent: first.intent, label, scores }, answer))
}

/// The scores of the answer `first`.
fn scores(
    classifier: &Classifier,
    text: &str,
    first: intent_runtime::Prediction,
) -> Result<Scores> {
    let decision = match classifier.decide(text)? {
        Ok(Decision::Intent(_)) => "intent",
        Ok(Decision::Unsure(_)) => "unsure",
        Ok(Decision::OutOfScope(_)) => "out-of-scope",
        Err(e) => bail!("the component answers {text:?} but does not decide it: {e:?}"),
    };
    Ok(Scores { probability: first.probability, margin: first.margin, decision })
}

fn report(
    args: &PredictArgs,
    rows: &[PredictionRow],
    known: Vec<Answer>,
    info: &ModelInfo,
) -> Result<()> {
    let ids: Vec<i32> = info.labels.iter().map(|l| l.intent).collect();
    let names: Vec<String> = info.labels.iter().map(|l| l.name.clone()).collect();
    let evaluation = (!known.is_empty()).then(|| Evaluation::from_answers(&known, &ids, &names));
    if args.json {
        return print(&format!("{}\n", serde_json::to_string_pretty(&evaluation)?));
    }
    let mut text = format!("{}: {} questions\n", args.out.display(), rows.len());
    if let Some(e) = evaluation {
        let figures = headline().map(|m| format!("{} {:.4}", m.name, (m.value)(&e)));
        let figures = figures.collect::<Vec<_>>().join(", ");
        text += &format!("{figures} on the {} whose intent is known\n", e.questions);
    }
    print(&text)
}
