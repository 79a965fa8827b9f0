//! For everybody: axe-core finds nothing on any view, light or dark, in either language; nothing is wider
//! than a telephone; the keyboard is enough.

use crate::ui::{Browser, ask, drop_file, go, host, nothing_went_wrong, open, questions};
use serde_json::{Value, json};
use std::process::Command;

/// axe-core, installed by scripts/ui-tools; none, said aloud, where npm cannot.
fn axe() -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/ui-tools");
    let output = Command::new(script).output().unwrap();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        eprintln!("SKIPPED: axe-core cannot be installed: {}", why.trim());
        return None;
    }
    let modules = String::from_utf8(output.stdout).unwrap();
    Some(std::fs::read_to_string(format!("{}/axe-core/axe.min.js", modules.trim())).unwrap())
}

#[track_caller]
fn finds_nothing(browser: &Browser, axe: &str, at: &str) {
    if browser.run("return typeof window.axe") == "undefined" {
        browser.run(&format!("{axe}; window.axe = axe"));
    }
    let found = browser.wait(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations, passes }) => done([passes.length,
           violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])])]))",
    );
    assert_eq!(found[1], json!([]), "{at}");
    assert!(found[0].as_u64() > Some(10), "{at}: {found}");
}

/// Shows each view with something in it.
fn each_view(browser: &Browser, host: &crate::common::Host, seen: &dyn Fn(&str)) {
    open(browser, host, "/");
    seen("nothing asked yet");
    let decisions = questions(150).into_iter().filter_map(|question| {
        let body = json!({"query": question, "decide": true}).to_string();
        let answer = host.post("/intent", "application/json", &body).json();
        Some((answer["decision"].as_str()?.to_owned(), question))
    });
    for question in decisions.collect::<std::collections::BTreeMap<_, _>>().values() {
        ask(browser, question);
        browser.run("document.querySelectorAll('details').forEach((e) => { e.open = true; })");
        browser.click(".actions button");
        seen(question);
    }
    go(browser, "compare");
    ask(browser, "mal de tête");
    seen("compare");
    go(browser, "file");
    seen("no file yet");
    drop_file(
        browser,
        "a.csv",
        &format!("question\n{}\n\"\"\n", questions(30).join("\n").replace(',', " ")),
    );
    seen("a file");
    browser.click(".plan .primary");
    browser.until("document.querySelector('#answers')");
    seen("classified");
    go(browser, "model");
    browser.until("document.querySelector('#matrix .cell')");
    browser.run("document.querySelector('#per-class button[aria-expanded]').click()");
    seen("model");
    go(browser, "watch");
    browser.until("document.querySelectorAll('.intents li').length > 0 || document.querySelector('.intents .hint')");
    seen("watch");
    open(browser, host, "/?q=%20#ask");
    ask(browser, " ");
    seen("refused");
}

#[test]
fn axe_finds_nothing() {
    let Some(axe) = axe() else { return };
    for (language, dark) in [("en", false), ("fr", true)] {
        let Some(browser) = Browser::speaking(language) else { return };
        browser.dark(dark);
        let host = host(&["--show-questions"]);
        each_view(&browser, &host, &|at| finds_nothing(&browser, &axe, at));
        browser.dark(!dark);
        each_view(&browser, &host, &|at| finds_nothing(&browser, &axe, at));
    }
}

#[test]
fn on_a_telephone_and_on_paper() {
    let Some(browser) = Browser::speaking("fr") else { return };
    let host = host(&["--show-questions"]);
    browser.width(320);
    each_view(&browser, &host, &|at| {
        let wide = browser.run("return [document.documentElement.scrollWidth, innerWidth]");
        assert_eq!(wide, json!([320, 320]), "{at}");
    });
    open(&browser, &host, "/?q=mal+de+t%C3%AAte");
    browser.until("document.querySelector('.answer')");
    browser.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let shown = "return [...document.querySelectorAll('nav, .answer, .actions')].map((e) => e.checkVisibility())";
    assert_eq!(browser.run(shown), json!([false, true, false]));
}

#[test]
fn the_keyboard_is_enough() {
    let Some(browser) = Browser::start() else { return };
    let host = host(&[]);
    open(&browser, &host, "/");
    let press = |keys: &str| {
        browser.keys(":focus", keys);
    };
    // the box has the focus at the start; Shift and Enter are a new line
    press("mal de tête");
    assert_eq!(browser.run("return document.activeElement.id"), "query");
    press("\u{e008}\u{e007}\u{e008}et fièvre\u{e007}");
    browser.until("document.querySelector('.answer')");
    assert_eq!(browser.text(".words"), "mal de tête\net fièvre");
    // from the top: the skip link comes first, and leads to the content; then each view
    browser.run("document.activeElement.blur(); document.querySelector('.skip').focus()");
    press("\u{e007}");
    assert_eq!(browser.run("return document.activeElement.id"), "main");
    browser.run("document.querySelector('.skip').focus()");
    for view in ["ask", "compare", "file", "model", "watch"] {
        press("\u{e004}");
        let on = browser.run("return document.activeElement.getAttribute('href')");
        assert_eq!(on, format!("#{view}"));
        let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle");
        assert_ne!(outline, "none");
    }
    press("\u{e007}");
    browser.until("document.querySelector('.view-watch h1')");
    let announced = browser.run("return document.title");
    assert!(announced.as_str().unwrap().starts_with("Watch"), "{announced}");
    assert_ne!(announced, Value::Null);
    nothing_went_wrong(&browser);
}
