//! The real binary, and data sets made for the tests.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The outcome of one run of `intent-trainer`.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(o: Output) -> Self {
        let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
        Run { code: o.status.code(), out: text(o.stdout), err: text(o.stderr) }
    }
}

pub fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_intent-trainer"))
}

pub fn trainer(args: &[&str]) -> Run {
    command().args(args).output().unwrap().into()
}

pub fn s(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Three topics in few words, enough to be learned, with some noise.
pub fn rows() -> Vec<(String, &'static str)> {
    let topics = [
        ("price", ["combien coute", "quel prix pour", "est ce rembourse", "le tarif de"]),
        ("dose", ["combien de comprimes de", "quelle dose de", "posologie de", "a quelle dose"]),
        ("alcohol", ["alcool et", "boire du vin avec", "une biere avec", "aperitif et"]),
    ];
    let drugs = ["doliprane", "ventoline", "xarelto", "kardegic", "inexium", "seresta", "spasfon"];
    let mut rows = Vec::new();
    for (label, starts) in topics {
        for start in starts {
            for drug in drugs {
                rows.push((format!("{start} {drug} ?"), label));
            }
        }
    }
    rows
}

/// Writes `rows` as CSV.
pub fn csv(path: &Path, rows: &[(String, &str)]) {
    let mut text = "text,intent\n".to_owned();
    for (question, label) in rows {
        writeln!(text, "\"{question}\",{label}").unwrap();
    }
    std::fs::write(path, text).unwrap();
}

/// A directory with `train.csv`, and a trained model in `models/intent/1`: trained once a test binary, copied for
/// each test.
pub fn trained() -> (tempfile::TempDir, PathBuf) {
    static ONCE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        csv(&dir.path().join("train.csv"), &rows());
        let out = dir.path().join("models/intent");
        let run = trainer(&["train", "--data", s(dir.path()), "--out", s(&out), "-q"]);
        assert_eq!(run.code, Some(0), "{}", run.err);
        dir
    });
    let dir = tempfile::tempdir().unwrap();
    copy(ONCE.path(), dir.path());
    let out = dir.path().join("models/intent");
    (dir, out)
}

/// Copies what is in one directory into another, links as links.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (kind, to) = (entry.file_type().unwrap(), to.join(entry.file_name()));
        if kind.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(entry.path()).unwrap(), to).unwrap();
        } else if kind.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
