//! The reasons why a question has no answer.

use crate::registry::catalog::PickError;

/// The reason why a question has no answer. Each protocol has its own error response for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No version to ask.
    NoVersion(PickError),
    /// The query is empty or white space.
    BlankQuery,
    /// The query is too long.
    QueryTooLong {
        /// Bytes in the query.
        actual: u32,
        /// Bytes allowed.
        limit: u32,
    },
    /// The queue is full, or no instance is free.
    Busy,
    /// The call passed its deadline.
    Deadline,
    /// The guest trapped, or its answer is invalid.
    ModelFailed,
}
