//! `intent-trainer` from data to a component and back, by the real binary.
use crate::common::{command, csv, rows, s, trained, trainer};
use finalfusion::prelude::*;
use intent_bake::extract;
use intent_model::Model;
use intent_runtime::{Classifier, Limits, Runtime};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn a_version_is_whole_and_the_next_one_stands_beside_it() {
    let (dir, out) = trained();
    let files = |version: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(out.join(version)).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    };
    let want = [
        "confusion-matrix.csv",
        "confusion-matrix.svg",
        "embeddings.fifu",
        "intent-http.wasm",
        "intent.wasm",
        "metrics.json",
        "model-card.md",
        "report.html",
    ];
    assert_eq!(files("1"), want.map(String::from).into());
    let run = trainer(&["train", "--data", s(dir.path()), "--out", s(&out), "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(files("2"), files("1"));
    let metrics: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(metrics["version"], 2);
    assert_eq!(metrics["refitted"], true);
    assert_eq!(metrics["data"]["questions"], 84);
    assert!(run.err.contains("out-of-fold margins"), "progress as lines: {}", run.err);
    // an explicit version that is there is refused before any work
    let run = trainer(&["train", "--data", s(dir.path()), "--out", s(&out), "--version", "2"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("is there already"), "{}", run.err);
}

#[test]
fn same_data_and_seed_give_the_same_bytes_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    csv(&dir.path().join("train.csv"), &rows());
    let bytes = |threads: &str, seed: &str| {
        let out = dir.path().join(format!("{threads}-{seed}/intent"));
        let run = command()
            .args(["train", "-q", "--data", s(dir.path()), "--out", s(&out), "--seed", seed])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(run.status.success());
        ["intent.wasm", "metrics.json", "embeddings.fifu", "report.html"]
            .map(|f| fs::read(out.join("1").join(f)).unwrap())
    };
    let one = bytes("1", "7");
    assert!(one == bytes("2", "7"));
    assert!(one == bytes("5", "7"));
    assert!(one[0] != bytes("2", "8")[0]);
}

#[test]
fn the_component_answers_as_the_native_model_bit_for_bit() {
    let (_dir, out) = trained();
    let component = fs::read(out.join("1/intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let runtime = Runtime::new(Limits::default()).unwrap();
    let classifier = Classifier::new(&runtime, &component).unwrap();
    let odd = ["Ÿ œuf", "é", "日本", "a\u{0}b", "🙂", "....", "COMBIEN COÛTE LE DOLIPRANE"];
    let texts = rows().into_iter().map(|r| r.0).chain(odd.map(String::from));
    for text in texts {
        let native = model.classify_top(&text, 9).unwrap();
        let wasm = classifier.classify_top(&text, 9).unwrap().unwrap();
        let bits = |p: f32, m: f32| (p.to_bits(), m.to_bits());
        let native: Vec<_> =
            native.iter().map(|p| (p.intent, bits(p.probability, p.margin))).collect();
        let wasm: Vec<_> = wasm.iter().map(|p| (p.intent, bits(p.probability, p.margin))).collect();
        assert_eq!(native, wasm, "{text}");
    }
}

/// Of few questions a class, its name is one more: words that only names have are known.
#[test]
fn names_are_learned_from_where_questions_are_few() {
    let dir = tempfile::tempdir().unwrap();
    let choices_and_model = |labels: [&'static str; 3], name: &str| {
        let label_of =
            |label| labels[["price", "dose", "alcohol"].iter().position(|l| *l == label).unwrap()];
        let rows: Vec<_> =
            rows().into_iter().map(|(text, label)| (text, label_of(label))).collect();
        let data = dir.path().join(name);
        csv(&data, &rows);
        let out = dir.path().join(format!("{name}.models/intent"));
        let run = trainer(&["train", "-q", "--json", "--data", s(&data), "--out", s(&out)]);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let metrics: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let component = fs::read(out.join("1/intent.wasm")).unwrap();
        let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
        (metrics["choices"]["names"].clone(), model.classify("beverages").unwrap())
    };
    let (used, named) =
        choices_and_model(["price_invoice", "dose_milligrams", "alcoholBeverages"], "named.csv");
    assert_eq!((used, named.intent), (true.into(), 0));
    let (used, numbered) = choices_and_model(["2", "1", "0"], "numbered.csv");
    assert_eq!(used, false);
    // there the word is known by chance alone, by a few letters
    assert!(named.margin > 0.0 && numbered.margin < 0.0, "{named:?} {numbered:?}");
}

#[test]
fn finalfusion_reads_the_embeddings_and_gives_the_model_s_vectors() {
    let (_dir, out) = trained();
    let component = fs::read(out.join("1/intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let mut file = std::io::BufReader::new(fs::File::open(out.join("1/embeddings.fifu")).unwrap());
    let embeddings: Embeddings<VocabWrap, StorageWrap> =
        Embeddings::read_embeddings(&mut file).unwrap();
    assert_eq!(embeddings.dims(), 3);
    assert!(embeddings.len() > 20);
    // in the vocabulary, and not
    for text in ["doliprane", "comprimes", "dolipranne", "kardegics", "vin", "é"] {
        let ours = model.word_vector(text);
        let theirs = embeddings.embedding(text).unwrap();
        for (a, b) in ours.iter().zip(theirs.iter()) {
            assert!((a - b).abs() < 1e-6, "{text}: {ours:?} {theirs:?}");
        }
    }
}

#[test]
fn without_refit_the_measured_model_is_shipped_and_its_figures_hold() {
    let dir = tempfile::tempdir().unwrap();
    csv(&dir.path().join("train.csv"), &rows());
    let out = dir.path().join("m");
    let run = trainer(&[
        "train",
        "-q",
        "--data",
        s(dir.path()),
        "--out",
        s(&out),
        "--no-refit",
        "--json",
    ]);
    let metrics: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(metrics["refitted"], false);
    let e = &metrics["validation"];
    let cells: Vec<[u32; 3]> = serde_json::from_value(e["confusion"].clone()).unwrap();
    let right: f64 = cells.iter().filter(|[t, g, _]| t == g).map(|[.., n]| f64::from(*n)).sum();
    assert_eq!(e["accuracy"].as_f64().unwrap(), right / e["questions"].as_f64().unwrap());
    let card = fs::read_to_string(out.join("1/model-card.md")).unwrap();
    assert!(card.starts_with("---\n") && card.contains("is the one that was measured"), "{card}");
    let run = trainer(&["inspect", "--json", s(&out.join("1/intent.wasm"))]);
    let inspected: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(inspected["validation"]["accuracy"], e["accuracy"]);
    assert_eq!(inspected["training_questions"], metrics["data"]["train"]);
}

#[test]
fn predict_inspect_extract_and_bake() {
    let (dir, out) = trained();
    let component = out.join("1/intent.wasm");
    let questions = dir.path().join("q.csv");
    fs::write(&questions, "ID;question\n7;\"combien coute\nle doliprane\"\n9;vin et seresta\n")
        .unwrap();
    let answers = dir.path().join("predictions.csv");
    let run = trainer(&[
        "predict",
        "--model",
        s(&component),
        "--in",
        s(&questions),
        "--out",
        s(&answers),
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(
        fs::read_to_string(&answers).unwrap(),
        "ID,question,intent,label\n7,\"combien coute\nle doliprane\",2,price\n9,vin et seresta,0,alcohol\n"
    );
    let run = trainer(&["inspect", s(&component)]);
    assert!(run.out.contains("imports:            none"), "{}", run.out);
    assert!(run.out.contains("       1  dose"), "{}", run.out);
    // out and in again: the same bytes
    let (model, again) = (dir.path().join("model.bin"), dir.path().join("again.wasm"));
    assert_eq!(trainer(&["extract", s(&component), "--out", s(&model)]).code, Some(0));
    assert_eq!(trainer(&["bake", "--model", s(&model), "--out", s(&again)]).code, Some(0));
    assert!(fs::read(&again).unwrap() == fs::read(&component).unwrap());
}

#[test]
fn integer_labels_keep_their_value_and_the_pair_is_joined_by_id() {
    let dir = tempfile::tempdir().unwrap();
    let (mut input, mut output) = ("ID,question\n".to_owned(), "ID,intention\n".to_owned());
    let ids = std::collections::HashMap::from([("price", 26), ("dose", -3), ("alcohol", 100)]);
    let all = rows();
    for (i, (text, _)) in all.iter().enumerate() {
        input += &format!("{i},{text}\n");
    }
    // in another order
    for (i, (_, label)) in all.iter().enumerate().rev() {
        output += &format!("{i},{}\n", ids[label]);
    }
    fs::write(dir.path().join("input_train.csv"), input).unwrap();
    fs::write(dir.path().join("output_train.csv"), output).unwrap();
    fs::write(dir.path().join("intents.csv"), "intent,name\n26,prix\n-3,dose\n").unwrap();
    let out = dir.path().join("m");
    let run = trainer(&["train", "-q", "--data", s(dir.path()), "--out", s(&out)]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let run = trainer(&["inspect", "--json", s(&out.join("1/intent.wasm"))]);
    let inspected: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let labels = serde_json::json!([
        {"intent": -3, "label": "dose"}, {"intent": 26, "label": "prix"}, {"intent": 100, "label": "100"}
    ]);
    assert_eq!(inspected["labels"], labels);
    let (q, p) = (dir.path().join("q.csv"), dir.path().join("p.csv"));
    fs::write(&q, "text\nune biere avec doliprane ?\n").unwrap();
    trainer(&["predict", "--model", s(&out.join("1/intent.wasm")), "--in", s(&q), "--out", s(&p)]);
    assert!(fs::read_to_string(&p).unwrap().contains(",100,100\n"));
}

#[test]
fn help_is_as_golden() {
    for command in [
        "",
        "train",
        "predict",
        "ask",
        "explain",
        "inspect",
        "bake",
        "extract",
        "check",
        "tune",
        "variability",
        "encrypt",
    ] {
        let name = if command.is_empty() { "help" } else { command };
        let golden = format!("{}/tests/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let mut run = crate::common::command();
        if !command.is_empty() {
            run.arg(command);
        }
        let output = run.arg("--help").env("COLUMNS", "100").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &help).unwrap();
        }
        assert_eq!(
            help,
            fs::read_to_string(&golden).unwrap_or_default(),
            "UPDATE_GOLDEN=1 writes {golden}"
        );
    }
}
