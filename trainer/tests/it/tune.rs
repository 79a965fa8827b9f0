//! `tune` and `train --config`, by the real binary.
use crate::common::{Run, command, csv, rows, s, trainer};
use intent_data::files::Files;
use intent_data::source::{self, BadRows};
use intent_dataset::Dataset;
use intent_learn::fit::Settings;
use intent_learn::progress::Silent;
use intent_trainer::tune::judge::Judge;
use intent_trainer::tune::metric::{Estimate, Scorer};
use intent_trainer::tune::verdict::{self, TuneVerdict};
use intent_trainer::tune::{FOLDS, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A directory with `train.csv`.
fn data() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("train.csv");
    csv(&path, &rows());
    (dir, path)
}

/// `tune -q` on `data` into `out`.
fn tune(data: &Path, out: &Path, more: &[&str]) -> Run {
    trainer(&[&["tune", "-q", "--data", s(data), "--out", s(out)], more].concat())
}

/// The lines of trials.csv without the seconds, which are no two runs' own.
fn trials(out: &Path) -> Vec<String> {
    let text = fs::read_to_string(out.join("trials.csv")).unwrap();
    text.lines().map(|l| l.rsplit_once(',').unwrap().0.to_owned()).collect()
}

/// One column of trials.csv, as numbers.
fn column(out: &Path, name: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_path(out.join("trials.csv")).unwrap();
    let at = reader.headers().unwrap().iter().position(|h| h == name).unwrap();
    reader.records().map(|r| r.unwrap()[at].parse().unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_search_on_any_number_of_threads() {
    let (dir, data) = data();
    let search = |threads: &str, seed: &str| {
        let out = dir.path().join(format!("{threads}-{seed}"));
        let run = command()
            .args(["tune", "-q", "--trials", "13", "--metric", "macro-f1", "--data", s(&data)])
            .args(["--out", s(&out), "--seed", seed, "--json"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let files =
            ["best.toml", "search.svg", "study.json"].map(|f| fs::read(out.join(f)).unwrap());
        (trials(&out), files, run.stdout)
    };
    let one = search("1", "7");
    assert_eq!(one.0.len(), 14);
    assert!(one == search("3", "7"));
    let other = search("3", "8").0;
    // the defaults are first; what is tried after them depends on the seed
    assert!(one.0[2] != other[2], "{}", other[2]);
    let summary: serde_json::Value = serde_json::from_slice(&one.2).unwrap();
    assert_eq!(summary["trials"], 13);
    assert_eq!(summary["metric"], "macro-f1");
    assert_eq!(summary["interrupted"], false);
    let picture = String::from_utf8(one.1[1].clone()).unwrap();
    assert!(picture.contains("best so far") && picture.contains("macro-f1 by trial"));
}

#[test]
fn interrupted_and_resumed_it_is_the_search_that_it_would_have_been() {
    let (dir, data) = data();
    let (cut, whole) = (dir.path().join("cut"), dir.path().join("whole"));
    let child = command()
        .args(["tune", "--trials", "100000", "--data", s(&data), "--out", s(&cut)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let written = || fs::read_to_string(cut.join("trials.csv")).unwrap_or_default();
    while written().lines().count() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(120), "no trial ends");
        std::thread::sleep(Duration::from_millis(10));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("interrupted: writing what there is"), "{}", run.err);
    assert!(run.out.contains("interrupted before the comparison"), "{}", run.out);
    assert!(cut.join("search.svg").is_file());
    let head = fs::read_to_string(cut.join("best.toml")).unwrap();
    assert!(head.contains("# interrupted before the comparison"), "{head}");
    let done = written().lines().count() - 1;
    assert!(done >= 3);

    let count = (done + 4).to_string();
    let refused = tune(&data, &cut, &["--trials", &count]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("--resume goes on with it"), "{}", refused.err);
    let refused = tune(&data, &cut, &["--resume", "--seed", "2"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("another search"), "{}", refused.err);

    // a line that was being written when the power failed
    let torn = written() + &written().lines().last().unwrap()[..9];
    fs::write(cut.join("trials.csv"), torn).unwrap();
    let resumed = tune(&data, &cut, &["--trials", &count, "--resume", "--json"]);
    let straight = tune(&data, &whole, &["--trials", &count, "--json"]);
    assert_eq!((resumed.code, straight.code), (Some(0), Some(0)), "{}", resumed.err);
    assert_eq!(resumed.out, straight.out);
    assert_eq!(trials(&cut), trials(&whole));
    for file in ["best.toml", "search.svg"] {
        assert!(fs::read(cut.join(file)).unwrap() == fs::read(whole.join(file)).unwrap(), "{file}");
    }
}

#[test]
fn a_component_is_no_greater_than_max_size_and_its_size_is_known_before() {
    let (dir, data) = data();
    let (out, models) = (dir.path().join("tuned"), dir.path().join("m"));
    let free = tune(&data, &dir.path().join("free"), &["--trials", "1", "--json"]);
    let free: serde_json::Value = serde_json::from_str(&free.out).unwrap();
    let most = free["defaults"]["size_bytes"].as_u64().unwrap() / 2;
    let run = tune(&data, &out, &["--trials", "12", "--max-size", &most.to_string()]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("the defaults (made smaller to keep to --max-size)"), "{}", run.out);
    assert!(run.out.contains("beside the defaults without --max-size: "), "{}", run.out);
    let sizes = column(&out, "size_bytes");
    assert_eq!(sizes.len(), 12);
    assert!(sizes.iter().all(|size| *size <= most as f64), "{sizes:?}");

    let best = out.join("best.toml");
    let run = trainer(&[
        "train",
        "-q",
        "--json",
        "--data",
        s(&data),
        "--config",
        s(&best),
        "--out",
        s(&models),
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let metrics: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let bytes = fs::metadata(models.join("1/intent.wasm")).unwrap().len();
    assert_eq!(metrics["component_bytes"], bytes);
    let stated = fs::read_to_string(&best).unwrap();
    let bits = |s: &serde_json::Value| s["word_bits"].as_u64().unwrap();
    assert!(
        stated.contains(&format!("\nword_bits = {}\n", bits(&metrics["settings"]))),
        "{stated}"
    );
    // of the trials with these tables, the size that was foretold
    let (words, subwords) = (column(&out, "word_bits"), column(&out, "subword_bits"));
    let row = (0..12).find(|&i| {
        words[i] == metrics["settings"]["word_bits"].as_f64().unwrap()
            && subwords[i] == metrics["settings"]["subword_bits"].as_f64().unwrap()
    });
    let foretold = sizes[row.unwrap()];
    assert!((foretold - 200.0..=foretold).contains(&(bytes as f64)), "{bytes} {foretold}");

    let run = tune(&data, &dir.path().join("none"), &["--max-size", "10kB"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("the smallest component that is searched has "), "{}", run.err);
    let least = run.err.split_once("searched has ").unwrap().1.split(' ').next().unwrap();
    let run = tune(&data, &dir.path().join("least"), &["--max-size", least, "--trials", "1"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn what_cannot_be_searched_for_is_refused() {
    let (dir, data) = data();
    let out = dir.path().join("tuned");
    let run = tune(&data, &out, &["--metric", "f1:alcool"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("no such label; there are alcohol, dose, price"), "{}", run.err);
    assert!(!out.exists());
    for bad in [
        ["--metric", "auc"],
        ["--metric", "recall-at-precision:2"],
        ["--time", "soon"],
        ["--max-size", "small"],
        ["--trials", "0"],
    ] {
        let run = tune(&data, &out, &bad);
        assert_eq!(run.code, Some(2), "{bad:?}: {}", run.err);
        assert!(run.err.contains(bad[1]), "{bad:?}: {}", run.err);
    }
    let few = dir.path().join("few.csv");
    csv(&few, &rows()[..30]);
    fs::write(&few, "text,intent\na,x\nb,y\n").unwrap();
    let run = tune(&few, &out, &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("2 questions are too few"), "{}", run.err);
}

#[test]
fn a_time_limit_cuts_the_sequence_and_one_label_can_be_searched_for() {
    let (dir, data) = data();
    let (cut, whole) = (dir.path().join("cut"), dir.path().join("whole"));
    let run = tune(&data, &cut, &["--time", "1ms", "--metric", "f1:dose"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("only the defaults were tried"), "{}", run.out);
    let metric = ["--metric", "f1:dose", "--trials", "3"];
    assert_eq!(tune(&data, &whole, &metric).code, Some(0));
    assert_eq!(trials(&cut)[..], trials(&whole)[..2]);
}

#[test]
fn a_configuration_is_checked_and_the_seed_of_the_command_line_wins() {
    let (dir, data) = data();
    let config = dir.path().join("my.toml");
    let train = |text: &str, out: &str, more: &[&str]| {
        fs::write(&config, text).unwrap();
        let out = dir.path().join(out);
        let all = ["train", "-q", "--json", "--data", s(&data), "--config", s(&config)];
        trainer(&[&all[..], &["--out", s(&out)], more].concat())
    };
    for (text, want) in [
        ("rows_c = 0", "my.toml: rows_c = 0 is out of its range, 0.0001 to 10000"),
        ("word_bits = 21", "my.toml: word_bits = 21 is out of its range, 4 to 20"),
        ("bits = 4", "unknown field `bits`"),
    ] {
        let run = train(text, "bad", &[]);
        assert_eq!(run.code, Some(1), "{text}");
        assert!(run.err.contains(want), "{}", run.err);
    }
    let settings = |run: Run| -> serde_json::Value {
        assert_eq!(run.code, Some(0), "{}", run.err);
        serde_json::from_str::<serde_json::Value>(&run.out).unwrap()["settings"].clone()
    };
    let text = "seed = 5\nword_bits = 9\n";
    let (of_file, of_line) =
        (settings(train(text, "a", &[])), settings(train(text, "b", &["--seed", "6"])));
    assert_eq!((&of_file["seed"], &of_file["word_bits"]), (&5.into(), &9.into()));
    assert_eq!((&of_line["seed"], &of_line["word_bits"]), (&6.into(), &9.into()));
    let run = trainer(&["train", "--data", s(&data), "--config", "/nowhere.toml"]);
    assert!(run.code == Some(1) && run.err.contains("/nowhere.toml"), "{}", run.err);
}

/// Topics that share most words, so that a table of 16 buckets a family cannot tell them apart.
fn hard() -> (tempfile::TempDir, Dataset) {
    let (dir, path) = data();
    let topics = ["delai", "dosage", "tarif", "allergie", "sommeil", "voyage"];
    let drugs = ["doliprane", "ventoline", "xarelto", "kardegic", "inexium", "seresta", "spasfon"];
    let mut rows = Vec::new();
    for topic in topics {
        for (i, drug) in drugs.iter().enumerate() {
            for other in &drugs[i + 1..] {
                rows.push((format!("pour {drug} ou {other} quel {topic} dites moi"), topic));
            }
        }
    }
    csv(&path, &rows);
    let data = source::labelled(&Files::on_disk(&path), BadRows::Refuse).unwrap().0;
    (dir, data)
}

#[test]
fn the_verdict_is_of_questions_that_the_search_did_not_see() {
    let (_dir, data) = hard();
    let scorer = Scorer::new("accuracy".parse().unwrap(), &data.labels).unwrap();
    let judge = Judge::new(data, 1, Arc::new(AtomicBool::new(false)));
    let good = Settings::default();
    // naive Bayes reads what a small C leaves unread, as long as there is a table that can hold it
    let poor = Settings { word_bits: 4, subword_bits: 4, pair_bits: 0, rows_c: 0.001, ..good };
    let trial = |settings, value| {
        let estimate = Estimate { value, error: 0.01 };
        Trial { settings, estimate, bytes: 1, seconds: 0.1 }
    };
    let decide =
        |trials: &[Trial]| verdict::decide(&judge, &scorer, trials, None, &Silent).unwrap();
    let better = decide(&[trial(poor, 0.5), trial(good, 0.6)]);
    assert_eq!(better.winner, 1, "{better:?}");
    assert!(better.verdict.improves());
    assert_eq!(better.questions, judge.questions(3..FOLDS));
    // lucky in the search, as the best of many is: the other folds know better
    let lucky = decide(&[trial(good, 0.5), trial(poor, 1.0)]);
    assert_eq!(lucky.winner, 0, "{lucky:?}");
    assert!(!lucky.verdict.improves());
    // nothing but equals: no improvement is claimed
    let equal = decide(&[trial(good, 0.5), trial(Settings { rows_passes: 13, ..good }, 0.6)]);
    assert_eq!(equal.winner, 0, "{equal:?}");
    let alone = decide(&[trial(good, 0.5)]);
    assert_eq!((alone.winner, alone.verdict), (0, TuneVerdict::Alone));
}
