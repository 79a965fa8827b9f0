//! Requests → responses. One module per protocol; all of them call the model through `ask`.
//!
//! ```text
//! dispatch ─→ access, routes
//!    ├─→ intent, batch ───────────────────┐
//!    ├─→ tensorflow, inference ─→ several ┴→ ask ─→ model_answer, shadow
//!    └─→ ui, health, admin, openapi
//! all ─→ state, response; problem (our own routes) or message_error (the other protocols)
//! ```
//!
//! - `routes`: the route table
//! - `dispatch`: route → handler; `access`: bearer token and CORS
//! - `intent`, `batch`: our own routes; their contract is `intent_http`'s
//! - `tensorflow`: TensorFlow Serving's REST API
//! - `inference`: the Open Inference Protocol, version 2
//! - `health`, `admin`: routes for operators
//! - `openapi`: the OpenAPI document; `schemas`: its types that have no other use
//! - `ui`: the web page at `/`
//! - `ask`, `several`: one question or several to a version; `model_answer`: validation of its answers;
//!   `shadow`: shadow requests; `failure`: the reasons why a question has no answer
//! - `problem`, `message_error`: error responses of ours and of the other protocols
//! - `body`, `segments`: parts of a request; `headers`: names of our own headers
//! - `response`: building blocks of responses
//! - `state`: state shared by all requests
//! - `fuzzing`: entry points for `fuzz/`

mod access;
mod admin;
mod ask;
mod batch;
mod body;
mod dispatch;

mod failure;
#[doc(hidden)]
pub mod fuzzing;
pub(crate) mod headers;
mod health;
mod inference;
mod intent;
mod message_error;
mod model_answer;
mod openapi;
mod problem;
mod response;
pub(crate) mod routes;
#[cfg(test)]
mod schemas;
mod segments;
mod several;
mod shadow;
mod state;
mod tensorflow;
mod ui;

pub(crate) use dispatch::{answer, answer_admin};
pub(crate) use response::Body;
pub(crate) use state::AppState;
