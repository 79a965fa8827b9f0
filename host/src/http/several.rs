//! Several questions of one request, all asked of one version.

use super::State;
use super::ask::{Failure, First, Picked, ask};
use super::refusal::Refusal;
use intent_runtime::{CallError, Classifier, ClassifyError};
use std::sync::Arc;

/// The most questions of a request; a batch streams, and has no such bound.
pub(super) const MOST_QUESTIONS: usize = 1024;

/// A question that has no answer, so that the whole request has none.
#[derive(Debug)]
pub(super) struct Unanswered {
    /// Its place among the request's.
    pub index: usize,
    /// Why.
    pub failure: Failure,
}

impl Unanswered {
    /// What the asker can do about it, where it is the question's fault.
    pub(super) fn fault(&self) -> Option<Refusal> {
        let index = self.index;
        match self.failure {
            Failure::Blank => Some(Refusal::bad(format!("The query {index} is empty or blank"))),
            Failure::TooLong { actual, limit } => Some(Refusal::bad(format!(
                "The query {index} has {actual} bytes of UTF-8: the limit is {limit}"
            ))),
            _ => None,
        }
    }
}

/// Refuses more questions than a request may have, and none at all.
pub(super) fn bounded(count: usize) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::bad("There is no query: send at least one")),
        1..=MOST_QUESTIONS => Ok(()),
        _ => Err(Refusal::bad(format!(
            "There are {count} queries: the limit of a request is {MOST_QUESTIONS}"
        ))),
    }
}

/// Asks about each of the `texts`, in their order; ends at the first that has no answer.
pub(super) async fn ask_each<T: First>(
    state: &Arc<State>,
    picked: &Picked,
    texts: &[String],
    call: impl Fn(&Classifier, &str) -> Result<Result<T, ClassifyError>, CallError>,
) -> Result<Vec<T>, Unanswered> {
    let mut answers = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            // many questions take their turns with the other requests
            tokio::task::yield_now().await;
        }
        let answer = ask(state, picked, text, |c| call(c, text)).await;
        answers.push(answer.map_err(|failure| Unanswered { index, failure })?);
    }
    Ok(answers)
}
