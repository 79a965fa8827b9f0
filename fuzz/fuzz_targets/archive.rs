#![no_main]
#![allow(dead_code)]
include!("../targets.rs");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| archive(bytes));
