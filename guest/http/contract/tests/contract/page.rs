//! The browser's example in a real browser, whose server is gone once it is loaded.

use crate::servers;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_page_classifies_without_a_server() {
    let tools = ["INTENT_JCO", "INTENT_PYTHON"].map(std::env::var_os);
    let [Some(jco), Some(python)] = tools else {
        eprintln!("SKIPPED: the browser's example: scripts/runtimes has INTENT_JCO, INTENT_PYTHON");
        return;
    };
    let Some(browser) = intent_testing::Browser::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples/browser");
    for name in ["index.html", "page.css", "page.mjs"] {
        std::fs::copy(example.join(name), dir.path().join(name)).unwrap();
    }
    std::fs::write(dir.path().join("intent.wasm"), &servers::model().0).unwrap();
    let transpile = ["transpile", "intent.wasm", "--name", "intent", "-o", "intent", "-q"];
    let done = Command::new(jco).args(transpile).current_dir(&dir).status().unwrap();
    assert!(done.success());

    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let mut server = Command::new(python)
        .args(["-m", "http.server", &port, "--bind", "127.0.0.1"])
        .current_dir(&dir)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait(|| TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
    browser.open(&format!("http://127.0.0.1:{port}/"));
    wait(|| browser.run("return !document.querySelector('button').disabled") == true);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(TcpStream::connect(format!("127.0.0.1:{port}")).is_err(), "the server is not gone");

    browser.click("button");
    wait(|| browser.run("return document.querySelectorAll('li').length") == 3);
    let first = browser.run("return document.querySelector('li').textContent");
    let model = intent_bake::extract::model(&servers::model().0).unwrap();
    let question = "risques poisson cru pendant la grossesse ?";
    let want = intent_model::Model::from_bytes(model).unwrap().classify(question).unwrap();
    assert_eq!(first, format!("{}: {:.8}", want.intent, want.probability));
    assert_eq!(browser.console(), Vec::<serde_json::Value>::new());
    println!("the page, offline: {first}");
}

fn wait(mut until: impl FnMut() -> bool) {
    let start = Instant::now();
    while !until() {
        assert!(start.elapsed() < Duration::from_secs(60), "in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}
