//! Classifies the lines of standard input, JSON strings: usage: rust-embed COMPONENT < questions.jsonl
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, missing_docs)]

use std::io::stdin;
use wasmtime::component::{Component, Linker, bindgen};
use wasmtime::{Engine, Result, Store, format_err};

bindgen!({ path: "../../wit", world: "intent" });

fn main() -> Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| format_err!("usage: rust-embed COMPONENT"))?;
    let engine = Engine::default();
    let component = Component::from_file(&engine, path)?;
    // an empty linker: what the component imports, it does not get
    let linker = Linker::new(&engine);
    let pre = IntentPre::new(linker.instantiate_pre(&component)?)?;
    for line in stdin().lines() {
        let query: String = serde_json::from_str(&line?)?;
        // a fresh instance knows nothing of the question before
        let mut store = Store::new(&engine, ());
        let instance = pre.instantiate(&mut store)?;
        match instance.posos_intent_classifier().call_classify(&mut store, &query)? {
            Ok(p) => {
                println!("{{\"intent\": {}, \"probability\": \"{:.8}\"}}", p.intent, p.probability);
            }
            Err(error) => println!("{{\"error\": \"{error:?}\"}}"),
        }
    }
    Ok(())
}
