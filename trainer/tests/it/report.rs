//! `report.html`, made by the real binary and opened in a real browser.
use crate::common::{csv, rows, s, trainer};
use intent_bake::extract;
use intent_data::files::Files;
use intent_data::source::{self, BadRows};
use intent_learn::near;
use intent_learn::progress::Silent;
use intent_learn::split::Strata;
use intent_model::Model;
use intent_testing::Browser;
use intent_trainer::export::plot;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const HOSTILE: &str = "</script><script>window.broken=1</script><img src=x onerror=alert(1)> &amp;";

/// Topics that are learned, two that are the same but for their label, and texts and a name
/// that would be markup if they were taken for it.
const NOUNS: [&str; 24] = [
    "fauteuil",
    "montagne",
    "bicyclette",
    "parapluie",
    "cerisier",
    "locomotive",
    "guitare",
    "horloge",
    "escalier",
    "tournesol",
    "boussole",
    "cathedrale",
    "dictionnaire",
    "fourchette",
    "girouette",
    "hirondelle",
    "jardinier",
    "kangourou",
    "lanterne",
    "moustique",
    "navigateur",
    "orchestre",
    "papillon",
    "quincaillerie",
];

fn trained(extra: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let mut rows = rows();
    // nothing in these tells their label, and no two are near-duplicates, which would all be learned
    for (i, noun) in NOUNS.iter().enumerate() {
        let label = if i % 2 == 0 { "<b>either</b>" } else { "or &lt; \u{2028} 'else'" };
        rows.push((format!("et {noun}"), label));
    }
    for nouns in NOUNS.chunks(3) {
        rows.push((format!("{} {HOSTILE} {}", nouns.join(" "), nouns.concat()), "<b>either</b>"));
    }
    csv(&dir.path().join("train.csv"), &rows);
    let out = dir.path().join("models/intent");
    let mut args = vec!["train", "-q", "--no-refit", "--data", s(dir.path()), "--out", s(&out)];
    args.extend(extra);
    let run = trainer(&args);
    assert_eq!(run.code, Some(0), "{}", run.err);
    (dir, out.join("1"))
}

/// The validation questions of each cell, by another way than the report's.
fn cells(data: &Path, version: &Path) -> BTreeMap<(u32, u32), BTreeSet<String>> {
    let (data, _) = source::labelled(&Files::on_disk(data), BadRows::Refuse).unwrap();
    let component = fs::read(version.join("intent.wasm")).unwrap();
    let model = Model::from_bytes(extract::model(&component).unwrap()).unwrap();
    let mut cells: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
    let groups = near::groups(&data.texts, &Silent);
    for i in Strata::new(&data.classes, &groups, data.labels.len()).split(0.2, 1).valid {
        let text = &data.texts[i as usize];
        let answer = model.classify(text).unwrap().intent as u32;
        cells.entry((data.classes[i as usize], answer)).or_default().insert(text.clone());
    }
    cells
}

fn listed(browser: &Browser) -> BTreeSet<String> {
    let texts = browser
        .run("return [...document.querySelectorAll('#questions .text')].map((e) => e.textContent)");
    serde_json::from_value(texts).unwrap()
}

#[test]
fn the_report_in_a_browser() {
    let Some(browser) = Browser::start() else { return };
    let (dir, version) = trained(&[]);
    let cells = cells(dir.path(), &version);
    assert!(
        cells.keys().any(|(t, g)| t != g),
        "the data must have something to confuse: {cells:?}"
    );
    browser.open("about:blank");
    let blank = browser.screenshot();
    browser.open(&format!("file://{}", s(&version.join("report.html"))));

    // the most frequent error is there from the start
    let most = cells.iter().filter(|((t, g), _)| t != g).map(|(_, q)| q.len()).max();
    assert_eq!(Some(listed(&browser).len()), most);

    // each cell lists its questions and no others, in every order
    for order in ["similarity", "errors", "id"] {
        browser.run(&format!(
            "const o = document.getElementById('order'); o.value = '{order}'; o.dispatchEvent(new Event('change'))"
        ));
        let drawn = browser.run("return document.querySelectorAll('#matrix .cell').length");
        assert_eq!(drawn, cells.len());
        for ((truth, answer), questions) in &cells {
            browser.click(&format!("[data-cell='{truth},{answer}']"));
            assert_eq!(&listed(&browser), questions, "{order}: {truth},{answer}");
        }
    }
    // by keyboard: from the first cell to another one
    let first = "#matrix .cell[tabindex='0']";
    browser.run("document.querySelector('#matrix .cell').focus()");
    browser.keys("#matrix .cell:focus", "\u{e007}");
    let at =
        |css: &str| browser.run(&format!("return document.querySelector(\"{css}\").dataset.cell"));
    let before = at(first);
    browser.keys(first, "\u{e015}");
    let after = at("#matrix .cell:focus");
    assert_ne!(before, after);
    browser.keys("#matrix .cell:focus", " ");
    let (truth, answer) = after.as_str().unwrap().split_once(',').unwrap();
    assert_eq!(listed(&browser), cells[&(truth.parse().unwrap(), answer.parse().unwrap())]);

    // the table sorts by numbers, both ways
    let column = "return [...document.querySelectorAll('#per-class tbody tr')].map((r) => Number(r.cells[5].dataset.value))";
    for turn in [1.0, -1.0] {
        browser.click("#per-class th:nth-child(6) button");
        let values: Vec<f64> = serde_json::from_value(browser.run(column)).unwrap();
        assert_eq!(values.len(), 5);
        assert!(values.windows(2).all(|w| (w[1] - w[0]) * turn >= 0.0), "{values:?}");
        assert!(values[0] != values[4], "{values:?}");
    }

    // every error is explained: its pieces are the question, its shares and bias the margin
    let data: Value = browser.run("return JSON.parse(document.getElementById('data').textContent)");
    let wrong: usize = cells.iter().filter(|((t, g), _)| t != g).map(|(_, q)| q.len()).sum();
    assert_eq!(data["worst"].as_array().unwrap().len(), wrong);
    let all: BTreeSet<&String> = cells.values().flatten().collect();
    for line in serde_json::from_value::<Vec<String>>(
        browser
            .run("return [...document.querySelectorAll('.error .line')].map((e) => e.textContent)"),
    )
    .unwrap()
    {
        assert!(all.contains(&line), "{line}");
    }

    // readable, and nothing wider than a telephone
    let png = browser.screenshot();
    assert!(png.len() > 4 * blank.len(), "{} {}", png.len(), blank.len());
    browser.width(400);
    let wide = browser.run("return [document.documentElement.scrollWidth, innerWidth]");
    assert_eq!(wide, json!([400, 400]));

    // nothing went wrong, nothing was taken for markup, nothing was loaded
    assert_eq!(browser.console(), Vec::<Value>::new());
    assert_eq!(
        browser.run("return [window.broken ?? null, document.images.length]"),
        json!([null, 0])
    );
    assert_eq!(browser.run("return performance.getEntriesByType('resource').length"), 0);
    // the policy holds: a script of somebody else does not run
    browser.run("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)");
    assert_eq!(browser.run("return window.broken ?? null"), Value::Null);
}

#[test]
fn the_questions_stay_out_where_asked_and_so_does_the_report() {
    let (_dir, version) = trained(&["--report-without-texts"]);
    let html = fs::read_to_string(version.join("report.html")).unwrap();
    assert!(html.contains("accuracy") && html.contains("alcohol"));
    assert!(!html.contains("numero") && !html.contains("doliprane"), "{html}");
    let (_dir, version) = trained(&["--no-report"]);
    assert!(!version.join("report.html").exists() && version.join("metrics.json").exists());
}

/// A page that names no other place cannot load from one.
#[test]
fn the_report_names_no_address() {
    let (_dir, version) = trained(&["--report-without-texts"]);
    let html = fs::read_to_string(version.join("report.html")).unwrap();
    let html = html.replace("http://www.w3.org/2000/svg", "");
    for address in ["http:", "https:", "src=", "href=", "url(", "@import", "fetch("] {
        assert!(!html.contains(address), "{address}");
    }
}

/// The page of the host shows the report's charts, which need their colours there, too.
#[test]
fn the_style_of_the_charts_is_that_of_the_hosts_page() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/ui/report/charts.css");
    let style = plot::STYLE.replace('}', "}\n").replace("){", "){\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&kept, &style).unwrap();
    }
    let kept = fs::read_to_string(kept).unwrap_or_default();
    assert_eq!(style, kept, "UPDATE_GOLDEN=1 writes host/ui/report/charts.css");
}

#[test]
fn without_a_validation_part_the_report_says_so() {
    let (_dir, version) = trained(&["--valid-share", "0"]);
    let html = fs::read_to_string(version.join("report.html")).unwrap();
    assert!(html.contains("this model was not measured") && !html.contains("<script"), "{html}");
}
