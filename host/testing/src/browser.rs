//! A real browser: headless Chromium, driven by chromedriver over the WebDriver protocol (W3C).

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// None, said aloud, where there is no Chromium or no chromedriver.
    pub fn start() -> Option<Self> {
        Browser::speaking("en-US")
    }

    /// One whose user reads this language.
    pub fn speaking(language: &str) -> Option<Self> {
        let there = |program: &str| {
            Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success())
        };
        for program in ["chromium", "chromedriver"] {
            if !there(program) {
                eprintln!("SKIPPED: there is no {program}, which this test drives");
                return None;
            }
        }
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|l| {
                let l = l.unwrap();
                let port = l.split("started successfully on port ").nth(1)?;
                Some(port.trim_end_matches('.').to_owned())
            })
            .unwrap();
        // chromedriver must not block on a full pipe
        std::thread::spawn(move || lines.for_each(drop));
        let profile = tempfile::tempdir().unwrap();
        let data = format!("--user-data-dir={}", profile.path().display());
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"prefs": {"intl.accept_languages": language}, "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1400,1000", data,
            ]},
        }}});
        let root = format!("http://127.0.0.1:{port}/session");
        let made = send(&root, Some(&capabilities));
        let session = format!("{root}/{}", made["sessionId"].as_str().unwrap());
        Some(Browser { driver, session, _profile: profile })
    }

    /// A command with a body.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        send(&format!("{}/{path}", self.session), Some(body))
    }

    pub fn open(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    /// Runs the body of a function and returns its result.
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs the body of an asynchronous function, which calls `done`, and returns its result.
    pub fn wait(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.post("execute/async", &json!({"script": script, "args": []}))
    }

    /// Waits until the expression holds.
    #[track_caller]
    pub fn until(&self, expression: &str) {
        let start = std::time::Instant::now();
        while self.run(&format!("return Boolean({expression})")) != true {
            let page = || self.run("return document.body.innerText");
            assert!(start.elapsed().as_secs() < 30, "{expression}: {}", page());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// The text of the first such element.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let text = self.run(&format!("return document.querySelector({}).textContent", json!(css)));
        text.as_str().unwrap().to_owned()
    }

    fn element(&self, css: &str) -> String {
        let found = self.post("element", &json!({"using": "css selector", "value": css}));
        let id = found.as_object().unwrap().values().next().unwrap();
        format!("element/{}", id.as_str().unwrap())
    }

    /// A click as a person makes it: where the element is, on whatever lies there.
    pub fn click(&self, css: &str) {
        self.post(&format!("{}/click", self.element(css)), &json!({}));
    }

    pub fn keys(&self, css: &str, keys: &str) {
        self.post(&format!("{}/value", self.element(css)), &json!({"text": keys}));
    }

    /// Messages on the console since it was last read.
    pub fn console(&self) -> Vec<Value> {
        let log = self.post("se/log", &json!({"type": "browser"}));
        log.as_array().unwrap().clone()
    }

    /// The window as PNG, in base64.
    pub fn screenshot(&self) -> String {
        let answer = send(&format!("{}/screenshot", self.session), None);
        answer.as_str().unwrap().to_owned()
    }

    /// A screen of another width.
    pub fn width(&self, width: u32) {
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A user who likes the dark.
    pub fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// A command of Chromium's own.
    pub fn devtools(&self, command: &str, params: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": params}))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = client().delete(&self.session).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Waits for the browser as long as it takes.
fn client() -> reqwest::blocking::Client {
    intent_store::tls::install();
    reqwest::blocking::Client::builder().timeout(None).build().unwrap()
}

/// The answer's `value`.
fn send(url: &str, body: Option<&Value>) -> Value {
    let request = match body {
        Some(body) => {
            client().post(url).header("content-type", "application/json").body(body.to_string())
        }
        None => client().get(url),
    };
    let answer = request.send().unwrap();
    let status = answer.status();
    let text = answer.text().unwrap();
    assert!(status.is_success(), "{url} {body:?}: {text}");
    serde_json::from_str::<Value>(&text).unwrap()["value"].take()
}
