//! A component that is ready to be called.

use crate::bindings::{Intent, IntentPre};
use crate::engine::Runtime;
use crate::error::{CallError, LoadError};
use crate::wit::{ClassifyError, Decision, Explanation, INTERFACE, ModelInfo, Prediction};
use sha2::{Digest, Sha256};
use std::path::Path;
use wasmtime::component::{Component, ComponentExportIndex, Linker};
use wasmtime::{Error, Store, Trap};

/// A native model that answers in the place of every component, for the benchmark of HTTP.
#[cfg(feature = "bench")]
pub static NATIVE: std::sync::OnceLock<Native> = std::sync::OnceLock::new();

/// The type of [`NATIVE`].
#[cfg(feature = "bench")]
pub type Native = Box<dyn Fn(&str) -> Result<Prediction, ClassifyError> + Send + Sync>;

/// A checked and compiled component. Calls share nothing but its code.
pub struct Classifier {
    runtime: Runtime,
    pre: IntentPre<()>,
    /// The export `classify`, looked up once: the bindings would look up all functions in each
    /// instance and check their types.
    classify: ComponentExportIndex,
    info: ModelInfo,
    digest: String,
    size: usize,
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Classifier").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl Classifier {
    /// Reads, checks and compiles the component at `path`.
    ///
    /// # Errors
    /// If the file cannot be read or its component is refused.
    pub fn open(runtime: &Runtime, path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path).map_err(LoadError::Read)?;
        Self::new(runtime, &bytes)
    }

    /// Checks and compiles a component and asks it to describe itself.
    ///
    /// # Errors
    /// If it is not a component, has imports, lacks the interface, exceeds the limits or does not
    /// describe itself.
    pub fn new(runtime: &Runtime, bytes: &[u8]) -> Result<Self, LoadError> {
        let component = Component::from_binary(&runtime.engine, bytes)
            .map_err(|e| LoadError::Invalid(chain(&e)))?;
        Self::from_compiled(runtime, &component, Self::digest_of(bytes), bytes.len())
    }

    /// Computes the SHA-256 of a component, in hexadecimal.
    #[must_use]
    pub fn digest_of(bytes: &[u8]) -> String {
        hex::encode(Sha256::digest(bytes))
    }

    /// Checks a compiled component and asks it to describe itself. `digest` is the SHA-256 of the WebAssembly
    /// bytes that it was compiled from, and `size` their number.
    ///
    /// # Errors
    /// As [`Classifier::new`].
    pub fn from_compiled(
        runtime: &Runtime,
        component: &Component,
        digest: String,
        size: usize,
    ) -> Result<Self, LoadError> {
        let engine = &runtime.engine;
        let imports: Vec<String> =
            component.component_type().imports(engine).map(|(name, _)| name.to_string()).collect();
        if !imports.is_empty() {
            return Err(LoadError::Imports(imports));
        }
        let pre = Linker::new(engine)
            .instantiate_pre(component)
            .map_err(|e| LoadError::Limits(chain(&e)))?;
        let pre = IntentPre::new(pre).map_err(|e| LoadError::World(chain(&e)))?;
        let classify = component
            .get_export_index(None, INTERFACE)
            .and_then(|interface| component.get_export_index(Some(&interface), "classify"))
            .ok_or_else(|| LoadError::World(format!("no {INTERFACE}.classify")))?;
        let (runtime, info) = (runtime.clone(), placeholder());
        let mut classifier = Classifier { runtime, pre, classify, info, digest, size };
        classifier.info = classifier
            .call(|guest, store| guest.posos_intent_classifier().call_describe(store))
            .map_err(LoadError::Describe)?;
        Ok(classifier)
    }

    /// Computes the most probable intent of `query` in a fresh instance.
    ///
    /// # Errors
    /// Outer: the call failed. Inner: the guest refuses the query, or finds its model damaged.
    pub fn classify(&self, query: &str) -> Result<Result<Prediction, ClassifyError>, CallError> {
        #[cfg(feature = "bench")]
        if let Some(native) = NATIVE.get() {
            return Ok(native(query));
        }
        self.run(|store| {
            let instance = self.pre.instance_pre().instantiate(&mut *store)?;
            let classify = instance.get_typed_func::<(&str,), (_,)>(&mut *store, &self.classify)?;
            Ok(classify.call(store, (query,))?.0)
        })
    }

    /// Computes the `k` most probable intents of `query` in a fresh instance.
    ///
    /// # Errors
    /// Outer: the call failed. Inner: the guest refuses the query, or finds its model damaged.
    pub fn classify_top(
        &self,
        query: &str,
        k: u32,
    ) -> Result<Result<Vec<Prediction>, ClassifyError>, CallError> {
        self.call(|guest, store| guest.posos_intent_classifier().call_classify_top(store, query, k))
    }

    /// Decides in a fresh instance whether to answer `query`, to ask for clarification, or to call it out of scope.
    ///
    /// # Errors
    /// Outer: the call failed. Inner: the guest refuses the query, or finds its model damaged.
    pub fn decide(&self, query: &str) -> Result<Result<Decision, ClassifyError>, CallError> {
        self.call(|guest, store| guest.posos_intent_classifier().call_decide(store, query))
    }

    /// Explains the most probable intent of `query`, in a fresh instance.
    ///
    /// # Errors
    /// Outer: the call failed. Inner: the guest refuses the query, or finds its model damaged.
    pub fn explain(&self, query: &str) -> Result<Result<Explanation, ClassifyError>, CallError> {
        self.call(|guest, store| guest.posos_intent_classifier().call_explain(store, query))
    }

    /// The component's description of itself.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// SHA-256 of the component, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Size of the component, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Asks the golden questions that were baked into the component, which also brings its code into memory.
    ///
    /// # Errors
    /// If an answer is not the expected one, bit for bit.
    pub fn selftest(&self) -> Result<(), LoadError> {
        for (i, golden) in self.info.golden.iter().enumerate() {
            let answer = self.classify(&golden.query).map_err(LoadError::Golden)?;
            let same = answer.is_ok_and(|p| {
                p.intent == golden.intent && p.probability.to_bits() == golden.probability.to_bits()
            });
            if !same {
                return Err(LoadError::SelfTest(i + 1));
            }
        }
        Ok(())
    }

    fn call<T>(
        &self,
        call: impl FnOnce(&Intent, &mut Store<()>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        self.run(|store| call(&self.pre.instantiate(&mut *store)?, store))
    }

    /// Runs `call` in a fresh store, up to the deadline.
    fn run<T>(
        &self,
        call: impl FnOnce(&mut Store<()>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let mut store = Store::new(&self.runtime.engine, ());
        store.set_epoch_deadline(self.runtime.ticks);
        call(&mut store).map_err(|e| call_error(&e))
    }
}

fn call_error(error: &Error) -> CallError {
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return CallError::PoolFull(chain(error));
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => CallError::Deadline,
        _ => CallError::Trap(chain(error)),
    }
}

/// Formats the error and its causes on one line.
fn chain(error: &Error) -> String {
    format!("{error:#}").replace('\n', " ")
}

/// The description of a component that has not described itself yet.
fn placeholder() -> ModelInfo {
    ModelInfo {
        name: String::new(),
        version: 0,
        labels: Vec::new(),
        word_rows: 0,
        subword_rows: 0,
        pair_rows: 0,
        vector_rows: 0,
        model_bytes: 0,
        max_query_bytes: 0,
        data_digest: String::new(),
        training_questions: 0,
        seed: 0,
        validation: None,
        refitted: false,
        abstention: None,
        golden: Vec::new(),
    }
}
