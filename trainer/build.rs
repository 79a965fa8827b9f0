//! Builds the guest template that the trainer carries.
//!
//! The guest is compiled in a target directory of its own: the outer cargo holds the lock of the
//! usual one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    let manifest_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let root = manifest_dir.parent().expect("the trainer lies in the workspace").to_owned();
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    for watched in [
        "guest/src",
        "guest/Cargo.toml",
        "model/src",
        "model/Cargo.toml",
        "wit",
        "Cargo.lock",
        "Cargo.toml",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let target_dir = out.join("guest");
    let status = Command::new(env::var("CARGO").expect("set by cargo"))
        .args(["build", "--locked", "--package", "intent-guest", "--profile", "guest"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&target_dir)
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(&root))
        .env_remove("RUSTFLAGS")
        // clippy-driver, or a coverage tool, is for the host's code
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTC_WRAPPER")
        .status()
        .expect("cargo runs");
    assert!(
        status.success(),
        "the guest does not build; if its target is missing: rustup target add {TARGET}"
    );
    let wasm = target_dir.join(TARGET).join("guest").join("intent_guest.wasm");
    std::fs::copy(&wasm, out.join("template.wasm")).expect("the guest was built");
}

/// SIMD: 128-bit integer and float lanes, in every engine since 2021. A stack of 16 KiB, not 1 MiB:
/// the whole memory of an instance, which is reset after each request, is then one page of 64 KiB. Paths are remapped, so that the
/// template's bytes do not depend on where it is built.
fn rustflags(root: &Path) -> String {
    let mut flags = vec![
        "-Ctarget-feature=+simd128".to_owned(),
        "-Clink-arg=-zstack-size=16384".to_owned(),
        format!("--remap-path-prefix={}=/src", root.display()),
    ];
    let home = env::var("CARGO_HOME").map(PathBuf::from).ok();
    let home = home.or_else(|| env::var("HOME").ok().map(|h| Path::new(&h).join(".cargo")));
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    flags.join("\x1f")
}
