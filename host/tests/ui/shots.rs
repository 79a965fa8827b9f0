//! The pictures of the README, made by scripts/screenshots.

use crate::{Browser, ask, go, host, open};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use std::path::Path;

const QUESTION: &str = "Est-ce que je peux prendre du doliprane enceinte ?";

#[test]
#[ignore = "writes pictures: scripts/screenshots"]
fn pictures() {
    let out = std::env::var_os("SCREENSHOTS").expect("SCREENSHOTS names a directory");
    let Some(browser) = Browser::speaking("fr") else { return };
    let host = host(&["--show-questions"]);
    let shoot = |name: &str, width: u32, height: u32| {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        browser.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        std::thread::sleep(std::time::Duration::from_millis(400));
        let png = BASE64_STANDARD.decode(browser.screenshot()).unwrap();
        assert!(png.len() < 150_000, "{name}: {} bytes", png.len());
        std::fs::write(Path::new(&out).join(name), png).unwrap();
    };
    open(&browser, &host, "/");
    ask(&browser, QUESTION);
    browser.run("document.activeElement.blur()");
    shoot("ui-wide.png", 1100, 860);
    shoot("ui-narrow.png", 390, 900);
    browser.dark(true);
    shoot("ui-dark.png", 1100, 860);
    browser.dark(false);
    browser.width(1100);
    go(&browser, "compare");
    ask(&browser, QUESTION);
    shoot("ui-compare.png", 1100, 900);
    go(&browser, "model");
    browser.until("document.querySelector('#matrix .cell')");
    browser.run("document.querySelector('#trust').scrollIntoView()");
    shoot("ui-model.png", 1100, 1200);
}
