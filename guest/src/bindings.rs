//! Generated from `wit/`: the canonical ABI needs raw pointers and named link sections, hence
//! the unsafe code.
#![allow(unsafe_code, missing_docs, unreachable_pub, clippy::all)]

wit_bindgen::generate!({
    path: "../wit",
    world: "intent",
});
