//! What people do on the page, in both languages.

mod asking;
mod knowing;

use crate::common::Host;
use crate::ui::{Browser, ask, drop_file, go, host, nothing_went_wrong, open, questions};
use asking::asking;
use knowing::knowing;
use serde_json::{Value, json};

#[test]
fn in_english() {
    let Some(browser) = Browser::speaking("en-GB,fr") else { return };
    let host = host(&["--show-questions"]);
    open(&browser, &host, "/");
    assert_eq!(browser.run("return document.documentElement.lang"), "en");
    assert_eq!(browser.text("nav"), "AskCompareFileModelWatch");
    everything(&browser, &host, &English);
    // switched, and kept so
    browser.click(".languages button[lang=fr]");
    browser.until("document.documentElement.lang === 'fr'");
    open(&browser, &host, "/");
    assert_eq!(browser.text("nav a"), "Interroger");
    nothing_went_wrong(&browser);
}

#[test]
fn in_french() {
    let Some(browser) = Browser::speaking("fr-FR,en") else { return };
    let host = host(&["--show-questions"]);
    open(&browser, &host, "/");
    assert_eq!(browser.run("return document.documentElement.lang"), "fr");
    everything(&browser, &host, &French);
    nothing_went_wrong(&browser);
}

/// Texts and numbers of a language.
pub trait Tongue {
    fn decisions(&self) -> [&'static str; 3];
    fn differ(&self) -> &'static str;
    fn matrix(&self) -> &'static str;
    fn done(&self) -> &'static str;
    fn percent(&self, share: f64) -> String;
}

struct English;
struct French;

impl Tongue for English {
    fn decisions(&self) -> [&'static str; 3] {
        ["Answer", "Unsure: ask a follow-up question", "Out of scope: no intent matches"]
    }
    fn differ(&self) -> &'static str {
        "The versions differ"
    }
    fn matrix(&self) -> &'static str {
        "Confusion matrix"
    }
    fn done(&self) -> &'static str {
        "603 questions in"
    }
    fn percent(&self, share: f64) -> String {
        format!("{:.1}%", share * 100.0)
    }
}

impl Tongue for French {
    fn decisions(&self) -> [&'static str; 3] {
        [
            "Réponse",
            "Incertain : demandez une précision",
            "Hors périmètre : aucune intention ne correspond",
        ]
    }
    fn differ(&self) -> &'static str {
        "Les versions diffèrent"
    }
    fn matrix(&self) -> &'static str {
        "Matrice de confusion"
    }
    fn done(&self) -> &'static str {
        "603 questions en"
    }
    fn percent(&self, share: f64) -> String {
        // a comma, and a space that does not break
        format!("{:.1}\u{a0}%", share * 100.0).replace('.', ",")
    }
}

fn everything(browser: &Browser, host: &Host, tongue: &dyn Tongue) {
    asking(browser, host, tongue);
    comparing(browser, host, tongue);
    classifying(browser, host, tongue);
    knowing(browser, tongue);
    watching(browser, host);
}

/// The answer of the host to the same question.
fn reply(host: &Host, query: &str, version: u64) -> Value {
    let body = json!({"query": query, "top": 5, "decide": true, "version": version});
    let answer = host.post("/intent", "application/json", &body.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn comparing(browser: &Browser, host: &Host, tongue: &dyn Tongue) {
    go(browser, "compare");
    let (mut same, mut other) = (None, None);
    for question in questions(150) {
        let (a, b) = (reply(host, &question, 1), reply(host, &question, 2));
        let alike = a["intent"] == b["intent"] && a["decision"] == b["decision"];
        let slot = if alike { &mut same } else { &mut other };
        if a["intent"] != b["intent"] || alike {
            slot.get_or_insert((question, a, b));
        }
    }
    for (question, a, b) in [same.unwrap(), other.unwrap()] {
        ask(browser, &question);
        browser.until("document.querySelectorAll('.sides .answer').length === 2");
        let intents = browser.run(
            "return [...document.querySelectorAll('.intent')].map((e) => e.firstChild.textContent)",
        );
        assert_eq!(intents, json!([a["top"][0]["label"], b["top"][0]["label"]]));
        let said = browser.text(".summary");
        assert_eq!(said.contains(tongue.differ()), a["intent"] != b["intent"], "{said}");
        let marked =
            browser.run("return document.querySelector('.summary').classList.contains('differs')");
        assert_eq!(marked, a["intent"] != b["intent"]);
        assert!(
            browser.run("return document.querySelectorAll('.delta').length").as_u64() > Some(0)
        );
    }
}

fn classifying(browser: &Browser, host: &Host, tongue: &dyn Tongue) {
    go(browser, "file");
    let questions = questions(600);
    let mut file = "ID;question\r\n".to_owned();
    for (i, question) in questions.iter().enumerate() {
        file += &format!("q{i};\"{question}\"\r\n");
    }
    file += "two;\"de l'\"\"eau\"\";\nou du lait\"\r\nformula;=1+1\r\nblank;\"\"\r\n";
    drop_file(browser, "questions.csv", &file);
    browser.run(
        "window.kept = null;
         const create = URL.createObjectURL;
         URL.createObjectURL = (blob) => { blob.text().then((text) => { window.kept = text; }); return create(blob); }",
    );
    browser.click(".plan .primary");
    browser.until("document.querySelector('#answers')");
    assert!(
        browser.text("[role=status]").starts_with(tongue.done()),
        "{}",
        browser.text("[role=status]")
    );
    // the least sure first: what has no answer, then by probability
    let column = "return [...document.querySelectorAll('#answers tbody tr')].map((r) => r.cells[0].textContent)";
    let first: Vec<String> = serde_json::from_value(browser.run(column)).unwrap();
    assert_eq!((first.len(), first[0].as_str()), (100, "blank"));
    let shown = "return [...document.querySelectorAll('#answers tbody tr')].slice(1).map((r) => parseFloat(r.cells[3].textContent.replace(',', '.')))";
    let up: Vec<f64> = serde_json::from_value(browser.run(shown)).unwrap();
    assert!(up.windows(2).all(|w| w[0] <= w[1]) && up[0] < up[98], "{up:?}");
    browser.click("#answers th:nth-child(4) button");
    let down = "return parseFloat(document.querySelector('#answers tbody tr').cells[3].textContent.replace(',', '.'))";
    assert!(browser.run(down).as_f64().unwrap() > up[98]);
    // filtered
    browser.run("const low = document.querySelector('#low'); low.value = '0.9'; low.dispatchEvent(new Event('input'))");
    let least = "return Math.min(...[...document.querySelectorAll('#answers tbody tr')].map((r) => parseFloat(r.cells[3].textContent.replace(',', '.'))))";
    assert!(browser.run(least).as_f64().unwrap() >= 90.0);
    browser.run("const low = document.querySelector('#low'); low.value = '0'; low.dispatchEvent(new Event('input'))");
    // kept: every row, whatever is shown, as the host itself answers
    browser.click(".result .choose button");
    browser.until("window.kept");
    let kept = browser.run("return window.kept");
    let kept = kept.as_str().unwrap();
    let lines: String = questions.iter().map(|q| json!(q).to_string() + "\n").collect();
    let answers = host.post("/intent/batch", "application/x-ndjson", &lines).unchunked();
    let mut want = "ID,question,intent\n".to_owned();
    for ((i, question), line) in questions.iter().enumerate().zip(answers.lines()) {
        let intent = serde_json::from_str::<Value>(line).unwrap()["intent"].clone();
        let question =
            if question.contains(',') { format!("\"{question}\"") } else { question.clone() };
        want += &format!("q{i},{question},{intent}\n");
    }
    let rest = kept.strip_prefix(want.as_str()).unwrap();
    assert!(rest.starts_with("two,\"de l'\"\"eau\"\";\nou du lait\","), "{rest}");
    assert!(rest.ends_with("\nblank,,\n"), "{rest}");
}

fn watching(browser: &Browser, host: &Host) {
    go(browser, "watch");
    browser.until("document.querySelectorAll('.tile').length === 5");
    browser.until("document.querySelectorAll('.lines .line-1').length === 4");
    let asked = 40;
    let lines = "\"mal de tête\"\n".repeat(asked);
    assert_eq!(host.post("/intent/batch", "application/x-ndjson", &lines).status, 200);
    let label = host.get("/intent?query=mal+de+t%C3%AAte&top=1").json()["top"][0]["label"].clone();
    browser.until(&format!(
        "[...document.querySelectorAll('.intents li')].some((li) => li.querySelector('.name').textContent === {label}
           && Number(li.querySelector('.share').textContent.replace(/\\D/g, '')) >= {asked})"
    ));
    // what had no answer is counted, too
    let refused = host.post("/intent/batch", "application/x-ndjson", "\"\"\n\" \"\n");
    assert_eq!(refused.unchunked().matches("blank-query").count(), 2);
    browser.until(
        "Number(document.querySelectorAll('.tile')[2].querySelector('.value').textContent) >= 2",
    );
    // the chart has moved, and says so to those who do not see it
    browser.until("/M.*L/.test(document.querySelector('.lines .line-1').getAttribute('d'))");
    browser.until("/[1-9]/.test(document.querySelector('.lines').getAttribute('aria-label'))");
}
