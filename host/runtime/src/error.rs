//! Errors of loading a component and of calling it.

use crate::wit::INTERFACE;
use thiserror::Error;

/// A component that cannot be used. The caller adds the name of its file.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(std::io::Error),
    /// The bytes are no valid component.
    #[error("not a valid WebAssembly component (truncated, corrupted or something else): {0}")]
    Invalid(String),
    /// The component has imports.
    #[error(
        "the component imports {}; a model must import nothing, so that it cannot leak a question: \
         bake it with intent-trainer", .0.join(", ")
    )]
    Imports(Vec<String>),
    /// The component does not export the interface.
    #[error("the component does not implement {INTERFACE}: {0}; bake it with intent-trainer")]
    World(String),
    /// The component needs more than the limits allow.
    #[error("the component does not fit the limits: {0}")]
    Limits(String),
    /// The component did not describe itself.
    #[error("the component does not describe itself: {0}")]
    Describe(CallError),
    /// The component did not answer a golden question.
    #[error("the component does not answer its golden questions: {0}")]
    Golden(CallError),
    /// The answer to a golden question differs from the expected one.
    #[error(
        "the component's answer to its golden question {0} is not the one that was baked in: it is \
         damaged, or this host computes otherwise; bake it again"
    )]
    SelfTest(usize),
}

/// A call that failed, through no fault of the query.
#[derive(Debug, Error)]
pub enum CallError {
    /// The guest ran past its deadline and was ended.
    #[error("the guest ran past its deadline and was ended")]
    Deadline,
    /// No instance was free.
    #[error("no instance is free: {0}")]
    PoolFull(String),
    /// The guest trapped.
    #[error("the guest trapped: {0}")]
    Trap(String),
}
