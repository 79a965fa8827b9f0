//! The worst errors, with the reasons for the wrong answer and for the right one.

use intent_dataset::Dataset;
use intent_learn::evaluate::Answer;
use intent_model::explain::by_token;
use intent_model::{ClassifyError, SliceModel};
use serde::Serialize;

/// Errors shown.
const MAX_SHOWN: usize = 50;

/// A question with a wrong answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct WorstError {
    /// Class that is right.
    pub(crate) truth: u32,
    /// Class answered.
    pub(crate) class: u32,
    /// Probability of the answer, and of the class that is right.
    pub(crate) probability: [f32; 2],
    /// Margin of a text without features, for either.
    pub(crate) bias: [f32; 2],
    /// The question in pieces: a token with its exact shares of either margin, or what lies
    /// between tokens.
    pub(crate) pieces: Vec<(String, Option<[f32; 2]>)>,
}

/// Explains the wrong answers of greatest probability. `model` is the one that gave them.
///
/// # Errors
/// If a question is refused.
pub(crate) fn worst(
    model: &SliceModel<'_>,
    valid: &Dataset,
    answers: &[Answer],
) -> Result<Vec<WorstError>, ClassifyError> {
    let mut wrong: Vec<usize> =
        (0..answers.len()).filter(|&i| answers[i].truth != answers[i].class).collect();
    // stable: of equal probability in the order of the questions
    wrong.sort_by(|&a, &b| answers[b].probability.total_cmp(&answers[a].probability));
    wrong.truncate(MAX_SHOWN);
    wrong.into_iter().map(|i| explained(model, &valid.texts[i], &answers[i])).collect()
}

fn explained(
    model: &SliceModel<'_>,
    question: &str,
    answer: &Answer,
) -> Result<WorstError, ClassifyError> {
    let ids = &model.params().ids;
    let explain = |class: u32| model.explain(question, Some(ids[class as usize]));
    let (given, right) = (explain(answer.class)?, explain(answer.truth)?);
    let mut pieces = Vec::new();
    let mut at = 0;
    let text = |from: usize, to: usize| question.get(from..to).unwrap_or_default().to_owned();
    let shares = by_token(question, &given.contributions)
        .into_iter()
        .zip(by_token(question, &right.contributions));
    for (given, right) in shares {
        let (start, end) = (given.start as usize, given.end as usize);
        if start > at {
            pieces.push((text(at, start), None));
        }
        pieces.push((text(start, end), Some([given.share, right.share])));
        at = end;
    }
    if at < question.len() {
        pieces.push((text(at, question.len()), None));
    }
    Ok(WorstError {
        truth: answer.truth,
        class: answer.class,
        probability: [given.probability, right.probability],
        bias: [given.bias, right.bias],
        pieces,
    })
}
