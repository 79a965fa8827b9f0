//! `explain`, by the real binary, and the component's own.
use crate::common::{command, rows, s, trained, trainer};
use intent_bake::{extract, selftest};
use intent_model::Model;
use intent_runtime::{Classifier, Limits, Runtime};
use std::fs;

#[test]
fn the_component_explains_as_the_native_model_bit_for_bit() {
    let (_dir, out) = trained();
    let component = fs::read(out.join("1/intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let runtime = Runtime::new(Limits::default()).unwrap();
    let classifier = Classifier::new(&runtime, &component).unwrap();
    let odd = ["Ÿ œuf", "é", "日本", "a\u{0}b", "🙂", "½ \u{301}", "COMBIEN COÛTE LE DOLIPRANE"];
    let long = "le tarif du doliprane ".repeat(186);
    let texts = rows().into_iter().map(|r| r.0).chain(odd.map(String::from)).chain([long]);
    for text in texts {
        let native = model.explain(&text, None).unwrap();
        let wasm = selftest::explanation(classifier.explain(&text).unwrap().unwrap());
        assert_eq!(native, wasm, "{text}");
        let bits = |c: &[intent_model::Contribution]| -> Vec<u32> {
            c.iter().map(|c| c.share.to_bits()).collect()
        };
        assert_eq!(bits(&native.contributions), bits(&wasm.contributions), "{text}");
        let answer = classifier.classify(&text).unwrap().unwrap();
        assert_eq!((native.intent, native.margin), (answer.intent, answer.margin), "{text}");
    }
    let refused = classifier.explain(" ").unwrap().unwrap_err();
    assert!(format!("{refused:?}").contains("EmptyQuery"), "{refused:?}");
}

#[test]
fn the_words_that_decide_stand_out() {
    let (_dir, out) = trained();
    let component = out.join("1/intent.wasm");
    let question = "COMBIEN coûte le doliprane ?";
    let run = trainer(&["explain", "--model", s(&component), "--json", question]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&json["intent"], &json["label"]), (&2.into(), &"price".into()));
    let number = |v: &serde_json::Value| v.as_f64().unwrap();
    let tokens = json["tokens"].as_array().unwrap();
    let sum: f64 = tokens.iter().map(|t| number(&t["share"])).sum();
    assert!((number(&json["bias"]) + sum - number(&json["margin"])).abs() < 1e-4, "{json}");
    // `coûte` occurs in no other intent's questions; the drug occurs in all
    let best = tokens.iter().max_by(|a, b| number(&a["share"]).total_cmp(&number(&b["share"])));
    let best = best.unwrap();
    assert_eq!(
        (&best["text"], &best["start"], &best["end"]),
        (&"coûte".into(), &8.into(), &14.into())
    );
    assert_eq!(json["others"].as_array().unwrap().len(), 2);
    // another intent, by name or by id; there the same word speaks against
    for intent in ["alcohol", "0"] {
        let run =
            trainer(&["explain", "--model", s(&component), "--json", "--intent", intent, question]);
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(json["intent"], 0);
        assert!(number(&json["tokens"][1]["share"]) < 0.0, "{json}");
    }
}

#[test]
fn a_misspelt_word_is_answered_as_what_it_is_read_as() {
    let (_dir, out) = trained();
    let component = out.join("1/intent.wasm");
    let says = |question: &str| {
        let run = trainer(&["explain", "--model", s(&component), question]);
        assert_eq!(run.code, Some(0), "{}", run.err);
        run.out
    };
    let (right, wrong) =
        (says("combien coûte le doliprane ?"), says("combien coûte le dolirpane ?"));
    assert!(wrong.contains("dolirpane (read as doliprane)"), "{wrong}");
    assert!(!right.contains("read as"), "{right}");
    let margin = |text: &str| text.lines().find(|l| l.starts_with("margin ")).unwrap().to_owned();
    assert_eq!(margin(&right), margin(&wrong));
}

#[test]
fn colours_are_for_terminals() {
    let (_dir, out) = trained();
    let component = out.join("1/intent.wasm");
    let explain = |colour: Option<(&str, &str)>| {
        let mut run = command();
        run.args(["explain", "--model", s(&component), "combien\u{1b}[2J coute le doliprane"]);
        run.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(colour);
        let output = run.output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = explain(None);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(plain.contains("price (2), probability "), "{plain}");
    assert!(plain.contains("margin ") && plain.contains(" = bias "), "{plain}");
    assert_eq!(explain(Some(("NO_COLOR", "1"))), plain);
    let coloured = explain(Some(("CLICOLOR_FORCE", "1")));
    assert!(coloured.contains("\u{1b}[38;5;16m"), "{coloured}");
    // the question does not steer the terminal
    assert!(!coloured.contains("\u{1b}[2J"), "{coloured}");
}

#[test]
fn what_cannot_be_explained() {
    let (dir, out) = trained();
    let component = out.join("1/intent.wasm");
    let says = |args: &[&str], code: i32, words: &str| {
        let run = trainer(&[&["explain"], args].concat());
        assert_eq!(run.code, Some(code), "{}", run.err);
        assert!(run.err.contains(words), "{words:?} is missing in: {}", run.err);
    };
    says(&["--model", s(&component), "  "], 1, "nothing but white space");
    says(&["--model", s(&component), &"a".repeat(4097)], 1, "4097 bytes; the limit is 4096");
    says(&["--model", s(&component), "--intent", "-7", "vin"], 1, "no intent \"-7\"");
    says(&["--model", s(&dir.path().join("train.csv")), "vin"], 1, "not a valid WebAssembly");
    says(&["--model", "/no/such/file", "vin"], 1, "/no/such/file");
    says(&["--model", s(&component)], 2, "<QUERY>");
}
