//! `variability`, and the intervals of `train`, by the real binary.
use crate::common::{command, csv, rows, s, trainer};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The topics of [`rows`], and for every fourth question another label than it should have.
fn noisy(path: &Path) {
    let labels = ["alcohol", "dose", "price"];
    let rows: Vec<_> = rows()
        .into_iter()
        .enumerate()
        .map(|(i, (text, label))| (text, if i % 4 == 0 { labels[i / 4 % 3] } else { label }))
        .collect();
    csv(path, &rows);
}

fn numbers(runs: &[Value], share: f64, field: &str) -> Vec<f64> {
    let full = runs.iter().filter(|r| r["share"] == share);
    full.map(|r| r[field].as_f64().unwrap()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_figures_follow_from_the_runs_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("train.csv");
    noisy(&data);
    let run = |threads: &str| {
        let out = dir.path().join(format!("out-{threads}"));
        let run = command()
            .args([
                "variability",
                "--data",
                s(&data),
                "--repeats",
                "3",
                "--folds",
                "4",
                "--json",
                "-q",
            ])
            .args(["--out", s(&out)])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(run.stderr.is_empty());
        let files = ["variability.json", "variability.svg", "learning-curve.svg"];
        let files = files.map(|f| fs::read(out.join(f)).unwrap());
        assert_eq!(files[0], run.stdout);
        files
    };
    let files = run("1");
    assert!(files == run("3"));
    let v: Value = serde_json::from_slice(&files[0]).unwrap();
    let runs = v["runs"].as_array().unwrap();
    // 3 × 4 whole, and 3 shares of 2 × 4
    assert_eq!(runs.len(), 12 + 24);
    for repeat in 0..3 {
        let whole = runs.iter().filter(|r| r["share"] == 1.0 && r["repeat"] == repeat);
        assert_eq!(whole.map(|r| r["test"].as_u64().unwrap()).sum::<u64>(), 84);
    }
    let accuracy = numbers(runs, 1.0, "accuracy");
    let a = &v["accuracy"];
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
    near(a["mean"].as_f64().unwrap(), mean(&accuracy));
    let variance = accuracy.iter().map(|x| (x - mean(&accuracy)).powi(2)).sum::<f64>() / 11.0;
    near(a["sd"].as_f64().unwrap(), variance.sqrt());
    // Nadeau and Bengio by hand; Student's t of 11 degrees of freedom is 2.200985 in tables
    let half = 2.200_985 * ((1.0 / 12.0 + 1.0 / 3.0) * variance).sqrt();
    let low = a["of_mean"]["low"].as_f64().unwrap();
    assert!((low - (mean(&accuracy) - half)).abs() < 1e-6, "{low}");
    assert!(a["of_test"]["low"].as_f64().unwrap() < low);
    // the curve is that of the first two repeats
    let curve = v["curve"].as_array().unwrap();
    let shares: Vec<f64> = curve.iter().map(|p| p["share"].as_f64().unwrap()).collect();
    assert_eq!(shares, [0.25, 0.5, 0.75, 1.0]);
    near(curve[1]["accuracy"].as_f64().unwrap(), mean(&numbers(runs, 0.5, "accuracy")));
    assert_eq!(curve[3]["runs"], 8);
    let svg = String::from_utf8(files[2].clone()).unwrap();
    assert!(svg.contains("<title>Learning curve</title>"));
}

#[test]
fn a_bound_of_time_leaves_whole_repeats_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    noisy(&dir.path().join("train.csv"));
    let out = dir.path().join("v");
    let args = ["--repeats", "9", "--folds", "2", "--time", "0.00001", "--out", s(&out)];
    let run = trainer(&[&["variability", "--data", s(dir.path())], &args[..]].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.starts_with("1 repeat (of 9: the time was up) of 2 folds"), "{}", run.out);
    assert!(run.err.contains("variability: "), "progress as lines: {}", run.err);
}

#[test]
fn training_quotes_intervals_and_takes_the_variability_in() {
    let dir = tempfile::tempdir().unwrap();
    noisy(&dir.path().join("train.csv"));
    let out = dir.path().join("m");
    let run =
        trainer(&["train", "-q", "--data", s(dir.path()), "--out", s(&out), "--variability", "1"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let read = |file: &str| fs::read_to_string(out.join("1").join(file)).unwrap();
    let m: Value = serde_json::from_str(&read("metrics.json")).unwrap();
    let (e, i) = (&m["validation"], &m["intervals"]);
    for figure in ["accuracy", "macro_precision", "macro_recall", "macro_f1", "ece"] {
        let value = |v: &Value| v.as_f64().unwrap();
        let (low, high) = (value(&i[figure]["low"]), value(&i[figure]["high"]));
        assert!(low < value(&e[figure]) && value(&e[figure]) < high, "{figure}: {i}");
        let quoted = format!("{:.4} [{low:.4}, {high:.4}]", value(&e[figure]));
        assert!(read("model-card.md").contains(&quoted), "{quoted}");
    }
    assert_eq!(i["f1"].as_array().unwrap().len(), 3);
    // the same questions as `variability` would measure, for a test of the validation part's size
    assert_eq!(m["variability"]["test_size"], m["data"]["valid"]);
    assert_eq!(m["variability"]["runs"].as_array().unwrap().len(), 20);
    let v: Value = serde_json::from_str(&read("variability.json")).unwrap();
    assert_eq!(v, m["variability"]);
    assert!(read("model-card.md").contains("## Variability"));
    assert!(read("report.html").contains("How much the figures vary"));
    assert!(run.out.contains("95 % of the mean"), "{}", run.out);
}

#[test]
fn wrong_usage_is_2_and_bad_data_1() {
    for wrong in [["--folds", "1"], ["--repeats", "0"], ["--time", "-1"], ["--test-size", "0"]] {
        let run = trainer(&["variability", "--data", "x", wrong[0], wrong[1]]);
        assert_eq!(run.code, Some(2), "{wrong:?}");
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("train.csv");
    csv(&data, &[("one".to_owned(), "a"), ("two".to_owned(), "b")]);
    let out = dir.path().join("v");
    let run = trainer(&["variability", "--data", s(&data), "--out", s(&out), "-q"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("train.csv: every label has a single question"), "{}", run.err);
}
