//! Encrypted data sets: files that GnuPG made and makes, each fault, each way to a passphrase.
use crate::common::{Run, command, csv, rows, s, trainer};
use intent_data::openpgp::{self, OpenError};
use intent_data::passphrase::Passphrase;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tar::{EntryType, Header};

const PLENTY: u64 = 1 << 30;

/// A message of the golden files; its passphrase is `fixture`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/gpg").join(name)
}

fn quick() -> Vec<u8> {
    fs::read(fixture("gnupg-2.2.40-few-rounds.tgz.pgp")).unwrap()
}

fn open(message: &[u8], passphrase: &str) -> Result<usize, OpenError> {
    openpgp::decrypt(message, &Passphrase::from(passphrase), PLENTY).map(|content| content.len())
}

/// `check` is the quickest command that reads data.
fn check(archive: &Path, passphrase: &str, more: &[&str]) -> Run {
    let args = ["check", s(archive), "--no-model", "--passphrase-file", "-"];
    with_input(command().args(args).args(more), passphrase)
}

fn with_input(command: &mut Command, input: &str) -> Run {
    let mut child = command
        .env_remove("INTENT_PASSPHRASE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a program that fails at once reads nothing
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap().into()
}

#[track_caller]
fn fails(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert_eq!(run.out, "");
    for word in words {
        assert!(run.err.contains(word), "{word:?} is missing in: {}", run.err);
    }
}

fn gpg() -> bool {
    let there = Command::new("gpg").arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED: what the real gpg makes and opens: it is not installed");
    }
    there
}

/// The real gpg, in a home of its own; the passphrase on descriptor 0.
fn run_gpg(home: &Path, args: &[&str]) -> Run {
    let mut gpg = Command::new("gpg");
    gpg.args(["--homedir", s(home), "--batch", "--quiet", "--yes", "--no-symkey-cache"]);
    gpg.args(["--pinentry-mode", "loopback", "--passphrase-fd", "0"]).args(args);
    let run = with_input(&mut gpg, "a passphrase\n");
    assert_eq!(run.code, Some(0), "{args:?}: {}", run.err);
    run
}

fn pack(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut builder =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (path, text) in entries {
        let mut header = Header::new_gnu();
        header.set_size(text.len() as u64);
        // as an attacker writes it: set_path would refuse
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// A file of `content`, encrypted; its passphrase is `p`.
fn encrypted(dir: &Path, content: Vec<u8>) -> PathBuf {
    let path = dir.join("data.tgz.gpg");
    fs::write(&path, openpgp::encrypt(content, &Passphrase::from("p")).unwrap()).unwrap();
    path
}

#[test]
fn what_gnupg_2_2_and_2_4_write_by_default_is_read() {
    for name in [
        "gnupg-2.2.40.tgz.pgp",
        "gnupg-2.2.40-few-rounds.tgz.pgp",
        "gnupg-2.4.7.tgz.pgp",
        "gnupg-2.4.7-force-ocb.tgz.pgp",
    ] {
        let run = check(&fixture(name), "fixture\n", &["--json"]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        assert!(run.err.contains("1 files decrypted in memory"), "{}", run.err);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let part = &report["parts"][0];
        assert_eq!(part["rows"], 4, "{report}");
        let shown = format!("{}: private/train.csv", fixture(name).display());
        assert_eq!(part["path"].as_str().or(part["file"].as_str()), Some(&*shown), "{report}");
        fails(&check(&fixture(name), "Fixture", &[]), &[name, "wrong passphrase"]);
    }
}

#[test]
fn what_gpg_writes_here_is_read_whatever_it_is_told() {
    if !gpg() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (content, out) = (home.path().join("content"), home.path().join("out.gpg"));
    let text: Vec<u8> = (0..300_000_u32).flat_map(|i| (i / 7).to_le_bytes()).collect();
    fs::write(&content, &text).unwrap();
    for flags in [
        &[][..],
        &["--cipher-algo", "AES128", "--compress-algo", "zlib", "--s2k-count", "65536"],
        &["--cipher-algo", "AES256", "--compress-algo", "bzip2", "--s2k-count", "65536"],
        &["--cipher-algo", "CAMELLIA192", "--compress-algo", "none", "--s2k-count", "65536"],
        &["--cipher-algo", "3DES", "--s2k-digest-algo", "SHA512", "--s2k-count", "65536"],
        &["--s2k-mode", "1", "--compress-algo", "zip"],
        &["--armor", "--s2k-count", "65536"],
    ] {
        run_gpg(home.path(), &[flags, &["-o", s(&out), "--symmetric", s(&content)]].concat());
        let message = fs::read(&out).unwrap();
        let opened = openpgp::decrypt(&message, &Passphrase::from("a passphrase"), PLENTY);
        assert!(*opened.unwrap() == text, "{flags:?}");
        assert_eq!(open(&message, "another"), Err(OpenError::WrongPassphrase), "{flags:?}");
    }
    // of a pipe, gpg does not know the length: partial body lengths
    let pipe = format!(
        "printf 'a passphrase' > {0}/p; cat {0}/content | gpg --homedir {0} --batch --quiet --pinentry-mode loopback \
         --passphrase-file {0}/p --symmetric > {0}/piped.gpg",
        s(home.path())
    );
    assert!(Command::new("sh").args(["-c", &pipe]).status().unwrap().success());
    let message = fs::read(home.path().join("piped.gpg")).unwrap();
    assert_eq!(open(&message, "a passphrase"), Ok(text.len()));
    let cut = &message[..message.len() - 40];
    assert!(matches!(open(cut, "a passphrase"), Err(OpenError::Truncated | OpenError::Tampered)));
    let _ = Command::new("gpgconf").args(["--homedir", s(home.path()), "--kill", "all"]).output();
}

#[test]
fn what_is_encrypted_here_is_opened_by_gpg_and_tar() {
    if !gpg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("my data");
    fs::create_dir_all(data.join("é/deep")).unwrap();
    csv(&data.join("train.csv"), &rows());
    fs::write(data.join("é/deep/x.txt"), "x").unwrap();
    fs::write(data.join(".hidden"), "not packed").unwrap();
    let out = dir.path().join("data.tgz.gpg");
    let args = ["encrypt", s(&data), "-o", s(&out), "--passphrase-file", "-"];
    let run = with_input(command().args(args), "a passphrase\n");
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("2 files") && !run.out.contains("hidden"), "{}", run.out);
    let (tgz, unpacked) = (dir.path().join("data.tgz"), dir.path().join("unpacked"));
    run_gpg(dir.path(), &["-o", s(&tgz), "--decrypt", s(&out)]);
    fs::create_dir(&unpacked).unwrap();
    assert!(
        Command::new("tar").args(["-xzf", s(&tgz), "-C", s(&unpacked)]).status().unwrap().success()
    );
    let same = Command::new("diff").args(["-r", "-x", ".hidden", s(&data), s(&unpacked)]).output();
    assert_eq!(Run::from(same.unwrap()).out, "");
    let _ = Command::new("gpgconf").args(["--homedir", s(dir.path()), "--kill", "all"]).output();
}

#[test]
fn encrypt_refuses_what_would_surprise() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| with_input(command().args(["encrypt"]).args(args), "p\n");
    let (data, out) = (dir.path().join("data"), dir.path().join("data.tgz.gpg"));
    let to = ["-o", s(&out), "--passphrase-file", "-"];
    fails(&run(&[&[s(&data)][..], &to].concat()), &["is no directory"]);
    fs::create_dir(&data).unwrap();
    fs::write(data.join("notes.txt"), "x").unwrap();
    fails(&run(&[&[s(&data)][..], &to].concat()), &["neither a training nor a test part"]);
    csv(&data.join("train.csv"), &rows());
    fails(&run(&[s(&data), "-o", "data.tgz", "--passphrase-file", "-"]), &["name it *.gpg"]);
    fails(
        &with_input(command().args(["encrypt", s(&data)]).args(to), "\n"),
        &["passphrase is empty"],
    );
    fs::write(&out, "earlier").unwrap();
    fails(&run(&[&[s(&data)][..], &to].concat()), &["is there already", "--force"]);
    assert_eq!(fs::read(&out).unwrap(), b"earlier");
    assert_eq!(run(&[&[s(&data), "--force"][..], &to].concat()).code, Some(0));
    std::os::unix::fs::symlink("/etc/passwd", data.join("link.csv")).unwrap();
    fails(&run(&[&[s(&data), "--force"][..], &to].concat()), &["link.csv", "neither a file nor"]);
}

#[test]
fn every_truncation_and_every_changed_byte_is_noticed() {
    let whole = quick();
    assert_eq!(open(&whole, "fixture"), Ok(227));
    for length in 0..whole.len() {
        let error = open(&whole[..length], "fixture").unwrap_err();
        // a start that is no message yet is a foreign file
        let expected =
            matches!(error, OpenError::Truncated | OpenError::Foreign | OpenError::Tampered);
        assert!(expected, "{length}: {error}");
        if length > 40 {
            assert_eq!(error, OpenError::Truncated, "{length}");
        }
    }
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        let error = open(&changed, "fixture").unwrap_err();
        // behind the session key, the packet's head and the doubled bytes
        if place > 15 + 4 + 18 {
            assert_eq!(error, OpenError::Tampered, "{place}");
        }
    }
    let ocb = fs::read(fixture("gnupg-2.4.7-force-ocb.tgz.pgp")).unwrap();
    let mut changed = ocb.clone();
    changed[150] ^= 1;
    assert_eq!(open(&changed, "fixture"), Err(OpenError::Tampered));
    assert!(matches!(
        open(&ocb[..300], "fixture"),
        Err(OpenError::Truncated | OpenError::Tampered)
    ));
    // twice over: what follows the message is no part of it, and is not passed over
    let twice = [&whole[..], &whole[..]].concat();
    assert!(open(&twice, "fixture").is_err());
}

#[test]
fn what_a_person_reads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.tgz.gpg");
    let whole = quick();
    let mut changed = whole.clone();
    changed[100] ^= 1;
    let legacy = [&whole[..15], &[0xc9, 20], &[7; 20]].concat();
    for (bytes, words) in [
        (&whole[..whole.len() - 9], &["data.tgz.gpg: is truncated", "copy it again"][..]),
        (&changed, &["fails its integrity check", "nothing of it was used"]),
        (
            b"text,intent\nmal,1\n",
            &["is not an encrypted OpenPGP message", "intent-trainer encrypt"],
        ),
        (b"", &["is not an encrypted OpenPGP message"]),
        (&legacy, &["has no integrity protection"]),
    ] {
        fs::write(&path, bytes).unwrap();
        fails(&check(&path, "fixture\n", &[]), words);
    }
    fails(&check(Path::new("absent.gpg"), "p", &[]), &["absent.gpg: No such file"]);
}

#[test]
fn an_archive_that_leads_out_of_itself_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let good = ("train.csv", "text,intent\nmal,1\ndos,2\n");
    for path in ["../train.csv", "a/../../b", "/etc/cron.d/x"] {
        let archive = encrypted(dir.path(), pack(&[good, (path, "x")]));
        let run = check(&archive, "p", &[]);
        fails(&run, &["data.tgz.gpg: holds", path, "outside of the directory"]);
    }
    let mut header = Header::new_gnu();
    header.set_path("link").unwrap();
    header.set_size(0);
    for (kind, words) in [
        (EntryType::Symlink, "a symbolic link"),
        (EntryType::Link, "a hard link"),
        (EntryType::Fifo, "a device or a pipe"),
        (EntryType::GNUSparse, "a sparse file"),
    ] {
        header.set_entry_type(kind);
        header.as_gnu_mut().unwrap().set_real_size(0);
        header.set_cksum();
        let mut builder = tar::Builder::new(Vec::new());
        builder.append(&header, &[][..]).unwrap();
        let archive = encrypted(dir.path(), builder.into_inner().unwrap());
        fails(&check(&archive, "p", &[]), &["\"link\"", words]);
    }
}

#[test]
fn a_bomb_is_defused() {
    let dir = tempfile::tempdir().unwrap();
    // 64 MB of zeros in 64 KB, in 300 bytes
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut builder = tar::Builder::new(&mut bomb);
    let mut header = Header::new_gnu();
    header.set_size(64 << 20);
    builder
        .append_data(&mut header, "train.csv", std::io::Read::take(std::io::repeat(0), 64 << 20))
        .unwrap();
    builder.finish().unwrap();
    drop(builder);
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let archive = encrypted(dir.path(), bomb);
    let run = check(&archive, "p", &["--max-unpacked", "10MB"]);
    fails(&run, &["data.tgz.gpg: unpacks to more than 10000000 bytes", "--max-unpacked"]);
    // within the bound, it is a file like any other: not a table
    fails(&check(&archive, "p", &[]), &["data.tgz.gpg: train.csv", "must name the columns"]);
}

#[test]
fn what_is_no_data_says_so_by_its_place_in_the_archive() {
    let dir = tempfile::tempdir().unwrap();
    let archive_with = |entries: &[(&str, &str)]| encrypted(dir.path(), pack(entries));
    let run = check(&archive_with(&[("a/notes.txt", "x")]), "p", &[]);
    fails(&run, &["data.tgz.gpg: holds neither input_train.csv with output_train.csv"]);
    let bad = archive_with(&[("a/b/train.tsv", "text\tintent\nmal\t1\ndos\t\n")]);
    let out = dir.path().join("m/intent");
    let args = ["train", "-q", "--data", s(&bad), "--out", s(&out), "--passphrase-file", "-"];
    let run = with_input(command().args(args), "p");
    fails(&run, &["data.tgz.gpg: a/b/train.tsv:3: no label"]);
    let pair = [
        ("x/input_train.csv", "ID,question\n1,a\n"),
        ("x/output_train.csv", "ID,intention\n2,1\n"),
    ];
    let run = with_input(
        command().args([
            "tune",
            "--data",
            s(&archive_with(&pair)),
            "--out",
            s(&out),
            "--passphrase-file",
            "-",
        ]),
        "p",
    );
    fails(
        &run,
        &["data.tgz.gpg: x/input_train.csv:2: ID 1 has no label in", "gpg: x/output_train.csv"],
    );
    fails(
        &check(&encrypted(dir.path(), b"no tar".to_vec()), "p", &[]),
        &["does not hold a sound tar.gz"],
    );
}

/// The same data gives the same model, wherever it lies; and every command that takes data takes it.
#[test]
fn from_the_archive_as_from_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    csv(&data.join("train.csv"), &rows());
    csv(&data.join("test.csv"), &rows()[..9]);
    let (secret, archive) = (dir.path().join("passphrase"), dir.path().join("of me.tgz.gpg"));
    fs::write(&secret, "un secret é\r\n").unwrap();
    let run = trainer(&["encrypt", s(&data), "-o", s(&archive), "--passphrase-file", s(&secret)]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let bytes = |from: &Path, name: &str| {
        let out = dir.path().join(name);
        let run = command()
            .args(["train", "-q", "--data", s(from), "--out", s(&out.join("intent"))])
            .env("INTENT_PASSPHRASE_FILE", &secret)
            .output();
        let run = Run::from(run.unwrap());
        assert_eq!((run.code, &*run.err), (Some(0), ""));
        fs::read(out.join("intent/1/intent.wasm")).unwrap()
    };
    assert!(bytes(&data, "disk") == bytes(&archive, "memory"));
    let model = dir.path().join("memory/intent/1/intent.wasm");
    let (predictions, spread) = (dir.path().join("p.csv"), dir.path().join("v"));
    let commands: [&[&str]; 3] = [
        &["predict", "--model", s(&model), "--in", s(&archive), "--out", s(&predictions)],
        &[
            "variability",
            "--data",
            s(&archive),
            "--repeats",
            "1",
            "--folds",
            "2",
            "--out",
            s(&spread),
        ],
        &["tune", "--data", s(&archive), "--trials", "1", "--out", s(&spread)],
    ];
    for args in commands {
        let run = Run::from(
            command().args(args).env("INTENT_PASSPHRASE", "un secret é").output().unwrap(),
        );
        assert_eq!(run.code, Some(0), "{args:?}: {}", run.err);
        assert!(run.err.contains("2 files decrypted in memory"), "{}", run.err);
        assert!(!run.err.contains("secret") && !run.out.contains("secret"));
    }
    assert_eq!(fs::read_to_string(&predictions).unwrap().lines().count(), 10);
}

/// A process that may write no byte to any file opens the archive all the same.
#[test]
fn nothing_is_written_to_disk() {
    let archive = fixture("gnupg-2.2.40.tgz.pgp");
    let line = format!(
        "ulimit -f 0; exec {} check {} --no-model --passphrase-file -",
        env!("CARGO_BIN_EXE_intent-trainer"),
        s(&archive)
    );
    let run = with_input(Command::new("sh").args(["-c", &line]), "fixture\n");
    assert_eq!(run.code, Some(0), "{}", run.err);
}

#[test]
fn without_a_passphrase_the_ways_to_give_one_are_named() {
    let archive = fixture("gnupg-2.2.40.tgz.pgp");
    let run = with_input(command().args(["check", s(&archive)]), "fixture\n");
    fails(&run, &["needs a passphrase", "--passphrase-file", "INTENT_PASSPHRASE"]);
    let run =
        with_input(command().args(["check", s(&archive), "--passphrase-file", "/no/such"]), "");
    fails(&run, &["/no/such: No such file"]);
    fails(&check(&archive, "\n", &[]), &["the passphrase is empty"]);
}

/// Asked for on a terminal, it is not shown there.
#[test]
fn the_prompt_echoes_nothing() {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("SKIPPED: the_prompt_echoes_nothing: script (Debian: bsdutils) is not installed");
        return;
    }
    let archive = fixture("gnupg-2.2.40.tgz.pgp");
    let trainer = env!("CARGO_BIN_EXE_intent-trainer");
    let line = format!("{trainer} check {} --no-model", s(&archive));
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env_remove("INTENT_PASSPHRASE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut byte = [0];
    // typed at once when it is asked for: on a busy machine that was before the echo was off. What comes
    // earlier is the terminal's to echo
    while !seen.ends_with("tgz.pgp: ") && std::io::Read::read(&mut out, &mut byte).unwrap() == 1 {
        seen.push(char::from(byte[0]));
    }
    child.stdin.take().unwrap().write_all(b"fixture\n").unwrap();
    std::io::Read::read_to_string(&mut out, &mut seen).unwrap();
    assert!(child.wait().unwrap().success(), "{seen}");
    assert!(seen.contains("passphrase of") && seen.contains("decrypted in memory"), "{seen}");
    assert!(!seen.contains("fixture"), "{seen}");
}
