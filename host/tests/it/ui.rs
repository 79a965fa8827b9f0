//! The web page, served by the real binary with real models of data/sample, in a real browser.
//!
//! - `served`: what is sent to whom, without a browser
//! - `views`: what people do, in both languages
//! - `hostile`: texts that are no markup
//! - `accessible`: axe-core; narrow, dark and printed
//! - `shots`: the pictures of the README

mod accessible;
mod hostile;
mod served;
mod shots;
mod views;

use crate::common::Host;
use clap::Parser;
use intent_testing::Browser;
use intent_trainer::args::{Cli, Command};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A models directory with two versions that were trained on the beginning of the sample, the second with
/// thresholds, so that it is unsure at times.
static MODELS: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let (data, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let out = models.path().join("intent");
    let part = |name: &str, rows: usize| {
        let all = fs::read_to_string(sample(name)).unwrap();
        let lines: Vec<&str> = all.lines().take(rows + 1).collect();
        fs::write(data.path().join(name), lines.join("\n") + "\n").unwrap();
    };
    part("intents.csv", 51);
    // of the rows so far, none spans two lines: else the trainer would say so
    for (rows, flags) in
        [(900, &[][..]), (1500, &["--abstain-precision", "0.7", "--scope-recall", "0.9"])]
    {
        // pictures are of the whole sample
        let rows = if std::env::var_os("SCREENSHOTS").is_some() { 1 << 20 } else { rows };
        part("input_train.csv", rows);
        part("output_train.csv", rows);
        let (data, out) = (data.path().to_str().unwrap(), out.to_str().unwrap());
        let first = ["intent-trainer", "train", "-q", "--allow-singletons", "--no-refit"];
        let args = [&first[..], &["--data", data, "--out", out], flags].concat();
        let Command::Train(args) = Cli::parse_from(args).command else { unreachable!() };
        intent_trainer::commands::train::run(&args).unwrap();
    }
    fs::write(
        models.path().join("models.toml"),
        "[models.intent]\nlabels = { stable = 2, before = 1 }\n",
    )
    .unwrap();
    models
});

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/sample").join(name)
}

/// A host of [`MODELS`]; a busy machine must not stop a call.
fn host(flags: &[&str]) -> Host {
    Host::quiet(MODELS.path(), &[&["--deadline-ms", "10000"], flags].concat())
}

/// Questions of the sample's test set.
fn questions(count: usize) -> Vec<String> {
    let all = fs::read_to_string(sample("input_test.csv")).unwrap();
    let rows = all.lines().skip(1).filter(|line| !line.contains('"')).take(count);
    rows.map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
}

/// Opens `address` anew: two of the same page differ in what follows `#` at most, which loads nothing.
fn open(browser: &Browser, host: &Host, address: &str) {
    browser.open("about:blank");
    browser.open(&format!("http://{}{address}", host.address));
    browser.until("document.querySelector('main .view *')");
}

/// Goes to a view as a person does.
fn go(browser: &Browser, view: &str) {
    browser.click(&format!("nav a[href='#{view}']"));
    browser.until(&format!("document.querySelector('.view-{view} h1')?.textContent"));
}

/// Types a question into the box of the view, and Enter.
fn ask(browser: &Browser, question: &str) {
    browser.run("document.querySelector('.asking textarea').value = ''");
    browser.run("document.querySelectorAll('.result > *').forEach((e) => e.remove())");
    browser.keys(".asking textarea", &format!("{question}\u{e007}"));
    browser.until("document.querySelector('.result > *')");
}

/// Drops a file onto the view File.
fn drop_file(browser: &Browser, name: &str, text: &str) {
    browser.run(&format!(
        "const data = new DataTransfer();
         data.items.add(new File([{}], {}));
         const event = {{ dataTransfer: data, bubbles: true, cancelable: true }};
         document.querySelector('.drop').dispatchEvent(new DragEvent('drop', event))",
        json!(text),
        json!(name)
    ));
    browser.until("document.querySelector('.plan button')");
}

/// Nothing went wrong, and nothing was asked of anybody else.
#[track_caller]
fn nothing_went_wrong(browser: &Browser) {
    assert_eq!(browser.console(), Vec::<Value>::new());
    let strangers = "return performance.getEntriesByType('resource').map((e) => e.name)
         .filter((name) => !name.startsWith(location.origin + '/') && !name.startsWith('data:'))";
    assert_eq!(browser.run(strangers), json!([]));
    assert_eq!(browser.run("return window.broken ?? null"), Value::Null);
}
