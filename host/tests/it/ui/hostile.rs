//! Texts that are no markup, and never become any.

use crate::common::Host;
use crate::ui::{Browser, MODELS, ask, drop_file, go, host, nothing_went_wrong, open};
use serde_json::json;

const HOSTILE: [&str; 6] = [
    "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>",
    "</textarea></script><svg onload=window.broken=1> &lt;b&gt; &amp; {{7*7}} ${window.broken=1}",
    "javascript:window.broken=1 ' \" ` \\ \u{0} \u{2028}\u{feff}",
    "👩‍👩‍👧‍👦 🇫🇷 mal 🤕 à la tête e\u{301}",
    "هل يمكنني تناول دواء doliprane مع الكحول؟ \u{202e}gnp.exe",
    "½ ﬁn cœur ß Å 副作用はありますか",
];

#[test]
fn hostile_questions_are_shown_as_they_are() {
    let Some(browser) = Browser::start() else { return };
    let host = host(&[]);
    open(&browser, &host, "/");
    for question in HOSTILE {
        // as it comes from a link that somebody else made
        let encoded: String = question.bytes().map(|b| format!("%{b:02X}")).collect();
        open(&browser, &host, &format!("/?q={encoded}#ask"));
        browser.until("document.querySelector('.answer')");
        assert_eq!(browser.text(".words"), question);
        let value = browser.run("return document.querySelector('#query').value");
        assert_eq!(value, question);
        let made = "return document.querySelectorAll('main img, main script, main b, .words *:not(.token)').length";
        assert_eq!(browser.run(made), 0, "{question}");
        // right to left where it is
        let direction =
            browser.run("return getComputedStyle(document.querySelector('.words')).direction");
        assert_eq!(direction, if question.starts_with('ه') { "rtl" } else { "ltr" });
        browser.run("[...document.querySelectorAll('.actions button')].at(-1).click()");
        browser.run("document.querySelector('.actions button').click()");
        browser.run("location.hash = 'compare'");
        browser.until("document.querySelector('.view-compare .asking')");
        browser.run("document.querySelector('.asking').requestSubmit()");
        browser.until("document.querySelectorAll('.sides .words').length === 2");
        assert_eq!(browser.text(".sides .words"), question);
        nothing_went_wrong(&browser);
    }
    // the saved ones, and a file of them
    open(&browser, &host, "/");
    let saved = browser.run("return [...document.querySelectorAll('.pair .chip:first-child')].map((e) => e.textContent)");
    let newest_first: Vec<&str> = HOSTILE.iter().rev().copied().collect();
    assert_eq!(saved, json!(newest_first));
    go(&browser, "file");
    let rows: String =
        HOSTILE.iter().map(|q| format!("<b>1</b>,\"{}\"\n", q.replace('"', "\"\""))).collect();
    drop_file(
        &browser,
        "<img src=x onerror=window.broken=1>.csv",
        &format!("ID,question,<i>x\n{rows}"),
    );
    browser.click(".plan .primary");
    browser.until("document.querySelector('#answers')");
    let cells = browser.run(
        "return [...document.querySelectorAll('#answers .text')].map((e) => e.textContent).sort()",
    );
    let mut want = HOSTILE.to_vec();
    want.sort_by_key(|q| q.encode_utf16().collect::<Vec<_>>());
    assert_eq!(cells, json!(want));
    assert_eq!(
        browser.run("return document.querySelectorAll('main b, main i, main img').length"),
        0
    );
    nothing_went_wrong(&browser);
}

#[test]
fn long_questions_are_answered_or_refused_in_words() {
    let Some(browser) = Browser::start() else { return };
    let host = host(&[]);
    open(&browser, &host, "/");
    let box_holds = |text: &str| {
        browser.run(&format!("document.querySelector('#query').value = {}", json!(text)));
        browser.run("document.querySelectorAll('.result > *').forEach((e) => e.remove())");
        browser.run("document.querySelector('.asking').requestSubmit()");
        browser.until("document.querySelector('.result > *')");
    };
    // the longest there is, of one word and of many
    for text in ["a".repeat(4096), "mal de tete ".repeat(341)] {
        box_holds(&text);
        assert_eq!(browser.text(".words"), text);
        let wide = "return document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(browser.run(wide), true);
    }
    for text in ["é".repeat(5000), "👩‍👩‍👧‍👦".repeat(1000), "x".repeat(200_000)] {
        box_holds(&text);
        let said = browser.text(".result [role=alert]");
        assert!(said.contains("4096"), "{said}");
    }
    // the console names each refusal by its address, and says nothing else
    let console = browser.console();
    assert!(
        console.iter().all(|line| line["message"].as_str().unwrap().contains("414")),
        "{console:?}"
    );
}

#[test]
fn a_token_is_asked_for_and_stays_in_its_tab() {
    let Some(browser) = Browser::start() else { return };
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "s3cret").unwrap();
    let flags = ["--deadline-ms", "10000", "--token-file", token.path().to_str().unwrap()];
    let host = Host::quiet(MODELS.path(), &flags);
    browser.open(&format!("http://{}/", host.address));
    browser.until("document.querySelector('dialog[open] #token')");
    browser.keys("#token", "wrong\u{e007}");
    browser.until("document.querySelector('dialog .sorry')?.textContent");
    browser.keys("#token", "s3cret\u{e007}");
    browser.until("document.querySelector('#query')");
    ask(&browser, "mal de tête");
    browser.until("document.querySelector('.answer')");
    for view in ["model", "watch"] {
        go(&browser, view);
    }
    browser.until("document.querySelector('.tile')");
    let kept = "return [localStorage, document.cookie, location.href].map((it) => JSON.stringify(it)).join()";
    assert!(!browser.run(kept).as_str().unwrap().contains("s3cret"));
    assert_eq!(browser.run("return sessionStorage.getItem('token')"), "s3cret");
}
