//! Runs trained components: bytes → checked and compiled → one fresh instance per call.
//!
//! A component is compiled and linked once ([`wasmtime`]'s `InstancePre`). A call takes an instance
//! out of the pool, runs and drops it: no data of one query is there for the next.
//!
//! # Layout
//!
//! - `classifier`: one component, ready to be called
//! - `engine`: the wasmtime engine, its limits and its clock
//! - `error`: errors of loading and of calling
//! - `wit`: the component's interface, over the generated `bindings`
//!
//! ```text
//! classifier ─→ engine ─→ error ─→ wit ─→ bindings
//! ```
//!
//! # Example
//!
//! ```no_run
//! use intent_runtime::{Classifier, Limits, Runtime};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::new(Limits::default())?;
//! let classifier = Classifier::open(&runtime, Path::new("models/intent/1/intent.wasm"))?;
//! match classifier.classify("mal de tête")? {
//!     Ok(prediction) => println!("{} ({})", prediction.intent, prediction.probability),
//!     Err(refused) => println!("{refused:?}"),
//! }
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod bindings;
mod classifier;
mod engine;
mod error;
mod wit;

pub use classifier::Classifier;
#[cfg(feature = "bench")]
pub use classifier::{NATIVE, Native};
pub use engine::{Limits, Runtime};
pub use error::{CallError, LoadError};
pub use wit::{
    Abstention, ClassifyError, Contribution, Decision, Explanation, Family, Figures, Golden,
    INTERFACE, Label, ModelInfo, Prediction, QueryLength, Selective,
};
