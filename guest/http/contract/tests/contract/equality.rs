//! The sample's whole test set through every runtime: the same bytes of answer from each.
//!
//! `INTENT_PYTHON`, an interpreter with wasmtime, and `INTENT_JCO`, the program, are what scripts/runtimes
//! provides; without them those runtimes are skipped.

use crate::client::{self, Case};
use crate::servers;
use intent_bake::{compose, extract};
use intent_model::Model;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_runtime_gives_the_same_answers() {
    let (component, _) = servers::model();
    let questions = questions();
    let dir = tempfile::tempdir().unwrap();
    let model = Model::from_bytes(extract::model(component).unwrap()).unwrap();
    let native: Vec<String> = questions
        .iter()
        .map(|question| {
            let answer = model.classify(question).unwrap();
            let (intent, probability) = (answer.intent, answer.probability);
            format!("{{\"intent\": {intent}, \"probability\": \"{probability:.8}\"}}")
        })
        .collect();
    let front = servers::front(&compose::with_front(component).unwrap());
    let mut runtimes = vec![
        ("intent-host", over_http(&servers::host(component), &questions)),
        ("the composed component in wasmtime-wasi-http", over_http(&front, &questions)),
    ];
    std::fs::write(dir.path().join("intent.wasm"), component).unwrap();
    let lines: String = questions.iter().map(|q| serde_json::json!(q).to_string() + "\n").collect();
    std::fs::write(dir.path().join("questions.jsonl"), lines).unwrap();
    match std::env::var_os("INTENT_PYTHON") {
        Some(python) => {
            let mut command = Command::new(python);
            command.arg(example("python/classify.py")).arg("intent.wasm");
            runtimes.push(("wasmtime in Python", lines_of(&mut command, dir.path())));
        }
        None => eprintln!("SKIPPED: Python: scripts/runtimes has INTENT_PYTHON"),
    }
    match std::env::var_os("INTENT_JCO") {
        Some(jco) => {
            let mut transpile = Command::new(jco);
            transpile.args(["transpile", "intent.wasm", "--name", "intent", "-o", "module", "-q"]);
            lines_of(&mut transpile, dir.path());
            std::fs::write(dir.path().join("module/package.json"), "{\"type\": \"module\"}")
                .unwrap();
            let mut command = Command::new("node");
            command.arg(example("node/classify.mjs")).arg("module");
            runtimes.push(("jco in Node", lines_of(&mut command, dir.path())));
        }
        None => eprintln!("SKIPPED: Node: scripts/runtimes has INTENT_JCO"),
    }
    for (name, answers) in runtimes {
        assert_eq!(answers.len(), native.len(), "{name}");
        let differ = answers.iter().zip(&native).filter(|(got, want)| got != want).count();
        println!("{name}: {} questions, {differ} differences", answers.len());
        assert_eq!(differ, 0, "{name}");
    }
}

fn questions() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../data/sample/input_test.csv");
    let mut table = csv::Reader::from_path(path).unwrap();
    let questions: Vec<String> =
        table.records().map(|row| row.unwrap().get(1).unwrap().to_owned()).collect();
    assert!(questions.len() > 1000);
    questions
}

fn over_http(address: &str, questions: &[String]) -> Vec<String> {
    let encode = |byte: u8| format!("%{byte:02x}");
    let target = |question: &String| -> String {
        "/intent?query=".to_owned() + &question.bytes().map(encode).collect::<String>()
    };
    questions.iter().map(|q| client::ask(address, &Case::get(&target(q))).body).collect()
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples").join(name)
}

/// The output of `command` for the questions.
fn lines_of(command: &mut Command, dir: &Path) -> Vec<String> {
    let questions = File::open(dir.join("questions.jsonl")).unwrap();
    let output = command.current_dir(dir).stdin(questions).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
