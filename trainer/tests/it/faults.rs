//! Each fault gives its message and exit code, and leaves earlier versions untouched.
use crate::common::{Run, command, csv, rows, s, trained, trainer};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Trains on `data` over a directory that holds version 1, and checks that nothing there changes.
fn refused(data: &Path, out: &Path) -> Run {
    let listing = |dir: &Path| -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let before = (listing(out), fs::read(out.join("1/intent.wasm")).unwrap());
    let run = trainer(&["train", "-q", "--data", s(data), "--out", s(out)]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert_eq!(before, (listing(out), fs::read(out.join("1/intent.wasm")).unwrap()));
    run
}

fn data(text: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    fs::write(&path, text).unwrap();
    (dir, path)
}

#[track_caller]
fn says(run: &Run, words: &[&str]) {
    for word in words {
        assert!(run.err.contains(word), "{word:?} is missing in: {}", run.err);
    }
}

#[test]
fn bad_data() {
    let (_dir, out) = trained();
    let faults: &[(&[u8], &[&str])] = &[
        (b"a,b\n1,2\n", &["data.csv", "must name the columns"]),
        (b"", &["data.csv", "empty"]),
        (b"\xff\xfea\0", &["UTF-16", "UTF-8"]),
        (b"text,intent\nmal,1\nmal,\n", &["1 bad row ", "data.csv:3: no label", "--skip-bad-rows"]),
        (
            b"text,intent\nmal,1\n\"\",2\nx\n",
            &["2 bad rows", "data.csv:3: no text", "data.csv:4: 1 columns"],
        ),
        (b"text,intent\nmal \xe9,1\n", &["data.csv:2", "not valid UTF-8"]),
        (b"text,intent\nmal,1\ndos,1\n", &["every question has the label \"1\"", "at least two"]),
        (
            b"text,intent\nmal,1\ndos,1\nvin,2\n",
            &["a single question for the label 2", "--allow-singletons"],
        ),
    ];
    for (text, words) in faults {
        let (_dir, path) = data(text);
        says(&refused(&path, &out), words);
    }
    says(&refused(Path::new("/no/such/data"), &out), &["/no/such/data", "No such file"]);
    let empty = tempfile::tempdir().unwrap();
    says(&refused(empty.path(), &out), &["input_train.csv", "train.jsonl"]);
}

#[test]
fn an_unreadable_file() {
    let (_dir, out) = trained();
    let dir = tempfile::tempdir().unwrap();
    // root reads every file, so the file is one that nobody can read: a directory under its name
    fs::create_dir(dir.path().join("output_train.csv")).unwrap();
    fs::write(dir.path().join("input_train.csv"), "ID,question\n1,a\n").unwrap();
    says(&refused(dir.path(), &out), &["output_train.csv", "Is a directory"]);
}

#[test]
fn ids_that_do_not_join() {
    let (_dir, out) = trained();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("input_train.csv"), "ID,question\n1,a\n2,b\n2,c\n,d\n").unwrap();
    fs::write(dir.path().join("output_train.csv"), "ID,intention\n1,0\n1,1\n3,1\n").unwrap();
    let run = refused(dir.path(), &out);
    let words = [
        "input_train.csv:3: ID 2 has no label",
        "input_train.csv:4: ID 2 again (first on line 3)",
        "input_train.csv:5: no ID",
        "output_train.csv:3: ID 1 again (first on line 2)",
        "output_train.csv:4: ID 3 has no question",
    ];
    says(&run, &words);
}

#[test]
fn bad_rows_are_left_out_only_when_told_and_then_reported() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    csv(&path, &rows());
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"no label,\n");
    fs::write(&path, bytes).unwrap();
    let out = dir.path().join("m");
    let run = trainer(&[
        "train",
        "-q",
        "--data",
        s(&path),
        "--out",
        s(&out),
        "--skip-bad-rows",
        "--json",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    says(&run, &["left out:", "data.csv:86: no label"]);
    assert!(run.out.contains("\"bad_rows_skipped\": 1"));
}

#[test]
fn a_class_with_a_single_question_is_learned_where_that_is_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.csv");
    let mut all = rows();
    all.push(("soleil et bronzage ?".to_owned(), "sun"));
    csv(&path, &all);
    let out = dir.path().join("m");
    let run = trainer(&["train", "-q", "--data", s(&path), "--out", s(&out), "--allow-singletons"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn components_that_do_not_serve() {
    let (dir, out) = trained();
    let good = fs::read(out.join("1/intent.wasm")).unwrap();
    let path = dir.path().join("bad.wasm");
    let mut corrupted = good.clone();
    let middle = corrupted.len() / 2;
    corrupted[middle] ^= 1;
    let imports = wat("(component (import \"wasi:cli/stdout@0.2.0\" (instance)))");
    let world = wat("(component (core module))");
    for (bytes, words) in [
        (good[..good.len() / 2].to_vec(), &["bad.wasm", "not a valid WebAssembly component"][..]),
        (b"hello".to_vec(), &["not a valid WebAssembly component"]),
        (imports, &["imports wasi:cli/stdout@0.2.0", "must import nothing"]),
        (world, &["does not implement posos:intent/classifier@0.3.0"]),
        (corrupted, &["checksum"]),
    ] {
        fs::write(&path, bytes).unwrap();
        let run = trainer(&["inspect", s(&path)]);
        assert_eq!(run.code, Some(1));
        says(&run, words);
    }
    let run = trainer(&["bake", "--model", s(&path), "--out", s(&dir.path().join("o.wasm"))]);
    assert_eq!(run.code, Some(1));
    says(&run, &["not a model"]);
    assert!(!dir.path().join("o.wasm").exists());
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn wrong_usage_is_2() {
    for args in [&["train"][..], &["train", "--data", "x", "--valid-share", "2"], &["nothing"]] {
        assert_eq!(trainer(args).code, Some(2));
    }
}

/// A file system of 1 MB that fills while the version is written: an error, and no trace of the
/// version; the one that was there is as it was.
#[test]
fn a_disk_that_fills() {
    let dir = tempfile::tempdir().unwrap();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs", s(&disk)])
        .output()
        .is_ok_and(|o| o.status.success());
    if !mounted {
        eprintln!("SKIPPED: a_disk_that_fills: only root may mount a file system");
        return;
    }
    let out = disk.join("intent");
    fs::create_dir_all(out.join("1")).unwrap();
    fs::write(out.join("1/intent.wasm"), b"earlier").unwrap();
    let path = dir.path().join("data.csv");
    csv(&path, &rows());
    let run = command().args(["train", "-q", "--data", s(&path), "--out", s(&out)]).output();
    let run: Run = run.unwrap().into();
    let left: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
    let earlier = fs::read(out.join("1/intent.wasm")).unwrap();
    assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    assert_eq!(run.code, Some(1));
    says(&run, &["intent/2/", "No space left on device"]);
    assert_eq!(left, ["1"]);
    assert_eq!(earlier, b"earlier");
}

/// An error that shows its cause and is its source as well was printed twice.
#[test]
fn a_missing_file_is_said_once() {
    let (_dir, out) = trained();
    let model = out.join("1/intent.wasm");
    let runs: &[&[&str]] = &[
        &["train", "--data", "absent.bin", "--out", s(&out)],
        &["train", "--data", "absent.bin", "--out", s(&out), "--config", "absent.bin"],
        &["train", "--data", "../data/sample", "--out", s(&out), "--pretrained", "absent.bin"],
        &["tune", "--data", "absent.bin", "--out", s(&out)],
        &["predict", "--model", "absent.bin", "--in", "absent.bin"],
        &["predict", "--model", s(&model), "--in", "absent.bin"],
        &["explain", "--model", "absent.bin", "mal"],
    ];
    for args in runs {
        let run = trainer(args);
        assert_eq!(run.code, Some(1), "{args:?}: {}", run.err);
        for words in ["absent.bin", "No such file"] {
            assert_eq!(run.err.matches(words).count(), 1, "{args:?}: {words}: {}", run.err);
        }
    }
}
