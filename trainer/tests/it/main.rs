//! `intent-trainer`, by its real binary: one module a command or a promise.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

mod abstain;
mod check;
#[cfg(feature = "openpgp")]
mod encrypted;
mod explain;
mod faults;
mod oci;
mod pretrained;
mod report;
mod reuse;
mod sample;
mod train;
mod tune;
mod variability;
