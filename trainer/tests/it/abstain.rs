//! Thresholds: chosen, baked, decided by, reported; by the real binary and the real component.
use crate::common::{csv, rows, s, trainer};
use intent_bake::{extract, selftest};
use intent_model::{Decision, Model};
use intent_runtime::{Classifier, Limits, Runtime};
use std::fs;
use std::path::Path;

/// The three topics, and as many questions that could be of any.
fn noisy() -> Vec<(String, &'static str)> {
    let mut all = rows();
    let drugs = ["doliprane", "ventoline", "xarelto", "kardegic", "inexium", "seresta", "spasfon"];
    let starts = ["et pour", "bonjour", "question sur", "au sujet de"];
    for (i, start) in starts.iter().enumerate() {
        for (j, drug) in drugs.iter().enumerate() {
            all.push((format!("{start} {drug} ?"), ["price", "dose", "alcohol"][(i + j) % 3]));
        }
    }
    all
}

fn train(data: &Path, out: &Path, flags: &[&str]) -> serde_json::Value {
    let args = ["train", "-q", "--json", "--data", s(data), "--out", s(out)];
    let run = trainer(&[&args[..], flags].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn thresholds_are_baked_and_the_component_decides_as_the_native_model() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("train.csv");
    csv(&data, &noisy());
    let out = dir.path().join("m");
    let metrics = train(&data, &out, &["--abstain-precision", "0.9", "--scope-recall", "0.9"]);
    let a = &metrics["abstention"];
    let share = |v: &serde_json::Value| v.as_f64().unwrap();
    let promised = &a["cross_validated"];
    assert!(share(&promised["precision"]) >= 0.9, "{a}");
    assert!(share(&promised["out_of_scope"]) <= 0.1 + 1e-9, "{a}");
    let measured = &a["validation"];
    let sum =
        ["coverage", "unsure", "out_of_scope"].map(|k| share(&measured[k])).iter().sum::<f64>();
    assert!((sum - 1.0).abs() < 1e-9, "{a}");
    // a quarter of the questions cannot be told: most of them are not answered
    assert!(share(&promised["coverage"]) < 0.9 && share(&promised["coverage"]) > 0.4, "{a}");

    let component = fs::read(out.join("1/intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let thresholds = model.header().thresholds;
    assert_eq!(share(&a["thresholds"]["unsure_below"]) as f32, thresholds.unsure_below);
    let runtime = Runtime::new(Limits::default()).unwrap();
    let classifier = Classifier::new(&runtime, &component).unwrap();
    let baked = classifier.info().abstention.unwrap();
    assert_eq!(baked.unsure_below, thresholds.unsure_below);
    assert_eq!(baked.out_of_scope_below, thresholds.out_of_scope_below);
    assert_eq!(baked.wanted_precision, Some(0.9));
    assert_eq!(baked.validation.unwrap().coverage, share(&measured["coverage"]));
    let mut seen = [0; 3];
    let odd = ["é", "日本 語", "🙂", "bonjour", "il pleut", "VIN ?"].map(String::from);
    for text in noisy().into_iter().map(|r| r.0).chain(odd) {
        let native = model.decide(&text).unwrap();
        assert_eq!(
            native,
            selftest::decision(classifier.decide(&text).unwrap().unwrap()),
            "{text}"
        );
        let first = model.classify(&text).unwrap();
        let greatest = model.margins(&text).unwrap().into_iter().fold(f32::MIN, f32::max);
        let kind = match native {
            Decision::OutOfScope(p) => {
                assert!(p == first && greatest < thresholds.out_of_scope_below, "{text}");
                2
            }
            Decision::Unsure(candidates) => {
                assert!(first.probability < thresholds.unsure_below, "{text}");
                assert_eq!(candidates, model.classify_top(&text, candidates.len()).unwrap());
                assert!((2..=3).contains(&candidates.len()), "{text}");
                1
            }
            Decision::Intent(p) => {
                assert!(p == first && p.probability >= thresholds.unsure_below, "{text}");
                assert!(greatest >= thresholds.out_of_scope_below, "{text}");
                0
            }
        };
        seen[kind] += 1;
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
    let card = fs::read_to_string(out.join("1/model-card.md")).unwrap();
    assert!(card.contains("a precision of 0.9, a scope recall of 0.9"), "{card}");
    let run = trainer(&["inspect", s(&out.join("1/intent.wasm"))]);
    assert!(
        run.out.contains("(greatest margin)") && run.out.contains("  validation:"),
        "{}",
        run.out
    );
}

#[test]
fn without_a_flag_every_question_is_answered_and_the_answers_are_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("train.csv");
    csv(&data, &noisy());
    let out = dir.path().join("m");
    assert_eq!(train(&data, &out, &[])["abstention"], serde_json::Value::Null);
    let metrics = train(&data, &out, &["--abstain-coverage", "0.8"]);
    let coverage = metrics["abstention"]["cross_validated"]["coverage"].as_f64().unwrap();
    assert!((0.8..0.82).contains(&coverage), "{coverage}");
    // questions that it has not seen: of those that it learned from it is sure
    let asked = dir.path().join("test.csv");
    let mut unseen = noisy();
    unseen.iter_mut().for_each(|(text, _)| *text = text.replace("doliprane", "et puis aussi"));
    unseen.extend(["bonjour", "et pour", "ventoline ou alcool"].map(|t| (t.to_owned(), "price")));
    csv(&asked, &unseen);
    let predict = |version: &str, flags: &[&str]| {
        let (model, answers) = (out.join(version).join("intent.wasm"), dir.path().join("p.csv"));
        let args = ["predict", "-q", "--model", s(&model), "--in", s(&asked), "--out", s(&answers)];
        assert_eq!(trainer(&[&args[..], flags].concat()).code, Some(0));
        fs::read_to_string(answers).unwrap()
    };
    let plain = predict("1", &[]);
    assert!(plain.starts_with("ID,question,intent,label\n"), "{plain}");
    assert_eq!(predict("2", &[]), plain);
    let (never, scored) = (predict("1", &["--scores"]), predict("2", &["--scores"]));
    assert!(scored.starts_with("ID,question,intent,label,probability,margin,decision\n"));
    let column = |text: &str, i: usize| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|r| r.unwrap()[i].to_owned()).collect()
    };
    assert!(column(&never, 6).iter().all(|d| d == "intent"));
    assert_eq!(column(&never, 4), column(&scored, 4));
    let decisions = column(&scored, 6);
    assert!(decisions.iter().any(|d| d == "unsure") && decisions.iter().any(|d| d == "intent"));
    // the threshold parts them
    let probability = |i: usize| column(&scored, 4)[i].parse::<f32>().unwrap();
    let with_decision = |wanted: &'static str| {
        let decisions = decisions.clone();
        (0..decisions.len()).filter(move |&i| decisions[i] == wanted)
    };
    let surest = with_decision("unsure").map(probability).fold(0.0, f32::max);
    let least = with_decision("intent").map(probability).fold(1.0, f32::min);
    assert!(surest < least, "{surest} {least}");
}

#[test]
fn what_is_not_to_be_had_fails_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("train.csv");
    // the same questions with either label: whatever is learned from one copy misleads about the other
    let words = ["vin", "biere", "prix", "dose", "mal", "dos", "toux", "nez", "main", "pied"];
    let both = words.iter().flat_map(|w| ["a", "b"].map(|label| (format!("{w} {w} ?"), label)));
    csv(&data, &both.collect::<Vec<_>>());
    let out = dir.path().join("m");
    let args = ["train", "-q", "--data", s(&data), "--out", s(&out)];
    let run = trainer(&[&args[..], &["--abstain-precision", "0.99"]].concat());
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.err.contains("--abstain-precision 0.99 is not reached"), "{}", run.err);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    let flags = ["--abstain-coverage", "1", "--scope-recall", "0.5"];
    let run = trainer(&[&args[..], &flags].concat());
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.err.contains("--abstain-coverage 1 is not reached"), "{}", run.err);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    for flags in [
        &["--abstain-coverage", "0.5", "--abstain-precision", "0.5"][..],
        &["--abstain-precision", "95"],
        &["--abstain-coverage", "0"],
    ] {
        assert_eq!(trainer(&[&args[..], flags].concat()).code, Some(2));
    }
}
