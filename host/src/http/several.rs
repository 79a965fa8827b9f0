//! Several questions of one request, all to one version.

use super::ask::{Picked, ask};
use super::failure::Failure;
use super::message_error::MessageError;
use super::model_answer::ModelAnswer;
use super::state::AppState;
use intent_runtime::{CallError, Classifier, ClassifyError};
use std::sync::Arc;

/// Maximum number of questions in a request; a batch is streamed, and has no such limit.
const MAX_QUESTIONS: usize = 1024;

/// A question that failed, and with it the whole request.
#[derive(Debug)]
pub(super) struct FailedQuery {
    /// Its index in the request.
    pub(super) index: usize,
    /// The reason.
    pub(super) failure: Failure,
}

impl FailedQuery {
    /// The error response, if the question is at fault.
    pub(super) fn client_error(&self) -> Option<MessageError> {
        let index = self.index;
        match self.failure {
            Failure::BlankQuery => {
                Some(MessageError::bad_request(format!("The query {index} is empty or blank")))
            }
            Failure::QueryTooLong { actual, limit } => Some(MessageError::bad_request(format!(
                "The query {index} has {actual} bytes of UTF-8: the limit is {limit}"
            ))),
            _ => None,
        }
    }
}

/// Refuses a request without questions, or with too many.
pub(super) fn check_count(count: usize) -> Result<(), MessageError> {
    match count {
        0 => Err(MessageError::bad_request("There is no query: send at least one")),
        1..=MAX_QUESTIONS => Ok(()),
        _ => Err(MessageError::bad_request(format!(
            "There are {count} queries: the limit of a request is {MAX_QUESTIONS}"
        ))),
    }
}

/// Asks each of the `texts` in order; stops at the first failure.
pub(super) async fn ask_each<T: ModelAnswer>(
    state: &Arc<AppState>,
    picked: &Picked,
    texts: &[String],
    call: impl Fn(&Classifier, &str) -> Result<Result<T, ClassifyError>, CallError>,
) -> Result<Vec<T>, FailedQuery> {
    let mut answers = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            // between two questions, the thread serves other requests
            tokio::task::yield_now().await;
        }
        let answer = ask(state, picked, text, |c| call(c, text)).await;
        answers.push(answer.map_err(|failure| FailedQuery { index, failure })?);
    }
    Ok(answers)
}
