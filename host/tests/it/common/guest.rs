//! Components written by hand, to misbehave as no trained one does.

use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What the exports of a component do, in the text format: each must leave an i32. Its labels are the
/// intents 0 and 1. Of use to a body:
///
/// - `$answer`: an intent and a probability → the answer with them
/// - `$list`: an address and a length → the answer with that list, or that message of a damaged model
/// - `$recurse`: never returns
pub struct Guest<'a> {
    pub classify: &'a str,
    pub classify_top: &'a str,
    pub explain: &'a str,
}

impl Default for Guest<'_> {
    fn default() -> Self {
        Guest { classify: "unreachable", classify_top: "unreachable", explain: "unreachable" }
    }
}

/// A component whose `classify` has `body`.
pub fn guest(body: &str) -> Vec<u8> {
    Guest { classify: body, ..Guest::default() }.component()
}

/// A component that answers with intent 1 after so many rounds of a loop.
pub fn spinning(rounds: u32) -> Vec<u8> {
    guest(&format!(
        "(local $i i32)
         (loop $l
           (local.set $i (i32.add (local.get $i) (i32.const 1)))
           (br_if $l (i32.lt_u (local.get $i) (i32.const {rounds}))))
         (call $answer (i32.const 1) (f32.const 0.75))"
    ))
}

impl Guest<'_> {
    pub fn component(&self) -> Vec<u8> {
        let Guest { classify, classify_top, explain } = self;
        // what `describe` gives: labels at +12, the longest query at +48
        let text = format!(
            r#"(module
            (memory (export "memory") 2)
            (data (i32.const 1036) "\00\08\00\00\02\00\00\00")
            (data (i32.const 1072) "\00\10\00\00")
            (data (i32.const 2048) "\00\00\00\00\80\08\00\00\01\00\00\00\01\00\00\00\81\08\00\00\01\00\00\00")
            (data (i32.const 2176) "ab")
            (global $next (mut i32) (i32.const 65536))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              global.get $next
              (global.set $next (i32.add (global.get $next) (local.get 3))))
            (func $recurse (param i32) (result i32)
              (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
            (func $answer (param i32 f32) (result i32)
              (i32.store (i32.const 516) (local.get 0))
              (f32.store (i32.const 520) (local.get 1))
              i32.const 512)
            (func $list (param $failed i32) (param $address i32) (param $length i32) (result i32)
              (local $at i32)
              (i32.store (i32.const 512) (local.get $failed))
              (local.set $at (i32.const 516))
              ;; the third error, and its message
              (if (local.get $failed) (then
                (i32.store (i32.const 516) (i32.const 2))
                (local.set $at (i32.const 520))))
              (i32.store (local.get $at) (local.get $address))
              (i32.store offset=4 (local.get $at) (local.get $length))
              i32.const 512)
            (func (export "posos:intent/classifier@0.3.0#classify") (param i32 i32) (result i32)
              {classify})
            (func (export "posos:intent/classifier@0.3.0#classify-top") (param i32 i32 i32) (result i32)
              {classify_top})
            (func (export "posos:intent/classifier@0.3.0#decide") (param i32 i32) (result i32)
              unreachable)
            (func (export "posos:intent/classifier@0.3.0#explain") (param i32 i32) (result i32)
              {explain})
            (func (export "posos:intent/classifier@0.3.0#describe") (result i32) i32.const 1024))"#
        );
        let mut module = wat::parse_str(text).unwrap();
        let mut resolve = Resolve::default();
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
        let (package, _) = resolve.push_dir(wit).unwrap();
        let world = resolve.select_world(&[package], Some("intent")).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        let encoder = ComponentEncoder::default().module(&module).unwrap();
        encoder.validate(true).encode().unwrap()
    }
}
