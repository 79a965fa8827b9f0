//! `intent-host`, by its real binary on a real socket: one module a protocol or a promise.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::print_stdout)]

mod common;

mod attack;
mod corpus;
mod faults;
mod guests;
mod oci;
mod protocols;
mod serve;
mod soak;
mod traces;
mod ui;
mod versions;
