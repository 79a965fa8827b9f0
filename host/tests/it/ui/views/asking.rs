//! Ask: the answer, why, and what is kept of it.

use super::{Tongue, reply};
use crate::common::Host;
use crate::ui::{Browser, MODELS, ask, open, questions};
use intent_bake::extract;
use intent_model::Model;
use intent_model::explain::by_token;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const QUESTION: &str = "J’ai oublié ma pilule hier soir, que faire ?";

pub fn asking(browser: &Browser, host: &Host, tongue: &dyn Tongue) {
    ask(browser, QUESTION);
    let want = reply(host, QUESTION, 2);
    let first = &want["top"][0];
    let share = |candidate: &Value| {
        tongue.percent(candidate["probability"].as_str().unwrap().parse().unwrap())
    };
    assert!(browser.text(".answer .intent").starts_with(first["label"].as_str().unwrap()));
    assert_eq!(browser.text(".answer .probability"), share(first));
    let others = browser.run(
        "return [...document.querySelectorAll('.answer .bars .share')].map((e) => e.textContent)",
    );
    let wanted: Vec<String> = want["top"].as_array().unwrap()[1..].iter().map(share).collect();
    assert_eq!(others, json!(wanted));
    let digest = host.get("/ui/models").json()["versions"][1]["about"]["digest"].clone();
    let title = browser.run("return document.querySelector('.answer .digest').title");
    assert_eq!(title, digest);
    assert!(browser.text(".answer .by").contains("2 · stable"));
    shares_are_the_models(browser);
    // seen soon: the best of a few, since the machine may be busy
    for round in 0.. {
        let times = "return performance.getEntriesByName('answer-shown').map((m) => m.duration)";
        let times: Vec<f64> = serde_json::from_value(browser.run(times)).unwrap();
        if times.iter().any(|time| *time < 100.0) {
            break;
        }
        assert!(round < 20, "{times:?}");
        ask(browser, QUESTION);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    // the address can be shared, and asks again
    let address = browser.run("return location.search + location.hash");
    open(browser, host, address.as_str().unwrap());
    browser.until("document.querySelector('.answer .probability')");
    assert_eq!(browser.text(".answer .probability"), share(first));
    // an example, clicked
    browser.click(".chip");
    let example = browser.text(".chip");
    browser.until(&format!("new URLSearchParams(location.search).get('q') === {}", json!(example)));
    each_decision_is_said(browser, host, tongue);
    // a version, chosen
    browser.run("const s = document.querySelector('#version'); s.value = '1'; s.dispatchEvent(new Event('change'))");
    browser.until("document.querySelector('.answer .by').textContent.includes('1 · before')");
    browser.run("const s = document.querySelector('#version'); s.value = ''; s.dispatchEvent(new Event('change'))");
    saving(browser, host);
    // the command says the same
    browser.click(".actions button");
    let command = browser.text(".curl");
    assert!(command.starts_with("curl -G 'http://127.0.0.1:"), "{command}");
    let run =
        std::process::Command::new("sh").args(["-c", &format!("{command} --silent")]).output();
    if let Ok(output) = run.as_ref()
        && output.status.success()
    {
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["intent"], reply(host, "l'un ou \"l'autre\" $HOME ?", 2)["intent"]);
    } else {
        eprintln!("SKIPPED: there is no curl to run the copied command: {run:?}");
    }
    // nothing to answer
    ask(browser, "   ");
    browser.until("document.querySelector('.result [role=alert]')");
}

/// The colours are the exact shares that the model itself gives.
fn shares_are_the_models(browser: &Browser) {
    let component = std::fs::read(MODELS.path().join("intent/2/intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let explained = model.explain(QUESTION, None).unwrap();
    let want = by_token(QUESTION, &explained.contributions);
    let drawn = "return [...document.querySelectorAll('.words .token')].map((e) => [e.textContent, Number(e.dataset.share)])";
    let drawn: Vec<(String, f64)> = serde_json::from_value(browser.run(drawn)).unwrap();
    assert_eq!(drawn.len(), want.len(), "{drawn:?}");
    for ((text, share), want) in drawn.iter().zip(want) {
        assert_eq!(text, &QUESTION[want.start as usize..want.end as usize]);
        assert!((share - f64::from(want.share)).abs() < 1e-4, "{text}: {share} {}", want.share);
    }
    assert_eq!(browser.text(".words"), QUESTION);
}

fn each_decision_is_said(browser: &Browser, host: &Host, tongue: &dyn Tongue) {
    let mut left: BTreeSet<&str> = ["intent", "unsure", "out-of-scope"].into();
    for question in questions(150) {
        let decision = reply(host, &question, 2)["decision"].as_str().unwrap().to_owned();
        if !left.remove(decision.as_str()) {
            continue;
        }
        ask(browser, &question);
        let place = ["intent", "unsure", "out-of-scope"].iter().position(|d| *d == decision);
        let said = browser.text(".verdict");
        assert!(said.contains(tongue.decisions()[place.unwrap()]), "{decision}: {said}");
        let class = browser.run("return document.querySelector('.answer').className");
        assert_eq!(class, format!("answer answer-{decision}"));
    }
    assert!(left.is_empty(), "{left:?}");
}

/// A question is kept where its asker says so, and nowhere else.
fn saving(browser: &Browser, host: &Host) {
    let question = "l'un ou \"l'autre\" $HOME ?";
    ask(browser, question);
    assert_eq!(browser.run("return localStorage.getItem('saved')"), Value::Null);
    browser.run("[...document.querySelectorAll('.actions button')].at(-1).click()");
    browser.until("document.querySelector('.pair')");
    open(browser, host, "/");
    assert_eq!(browser.text(".pair .chip"), question);
    browser.click(".pair .chip");
    browser.until("document.querySelector('.answer')");
    browser.click(".pair .close");
    browser.until("!document.querySelector('.pair')");
    assert_eq!(browser.run("return localStorage.getItem('saved')"), "[]");
}
