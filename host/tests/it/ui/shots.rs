//! The pictures of the README, made by scripts/screenshots.

use crate::ui::{Browser, ask, host, open};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use std::path::Path;

const QUESTION: &str = "Puis-je boire du vin avec mes antibiotiques ?";

#[test]
#[ignore = "writes pictures: scripts/screenshots"]
fn pictures() {
    let out = std::env::var_os("SCREENSHOTS").expect("SCREENSHOTS names a directory");
    let Some(browser) = Browser::speaking("fr") else { return };
    let host = host(&[]);
    browser.devtools("Emulation.setScrollbarsHidden", &json!({"hidden": true}));
    let size = |width: u32, height: u32| {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        browser.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    };
    let shoot = |name: &str| {
        // what moves has come to rest
        std::thread::sleep(std::time::Duration::from_millis(400));
        let png = BASE64_STANDARD.decode(browser.screenshot()).unwrap();
        assert!(png.len() < 150_000, "{name}: {} bytes", png.len());
        std::fs::write(Path::new(&out).join(name), png).unwrap();
    };
    size(1100, 850);
    open(&browser, &host, "/");
    ask(&browser, QUESTION);
    browser.run("document.activeElement.blur()");
    shoot("ui-wide.png");
    browser.dark(true);
    shoot("ui-dark.png");
    browser.dark(false);
    size(390, 900);
    shoot("ui-narrow.png");
}
