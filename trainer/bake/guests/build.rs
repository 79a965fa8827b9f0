//! Builds what a bake needs: the guest template, and the HTTP front.
//!
//! They are compiled in a target directory of their own, `target/guests`: the outer cargo holds the
//! lock of the usual one. Tests, lints and releases share it, for their guests are the same.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A component in WebAssembly, or a part of one.
struct Guest {
    package: &'static str,
    target: &'static str,
    opt_level: &'static str,
    /// Its flags for rustc.
    flags: &'static [&'static str],
    /// The file that cargo writes, and its name in this build.
    files: [&'static str; 2],
}

const GUESTS: [Guest; 2] = [
    Guest {
        package: "intent-guest",
        target: "wasm32-unknown-unknown",
        opt_level: "3",
        // SIMD: 128-bit integer and float lanes, in every engine since 2021. A stack of 16 KiB, not
        // 1 MiB: the whole memory of an instance, which is reset after each request, is then one page
        // of 64 KiB.
        flags: &["-Ctarget-feature=+simd128", "-Clink-arg=-zstack-size=16384"],
        files: ["intent_guest.wasm", "template.wasm"],
    },
    Guest {
        package: "intent-http",
        target: "wasm32-wasip2",
        opt_level: "s",
        flags: &[],
        files: ["intent_http.wasm", "front.wasm"],
    },
];

fn main() {
    let manifest_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let root =
        manifest_dir.ancestors().nth(3).expect("this crate lies in the workspace").to_owned();
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    for watched in [
        "guest/src",
        "guest/Cargo.toml",
        "guest/http/src",
        "guest/http/Cargo.toml",
        "model/src",
        "model/Cargo.toml",
        "wit",
        "Cargo.lock",
        "Cargo.toml",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    GUESTS.iter().for_each(|guest| build(guest, &root, &out));
}

fn build(guest: &Guest, root: &Path, out: &Path) {
    let target_dir = shared(out);
    let mut cargo = Command::new(env::var("CARGO").expect("set by cargo"));
    // a model's bytes do not depend on them
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PROFILE_") {
            cargo.env_remove(name);
        }
    }
    let status = cargo
        .args(["build", "--locked", "--package", guest.package, "--profile", "guest"])
        .args(["--target", guest.target, "--target-dir"])
        .arg(&target_dir)
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .env("CARGO_PROFILE_GUEST_OPT_LEVEL", guest.opt_level)
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(guest, root))
        .env_remove("RUSTFLAGS")
        // clippy-driver, or a coverage tool, is for the host's code
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTC_WRAPPER")
        .status()
        .expect("cargo runs");
    assert!(
        status.success(),
        "{} does not build; if its target is missing: rustup target add {}",
        guest.package,
        guest.target
    );
    let [built, name] = guest.files;
    let wasm = target_dir.join(guest.target).join("guest").join(built);
    std::fs::copy(&wasm, out.join(name)).expect("the guest was built");
}

/// `target/guests`, where this build is in `target/[TRIPLE/]PROFILE/build/PACKAGE/out`; elsewhere, where
/// it is.
fn shared(out: &Path) -> PathBuf {
    let known = out.ancestors().nth(2).is_some_and(|dir| dir.ends_with("build"));
    out.ancestors().nth(4).filter(|_| known).unwrap_or(out).join("guests")
}

/// Paths are remapped, so that the bytes do not depend on where they are built.
fn rustflags(guest: &Guest, root: &Path) -> String {
    let mut flags: Vec<String> = guest.flags.iter().map(|&flag| flag.to_owned()).collect();
    flags.push(format!("--remap-path-prefix={}=/src", root.display()));
    let home = env::var("CARGO_HOME").map(PathBuf::from).ok();
    let home = home.or_else(|| env::var("HOME").ok().map(|h| Path::new(&h).join(".cargo")));
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    flags.join("\x1f")
}
