//! What goes wrong around the host while it serves: the versions that served go on, and the answer to
//! the reload and the log say why.
use crate::common::{Answer, Host, constant, models, put};
use std::fs;
use std::path::Path;
use std::process::Command;

fn by_hand(models: &Path) -> Host {
    Host::start(models, &["--watch-ms", "0", "--admin-listen", "127.0.0.1:0"])
}

fn intent(host: &Host) -> i64 {
    let answer = host.get("/intent?query=a");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["intent"].as_i64().unwrap()
}

/// The reload refuses something, with these words; the log has them as well.
#[track_caller]
fn refused(host: &Host, words: &str) {
    let answer: Answer = host.reload();
    assert_eq!(answer.status, 422, "{answer:?}");
    let said = answer.json()["refused"].to_string();
    assert!(said.contains(words), "{said}");
    // the log has the version in fields of its own
    let logged = words.trim_start_matches("intent/2: ");
    host.until(|| host.log().contains(logged));
}

#[test]
fn components_that_cannot_serve() {
    let (one, two) = (constant(1), constant(2));
    let dir = models(&[(1, one)]);
    let host = by_hand(dir.path());
    let file = dir.path().join("intent/2/intent.wasm");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let world = wat::parse_str("(component (core module))").unwrap();
    let imports =
        wat::parse_str("(component (import \"wasi:cli/stdout@0.2.0\" (instance)))").unwrap();
    for (bytes, words) in [
        // being copied: half of it is there
        (&two[..two.len() / 2], "intent/2: not a valid WebAssembly component"),
        (&[], "intent/2: not a valid WebAssembly component"),
        (&world, "does not implement posos:intent/classifier"),
        (&imports, "imports wasi:cli/stdout@0.2.0"),
    ] {
        fs::write(&file, bytes).unwrap();
        refused(&host, words);
        assert_eq!(intent(&host), 1, "{words}");
        assert_eq!(host.get("/intent?query=a&version=2").status, 404);
    }
    // and now whole
    fs::write(&file, &two).unwrap();
    assert_eq!(host.reload().status, 200);
    assert_eq!(intent(&host), 2);
    // a version that serves goes on where its file is spoilt
    fs::write(&file, &two[..100]).unwrap();
    refused(&host, "intent/2: not a valid WebAssembly component");
    assert_eq!(intent(&host), 2);
}

#[test]
fn a_policy_that_cannot_be_read() {
    let dir = models(&[(1, constant(1)), (2, constant(2))]);
    let policy = dir.path().join("models.toml");
    fs::write(&policy, "[models.intent]\nversions = [1]\n").unwrap();
    let host = by_hand(dir.path());
    assert_eq!(intent(&host), 1);
    for (text, words) in [
        ("[models.intent", "models.toml"),
        ("[models.intent]\nversion = [2]\n", "unknown field `version`"),
        ("[models.intent]\nsplit = { 1 = 10, 2 = 10 }\n", "20 together, not 100"),
        (&"#".repeat(2 << 20), "2097152 bytes"),
    ] {
        fs::write(&policy, text).unwrap();
        refused(&host, words);
        assert_eq!(intent(&host), 1, "{words}");
    }
    fs::write(&policy, b"\xff\xfe[models]").unwrap();
    refused(&host, "models.toml");
    // no file at all: root reads what nobody else may
    fs::remove_file(&policy).unwrap();
    fs::create_dir(&policy).unwrap();
    refused(&host, "models.toml");
    assert_eq!(intent(&host), 1);
    fs::remove_dir(&policy).unwrap();
    assert_eq!(host.reload().status, 200);
    assert_eq!(intent(&host), 2);
}

#[test]
fn a_models_directory_that_is_gone() {
    let dir = models(&[(1, constant(1)), (2, constant(2))]);
    let host = by_hand(dir.path());
    let (there, away) = (dir.path().join("intent"), dir.path().join(".intent"));
    fs::rename(&there, &away).unwrap();
    host.reload();
    assert_eq!(intent(&host), 2);
    // a file in its place cannot be listed
    fs::write(&there, "").unwrap();
    host.reload();
    assert_eq!(intent(&host), 2);
    fs::remove_file(&there).unwrap();
    fs::rename(&away, &there).unwrap();
    assert_eq!(host.reload().status, 200);
    assert_eq!(intent(&host), 2);
}

/// A file system of its own, as small as a page; unmounted at the end.
struct Tiny<'a>(&'a Path);

impl Drop for Tiny<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_costs_the_cache_and_nothing_else() {
    let dir = models(&[(1, constant(1))]);
    let cache = tempfile::tempdir().unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=4k,mode=700", "tmpfs"])
        .arg(cache.path())
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: a full disk: only root can mount one");
        return;
    }
    let _tiny = Tiny(cache.path());
    let flags = ["--watch-ms", "0", "--admin-listen", "127.0.0.1:0", "--cache"];
    let host = Host::cached(dir.path(), &[&flags[..], &[cache.path().to_str().unwrap()]].concat());
    assert_eq!(intent(&host), 1);
    assert!(host.log().contains("compile cache not written"), "{}", host.log());
    put(dir.path(), 2, &constant(2));
    assert_eq!(host.reload().status, 200);
    assert_eq!(intent(&host), 2);
    // nothing half-written is left
    let left = fs::read_dir(cache.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    let whole = |name: &std::ffi::OsString| name.to_string_lossy().ends_with(".sha256");
    assert!(left.iter().all(whole), "{left:?}");
}
