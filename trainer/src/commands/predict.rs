//! `predict`: a file of questions → `predictions.csv`, through a component, offline.

use super::print;
use crate::args::Predict;
use crate::export::predictions::{self, Prediction, Scores};
use crate::progress::Terminal;
use anyhow::{Context, Result, bail};
use intent_data::source;
use intent_learn::evaluate::{Answer, Evaluation};
use intent_learn::progress::Progress;
use intent_runtime::{Classifier, Decision, ModelInfo};
use intent_store::publish;
use rayon::prelude::*;

/// Runs the command.
///
/// # Errors
/// Where the component or the questions cannot be used, or a question is refused.
pub fn run(args: &Predict) -> Result<()> {
    let classifier = Classifier::open(&super::runtime()?, &args.model)
        .with_context(|| args.model.display().to_string())?;
    let questions = source::questions(&args.opening.open(&args.input, args.quiet)?)?;
    let info = classifier.info();
    let named = info.labels.iter().any(|l| l.name != l.intent.to_string());
    let progress = Terminal::new(args.quiet);
    let bar = progress.stage("predictions", questions.len());
    let answered: Result<Vec<(Prediction, Option<Answer>)>> = questions
        .par_iter()
        .enumerate()
        .map(|(i, q)| {
            bar.tick();
            let first = match classifier.classify(&q.text)? {
                Ok(first) => first,
                Err(e) => bail!("{}:{}: refused: {e:?}", args.input.display(), q.line),
            };
            let class = info.labels.iter().position(|l| l.intent == first.intent);
            let class = class.context("the component answers an intent that it does not name")?;
            let answer = q.label.as_deref().and_then(|l| class_of(info, l)).map(|truth| Answer {
                truth,
                class: class as u32,
                probability: f64::from(first.probability),
            });
            let scores = args.scores.then(|| scores(&classifier, &q.text, first)).transpose()?;
            let prediction = Prediction {
                id: q.id.clone().unwrap_or_else(|| i.to_string()),
                question: q.text.clone(),
                intent: first.intent,
                label: named.then(|| info.labels[class].name.clone()),
                scores,
            };
            Ok((prediction, answer))
        })
        .collect();
    drop(bar);
    let (rows, answers): (Vec<_>, Vec<_>) = answered?.into_iter().unzip();
    publish::file(&args.out, &predictions::csv(&rows)?)?;
    report(args, &rows, answers.into_iter().flatten().collect(), info)
}

/// How sure the answer `first` is.
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

/// The class that the data's `label` means: a name, or an id.
fn class_of(info: &ModelInfo, label: &str) -> Option<u32> {
    let by_name = info.labels.iter().position(|l| l.name == label);
    let by_id = || {
        let id: i32 = label.parse().ok()?;
        info.labels.iter().position(|l| l.intent == id)
    };
    by_name.or_else(by_id).map(|i| i as u32)
}

fn report(args: &Predict, rows: &[Prediction], known: Vec<Answer>, info: &ModelInfo) -> Result<()> {
    let ids: Vec<i32> = info.labels.iter().map(|l| l.intent).collect();
    let names: Vec<String> = info.labels.iter().map(|l| l.name.clone()).collect();
    let evaluation = (!known.is_empty()).then(|| Evaluation::from_answers(&known, &ids, &names));
    if args.json {
        return print(&format!("{}\n", serde_json::to_string_pretty(&evaluation)?));
    }
    let mut text = format!("{}: {} questions\n", args.out.display(), rows.len());
    if let Some(e) = evaluation {
        text += &format!(
            "accuracy {:.4}, macro F1 {:.4}, ECE {:.4} on the {} whose intent is known\n",
            e.accuracy, e.macro_f1, e.ece, e.questions
        );
    }
    print(&text)
}
