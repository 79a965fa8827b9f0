//! `intent-trainer check` by the real binary: each planted fault at its line, and nothing in
//! clean data.
use crate::common::{csv, rows, s, trainer};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Runs `check --json` with `more` on `data`.
fn check(data: &Path, more: &[&str]) -> Value {
    let run = trainer(&[&["check", s(data), "-q", "--json"], more].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

/// `(kind, file:line of each row)` of all findings.
fn found(report: &Value) -> Vec<(String, Vec<String>)> {
    let place = |row: &Value| {
        let file = Path::new(row["file"].as_str().unwrap()).file_name().unwrap();
        format!("{}:{}", file.to_str().unwrap(), row["line"])
    };
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|f| {
            let rows = f["rows"].as_array().unwrap().iter().map(place).collect();
            (f["kind"].as_str().unwrap().to_owned(), rows)
        })
        .collect()
}

/// The findings of one kind: the places of their rows.
fn of_kind(report: &Value, kind: &str) -> Vec<Vec<String>> {
    found(report).into_iter().filter(|f| f.0 == kind).map(|f| f.1).collect()
}

/// Bytes of a CSV with the clean rows, then `more` from line 86 on.
fn planted(more: &[&[u8]]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clean.csv");
    csv(&path, &rows());
    let mut bytes = fs::read(&path).unwrap();
    for row in more {
        bytes.extend_from_slice(row);
        bytes.push(b'\n');
    }
    bytes
}

/// The findings of the clean rows and `more`, without a model.
fn of_rows(more: &[&[u8]]) -> Vec<(String, Vec<String>)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    fs::write(&path, planted(more)).unwrap();
    found(&check(&path, &["--no-model"]))
}

#[test]
fn clean_data_has_no_findings() {
    let dir = tempfile::tempdir().unwrap();
    csv(&dir.path().join("train.csv"), &rows());
    let test = [("combien faut il payer pour du zyrtec ?".to_owned(), "price")];
    csv(&dir.path().join("test.csv"), &test);
    let report = check(dir.path(), &[]);
    assert_eq!(found(&report), []);
    assert_eq!(report["out_of_fold_accuracy"], 1.0, "the model was asked: {report}");
    let run = trainer(&["check", s(dir.path()), "-q", "--strict"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.ends_with("errors 0, warnings 0, notes 0\n"), "{}", run.out);
}

/// Lines of a CSV.
type Lines<'a> = &'a [&'a [u8]];
/// Kinds, each with the places of its rows.
type Places<'a> = &'a [(&'a str, &'a [&'a str])];

#[test]
fn each_planted_fault_is_found_at_its_line_and_nothing_else() {
    let long = format!("{},price", "prix ".repeat(900));
    let few = ["que faire apres un oubli", "j'ai saute une prise"];
    let few = few.map(|text| format!("{text},missed"));
    let faults: &[(Lines<'_>, Places<'_>)] = &[
        (&[b"soleil et bronzage,sun"], &[("label-of-one", &["data.csv:86"])]),
        (
            &[few[0].as_bytes(), few[1].as_bytes()],
            &[("rare-label", &["data.csv:86", "data.csv:87"])],
        ),
        (&[b",price"], &[("empty-text", &["data.csv:86"])]),
        (&[b"un texte,"], &[("no-label", &["data.csv:86"])]),
        (&[b"un texte,price,3"], &[("bad-row", &["data.csv:86"])]),
        (&[b"tr\xe8s cher,price"], &[("invalid-utf8", &["data.csv:86"])]),
        (&[long.as_bytes()], &[("text-too-long", &["data.csv:86"])]),
        (
            &["\u{301},price".as_bytes()],
            &[("odd-character", &["data.csv:86"]), ("no-token", &["data.csv:86"])],
        ),
        // line 2 is "combien coute doliprane ?", a price
        (
            &["Combien coûte DOLIPRANE?,price".as_bytes()],
            &[("duplicates", &["data.csv:2", "data.csv:86"])],
        ),
        (
            &["Combien coûte DOLIPRANE?,dose".as_bytes()],
            &[("contradictory-labels", &["data.csv:2", "data.csv:86"])],
        ),
        (
            &[b"combien coute le doliprane,dose"],
            &[("near-duplicates-contradict", &["data.csv:2", "data.csv:86"])],
        ),
        (&["tr\u{fffd}s cher,price".as_bytes()], &[("replaced", &["data.csv:86"])]),
        (&["trÃ¨s cher,price".as_bytes()], &[("mojibake", &["data.csv:86"])]),
        (&[b"tres\x07 cher,price"], &[("control-character", &["data.csv:86"])]),
        (&[b"tr&egrave;s cher,price"], &[("html-entity", &["data.csv:86"])]),
        (&[b"tr\\u00e8s cher,price"], &[("escape", &["data.csv:86"])]),
        (&["tres\u{200b} cher,price".as_bytes()], &[("odd-character", &["data.csv:86"])]),
        (&[b"\"\"\"tres cher\",price"], &[("unpaired-quote", &["data.csv:86"])]),
    ];
    for (rows, want) in faults {
        let want: Vec<(String, Vec<String>)> = want
            .iter()
            .map(|(kind, places)| {
                ((*kind).to_owned(), places.iter().map(ToString::to_string).collect())
            })
            .collect();
        assert_eq!(of_rows(rows), want, "{}", String::from_utf8_lossy(&rows.concat()));
    }
}

#[test]
fn labels_that_are_spelled_in_two_ways_or_unequal_or_mixed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    let mut all = rows();
    for (i, row) in all.iter_mut().enumerate() {
        // every other price
        if row.1 == "price" && i % 2 == 0 {
            row.1 = "Price ";
        }
    }
    csv(&path, &all);
    let report = check(&path, &["--no-model"]);
    assert_eq!(
        found(&report),
        [("label-variants".to_owned(), ["data.csv:2", "data.csv:3"].map(String::from).to_vec())]
    );
    let mut all = rows();
    all.retain(|row| row.1 != "alcohol");
    all.iter_mut().for_each(|row| row.1 = if row.1 == "dose" { "7" } else { row.1 });
    csv(&path, &all);
    let report = check(&path, &["--no-model"]);
    assert_eq!(of_kind(&report, "mixed-labels").len(), 1, "{report}");

    let texts = (0..1000u32).map(|i| format!("{:x} {:x}", i.wrapping_mul(0x9e37_79b9), i * 7919));
    let many: Vec<_> = texts.map(|text| (text, "many")).collect();
    let few: Vec<_> = rows().into_iter().take(10).collect();
    csv(&path, &[many, few].concat());
    let report = check(&path, &["--no-model"]);
    assert_eq!(of_kind(&report, "imbalance").len(), 1, "{report}");
    assert_eq!(of_kind(&report, "rare-label").len(), 0);
}

#[test]
fn near_duplicates_across_the_parts() {
    let dir = tempfile::tempdir().unwrap();
    csv(&dir.path().join("train.csv"), &rows());
    let test = [
        // line 2 as it is
        ("combien coute doliprane ?".to_owned(), "price"),
        ("quelle posologie pour du zyrtec".to_owned(), "dose"),
        ("boire du vin avec spasfon svp".to_owned(), "alcohol"),
        ("est ce remboursé, ventoline".to_owned(), "refund"),
    ];
    csv(&dir.path().join("test.csv"), &test);
    let valid = [("BOIRE DU VIN, avec spasfon".to_owned(), "alcohol")];
    csv(&dir.path().join("val.csv"), &valid);
    let report = check(dir.path(), &["--no-model"]);
    let line = 2 + rows().iter().position(|r| r.0 == "boire du vin avec spasfon ?").unwrap();
    let train = format!("train.csv:{line}");
    let leaks = of_kind(&report, "split-leak");
    assert!(leaks.contains(&vec!["test.csv:2".to_owned(), "train.csv:2".to_owned()]), "{leaks:?}");
    assert!(leaks.iter().any(|l| l[0] == "test.csv:4" && l.contains(&train)), "{leaks:?}");
    assert!(leaks.iter().any(|l| l[0] == "val.csv:2" && l.contains(&train)), "{leaks:?}");
    assert_eq!(leaks.len(), 3);
    assert_eq!(of_kind(&report, "unknown-label"), [["test.csv:5"]]);
    let line = 2 + rows().iter().position(|r| r.0 == "est ce rembourse ventoline ?").unwrap();
    assert_eq!(
        of_kind(&report, "near-duplicates-contradict"),
        [[format!("train.csv:{line}"), "test.csv:5".to_owned()]]
    );
}

#[test]
fn the_model_finds_mislabelled_questions_and_labels_that_are_alike() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    // three names of each drug: of few questions a model is never sure enough
    let mut all: Vec<(String, &str)> = rows();
    for prefix in ["neo", "poly"] {
        all.extend(rows().into_iter().map(|(text, label)| {
            let (start, drug) = text.trim_end_matches(" ?").rsplit_once(' ').unwrap();
            (format!("{start} {prefix}{drug} ?"), label)
        }));
    }
    // a price called a dose, a drink called a price
    all[10].1 = "dose";
    all[70].1 = "price";
    csv(&path, &all);
    let report = check(&path, &[]);
    let mut places = of_kind(&report, "likely-mislabelled").concat();
    places.sort();
    assert_eq!(places, ["data.csv:12", "data.csv:72"], "{report:#}");
    let meant = report["findings"][0]["suggestion"].as_str().unwrap();
    assert!(["price", "alcohol"].contains(&meant));
    assert_eq!(found(&report).len(), 2, "{report:#}");

    let mut all = rows();
    for (i, row) in all.iter_mut().enumerate() {
        if row.1 == "price" && i % 2 == 0 {
            row.1 = "cost";
        }
    }
    csv(&path, &all);
    let report = check(&path, &[]);
    assert_eq!(of_kind(&report, "labels-alike").len(), 1, "{report:#}");
    let message = &report["findings"][0]["message"];
    assert!(message.as_str().unwrap().starts_with("\"cost\" and \"price\": "), "{message}");
}

#[test]
fn strict_fails_on_errors_and_warnings_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    let code = |more: &[&[u8]], strict: bool| {
        fs::write(&path, planted(more)).unwrap();
        let mut args = vec!["check", s(&path), "-q", "--no-model"];
        args.extend(strict.then_some("--strict"));
        trainer(&args)
    };
    let note: &[&[u8]] = &[b"combien coute doliprane ?,price"];
    assert_eq!(code(note, true).code, Some(0));
    for bad in [&[&b",price"[..]][..], &[&b"tr&egrave;s cher,price"[..]]] {
        assert_eq!(code(bad, false).code, Some(0));
        let run = code(bad, true);
        assert_eq!(run.code, Some(1));
        assert!(run.err.contains("(--strict)"), "{}", run.err);
        assert!(run.out.contains("data.csv:86"), "the table is printed: {}", run.out);
    }
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    for (text, words) in
        [(&b"a,b\n1,2\n"[..], "must name the columns"), (b"text,intent\n", "nothing to check")]
    {
        fs::write(&path, text).unwrap();
        let run = trainer(&["check", s(&path)]);
        assert_eq!(run.code, Some(1));
        assert!(run.err.contains(words), "{}", run.err);
    }
    assert_eq!(trainer(&["check"]).code, Some(2));
    fs::write(&path, "text,intent\nmal,1\ndos,1\n").unwrap();
    assert_eq!(of_kind(&check(&path, &[]), "too-few-labels").len(), 1);
}

/// A challenge's pair is checked by its IDs, and the JSON has the golden form.
#[test]
fn json_is_as_golden() {
    let dir = tempfile::tempdir().unwrap();
    let (mut input, mut output) = ("ID,question\n".to_owned(), "ID,intention\n".to_owned());
    for (i, (text, label)) in rows().iter().enumerate() {
        input += &format!("{},{text}\n", i + 10);
        output += &format!("{},{}\n", i + 10, label.len());
    }
    input += "200,Combien coÃ»te doliprane ?\n201,combien coute doliprane\n202,\n";
    output += "200,5\n201,4\n202,5\n";
    fs::write(dir.path().join("input_train.csv"), input).unwrap();
    fs::write(dir.path().join("output_train.csv"), output).unwrap();
    fs::write(dir.path().join("input_test.csv"), "ID,question\n0,vin ou ventoline\n").unwrap();
    let run = trainer(&["check", s(dir.path()), "-q", "--json", "--no-model"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let json = run.out.replace(s(dir.path()), "DATA");
    let golden = format!("{}/tests/golden/check.json", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &json).unwrap();
    }
    assert_eq!(
        json,
        fs::read_to_string(&golden).unwrap_or_default(),
        "UPDATE_GOLDEN=1 writes {golden}"
    );
}

#[test]
fn the_same_findings_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    let mut all = rows();
    all[10].1 = "dose";
    all.extend(rows().into_iter().step_by(3).map(|(text, label)| (format!("{text} svp"), label)));
    csv(&path, &all);
    let out = |threads: &str| {
        let mut run = crate::common::command();
        run.args(["check", s(&path), "-q", "--json"]).env("RAYON_NUM_THREADS", threads);
        run.output().unwrap().stdout
    };
    let one = out("1");
    assert!(one.len() > 1000);
    assert!(one == out("2"));
    assert!(one == out("5"));
}

/// Each question three times, signs and case apart: a class's validation questions come in threes.
#[test]
fn train_keeps_near_duplicates_on_one_side() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    let variants = |(text, label): (String, &'static str)| {
        [text.clone(), text.to_uppercase(), text.replace(" ?", " !")].map(|text| (text, label))
    };
    csv(&path, &rows().into_iter().flat_map(variants).collect::<Vec<_>>());
    let out = dir.path().join("m");
    let run =
        trainer(&["train", "-q", "--data", s(&path), "--out", s(&out), "--json", "--no-refit"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let metrics: Value = serde_json::from_str(&run.out).unwrap();
    for class in metrics["validation"]["classes"].as_array().unwrap() {
        // a fifth of 84 is 17, of which 15 are whole groups
        assert_eq!(class["support"], 15, "{class}");
    }
}
