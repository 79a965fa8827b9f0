//! Generated from `wit/`: the canonical ABI needs raw pointers and named link sections, hence the
//! unsafe code.
#![allow(unsafe_code, missing_docs, unreachable_pub, clippy::all)]

wit_bindgen::generate!({
    path: "../../wit",
    inline: "
        package posos:front;
        world front {
            import posos:intent/classifier@0.3.0;
        }
    ",
    world: "posos:front/front",
    generate_all,
});
