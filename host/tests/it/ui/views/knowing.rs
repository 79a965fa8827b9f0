//! Model: the report's parts.

use super::Tongue;
use crate::ui::{Browser, MODELS, go};
use serde_json::Value;

pub fn knowing(browser: &Browser, tongue: &dyn Tongue) {
    go(browser, "model");
    browser.until("document.querySelector('#matrix .cell')");
    assert_eq!(browser.text("#confusion h2"), tongue.matrix());
    let metrics = std::fs::read(MODELS.path().join("intent/2/metrics.json")).unwrap();
    let metrics: Value = serde_json::from_slice(&metrics).unwrap();
    let accuracy = metrics["validation"]["accuracy"].as_f64().unwrap();
    assert_eq!(browser.text("#figures strong"), format!("{accuracy:.4}"));
    let digest = metrics["component_sha256"].as_str().unwrap();
    assert!(browser.text(".facts").contains(digest));
    assert_eq!(browser.run("return document.querySelectorAll('.report .sorry').length"), 0);
    assert_eq!(browser.run("return document.querySelectorAll('#trust figure svg').length"), 2);
    // a cell lists its questions, by pointer and by keyboard
    let cells: Vec<[u32; 3]> =
        serde_json::from_value(metrics["validation"]["confusion"].clone()).unwrap();
    assert_eq!(
        browser.run("return document.querySelectorAll('#matrix .cell').length"),
        cells.len()
    );
    browser.run("document.querySelector('#matrix .cell.wrong').scrollIntoView({block: 'center'})");
    browser.click("#matrix .cell.wrong");
    let (said, listed) = (
        browser.run("return document.querySelector('#matrix .cell[aria-pressed=true]').getAttribute('data-cell')"),
        browser.run("return document.querySelectorAll('#questions .text').length"),
    );
    let (truth, answer) = said.as_str().unwrap().split_once(',').unwrap();
    let (truth, answer): (u32, u32) = (truth.parse().unwrap(), answer.parse().unwrap());
    let asked = cells.iter().find(|[t, a, _]| (*t, *a) == (truth, answer));
    assert_eq!(listed, asked.unwrap()[2]);
    browser.keys("#matrix .cell[tabindex='0']", "\u{e012}\u{e014}");
    // an intent shows examples, and goes with its row when sorted
    browser.run("document.querySelector('#per-class').scrollIntoView()");
    browser.run("document.querySelector('#per-class button[aria-expanded]').click()");
    assert!(
        browser.run("return document.querySelectorAll('.examples .text').length").as_u64()
            > Some(0)
    );
    browser.run("document.querySelector('#per-class thead th:nth-child(3) button').click()");
    let supports = "return [...document.querySelectorAll('#per-class tbody tr')].map((r) => Number(r.cells[2].dataset.value))";
    let supports: Vec<f64> = serde_json::from_value(browser.run(supports)).unwrap();
    assert!(supports.windows(2).all(|w| w[0] <= w[1]), "{supports:?}");
    every_text_is_in_the_language(browser);
    // another version
    browser.run("const s = document.querySelector('#model-version'); s.value = '1'; s.dispatchEvent(new Event('change'))");
    browser.until("document.querySelector('.view-model h1').textContent.endsWith('1') && document.querySelector('#matrix .cell')");
}

/// The report is in English, and translated text by text: one that was changed there, and not here, would
/// be left in English.
fn every_text_is_in_the_language(browser: &Browser) {
    if browser.run("return document.documentElement.lang") != "fr" {
        return;
    }
    let texts = "const walk = document.createTreeWalker(document.querySelector('.report'), NodeFilter.SHOW_TEXT);
        const all = [];
        while (walk.nextNode()) {
          const { parentElement: of, nodeValue: text } = walk.currentNode;
          if (!of.closest('#matrix, #questions li, #questions h3, .line, .right-name, .wrong-name, .examples .text, #per-class tbody, code')) all.push(text.trim());
        }
        document.querySelectorAll('.report [aria-label]:not(.cell)').forEach((of) => all.push(of.getAttribute('aria-label')));
        return all";
    let texts: Vec<String> = serde_json::from_value(browser.run(texts)).unwrap();
    assert!(texts.len() > 50, "{texts:?}");
    // words that French has not
    let english = [
        "the", "of", "is", "and", "are", "by", "right", "wrong", "answers", "this", "first", "mean",
    ];
    for text in texts {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        assert!(!english.iter().any(|word| words.contains(word)), "{text}");
    }
}
