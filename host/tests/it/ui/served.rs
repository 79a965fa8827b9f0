//! The files of the page, their headers and who may read them.

use crate::common::{Host, constant, models, put};
use crate::ui::{MODELS, host, questions};
use intent_runtime::{Classifier, Decision, Limits, Runtime};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn with(host: &Host, target: &str, headers: &str) -> crate::common::Answer {
    host.raw(&format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"))
}

#[test]
fn the_files_and_their_headers() {
    let dir = models(&[(1, constant(1))]);
    let server = Host::start(dir.path(), &[]);
    for (target, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/ui/app.js", "text/javascript; charset=utf-8"),
        ("/ui/style.css", "text/css; charset=utf-8"),
        ("/ui/icon.svg", "image/svg+xml"),
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}");
        assert!(answer.has(&format!("content-type: {kind}")), "{answer:?}");
        assert!(answer.has("x-content-type-options: nosniff"), "{answer:?}");
        assert!(answer.has("referrer-policy: no-referrer"), "{answer:?}");
        let policy =
            answer.head.lines().find(|l| l.starts_with("content-security-policy")).unwrap();
        assert!(
            policy.contains("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        // one that has it is told so
        let tag = answer.head.lines().find_map(|l| l.strip_prefix("etag: ")).unwrap();
        let again = with(&server, target, &format!("If-None-Match: \"other\", {tag}\r\n"));
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{again:?}");
        assert!(!again.head.contains("\ncontent-type:"), "{again:?}");
        assert_eq!(with(&server, target, "If-None-Match: \"other\"\r\n").status, 200);
        // packed for who takes it
        let packed = server.raw(&format!(
            "HEAD {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: br, gzip;q=0.8\r\n\r\n"
        ));
        assert!(packed.has("content-encoding: gzip"), "{packed:?}");
        assert!(!packed.head.contains(tag), "{packed:?}");
        let refused = with(&server, target, "Accept-Encoding: gzip;q=0\r\n");
        assert_eq!((&refused.body, refused.has("vary: accept-encoding")), (&answer.body, true));
        let head = server.send("HEAD", target);
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(server.send("POST", target).status, 405);
    }
    // nothing else of the folder, nor of the disk
    for target in [
        "/ui/",
        "/ui/index.html",
        "/ui/README.md",
        "/ui/tsconfig.json",
        "/ui/../app.js",
        "/ui/%2e%2e/http.rs",
        "/ui//etc/passwd",
    ] {
        assert_eq!(server.get(target).status, 404, "{target}");
    }
    let plain = Host::start(dir.path(), &["--no-ui"]);
    for target in ["/", "/ui/app.js", "/ui/models"] {
        assert_eq!(plain.get(target).status, 404, "{target}");
    }
}

#[test]
fn what_serves_in_one_look() {
    let about = host(&[]).get("/ui/models").json();
    assert_eq!((&about["model"], &about["default"]), (&json!("intent"), &json!(2)));
    assert_eq!(about["questions"], false);
    let versions = about["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1]["labels"], json!(["stable"]));
    assert_eq!(versions[1]["state"], "AVAILABLE");
    let component = &versions[1]["about"];
    assert_eq!(component["digest"].as_str().unwrap().len(), 64);
    assert_eq!(
        component["intents"].as_array().unwrap().len() as u64,
        component["classes"].as_u64().unwrap()
    );
    assert!(component["figures"]["accuracy"].as_f64().unwrap() > 0.2);
    assert!(component["abstention"]["unsure_below"].as_f64().unwrap() > 0.0);
    assert_eq!(versions[0]["about"]["abstention"], Value::Null);
}

#[test]
fn the_page_asks_for_the_token_and_needs_none_itself() {
    let dir = models(&[(1, constant(1))]);
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "secret\n").unwrap();
    let server = Host::start(dir.path(), &["--token-file", token.path().to_str().unwrap()]);
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.get("/ui/lib/api.js").status, 200);
    for target in
        ["/ui/models", "/ui/models/versions/1/report", "/ui/other", "/metrics", "/intent?query=a"]
    {
        assert_eq!(server.get(target).status, 401, "{target}");
    }
    let bearer = "Authorization: Bearer secret\r\n";
    assert_eq!(with(&server, "/ui/models", bearer).status, 200);
    let closed =
        Host::start(dir.path(), &["--no-ui", "--token-file", token.path().to_str().unwrap()]);
    assert_eq!(closed.get("/").status, 401);
}

#[test]
fn the_report_without_questions_unless_they_are_to_be_shown() {
    let report = |server: &Host| {
        let answer = server.get("/ui/models/versions/2/report");
        assert_eq!(answer.status, 200);
        assert!(
            answer.has("content-security-policy: sandbox; default-src 'none'"),
            "{}",
            answer.head
        );
        assert!(answer.has("content-disposition: attachment; filename=\"report.html\""));
        let (_, rest) = answer.body.split_once("type=\"application/json\">").unwrap();
        let data: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        (answer.body, data)
    };
    let (all, data) = report(&host(&["--show-questions"]));
    let written = MODELS.path().join("intent/2/report.html");
    assert_eq!(all, std::fs::read_to_string(written).unwrap());
    let cells = data["cells"].as_array().unwrap();
    let texts: Vec<&str> = cells
        .iter()
        .flat_map(|cell| cell[3].as_array().unwrap())
        .map(|question| question[1].as_str().unwrap())
        .filter(|text| text.len() > 12)
        .collect();
    assert!(texts.len() > 100, "{}", texts.len());
    let server = host(&[]);
    let (bare, data) = report(&server);
    for text in &texts {
        let escaped = json!(text).to_string();
        assert!(!bare.contains(escaped.trim_matches('"')), "{text}");
    }
    assert_eq!(data["cells"].as_array().unwrap().len(), cells.len());
    assert_eq!((&data["texts"], &data["worst"]), (&json!(false), &json!([])));
    assert!(bare.contains("accuracy"));
    for (target, status) in [
        ("/ui/models/versions/3/report", 404),
        ("/ui/models/versions/../report", 404),
        ("/ui/models/versions/02x/report", 404),
    ] {
        assert_eq!(server.get(target).status, status, "{target}");
    }
}

#[test]
fn no_file_from_elsewhere_is_taken_for_a_report() {
    let dir = models(&[(1, constant(1))]);
    put(dir.path(), 2, &constant(2));
    let secret = dir.path().join("secret.html");
    std::fs::write(&secret, "<p>secret</p>").unwrap();
    std::os::unix::fs::symlink(&secret, dir.path().join("intent/2/report.html")).unwrap();
    let server = Host::start(dir.path(), &["--show-questions"]);
    let none = server.get("/ui/models/versions/1/report");
    assert_eq!(
        (none.status, none.json()["type"].as_str()),
        (404, Some("urn:posos-intent:problem:no-report"))
    );
    let linked = server.get("/ui/models/versions/2/report");
    assert_eq!(linked.status, 500);
    assert!(!linked.body.contains("secret"), "{linked:?}");
    // a directory, and a page that is none of the trainer's
    std::fs::create_dir(dir.path().join("intent/1/report.html")).unwrap();
    assert_eq!(server.get("/ui/models/versions/1/report").status, 500);
    std::fs::remove_dir(dir.path().join("intent/1/report.html")).unwrap();
    std::fs::write(dir.path().join("intent/1/report.html"), "<script>1</script>").unwrap();
    let closed = Host::start(dir.path(), &[]);
    assert_eq!(closed.get("/ui/models/versions/1/report").status, 500);
}

#[test]
fn decides_as_the_component_does() {
    let server = host(&[]);
    let component = MODELS.path().join("intent/2/intent.wasm");
    let limits = Limits { deadline: std::time::Duration::from_secs(30), ..Limits::default() };
    let runtime = Runtime::new(limits).unwrap();
    let model = Classifier::open(&runtime, &component).unwrap();
    let questions = questions(150);
    let lines: String = questions.iter().map(|q| json!(q).to_string() + "\n").collect();
    let answer = server.post("/intent/batch?decide=true", "application/x-ndjson", &lines);
    let answers = answer.unchunked();
    assert_eq!(answers.lines().count(), questions.len());
    let mut seen = BTreeSet::new();
    for (question, line) in questions.iter().zip(answers.lines()) {
        let decided = model.decide(question).unwrap().unwrap();
        let word = match decided {
            Decision::Intent(_) => "intent",
            Decision::Unsure(_) => "unsure",
            Decision::OutOfScope(_) => "out-of-scope",
        };
        let first = decided.most_probable().unwrap();
        let (intent, probability) = (first.intent, first.probability);
        let want = format!(
            "{{\"intent\": {intent}, \"probability\": \"{probability:.8}\", \"decision\": \"{word}\"}}"
        );
        assert_eq!(line, want, "{question}");
        seen.insert(word);
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    // with everything else, and by both methods; without, the two keys alone
    let body = json!({"query": "mal de tête", "top": 2, "explain": true, "decide": true});
    let post = server.post("/intent", "application/json", &body.to_string());
    let get = server.get("/intent?query=mal+de+t%C3%AAte&top=2&explain=true&decide=true");
    assert_eq!(post.body, get.body);
    let keys: Vec<String> = post.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
    assert_eq!(server.get("/intent?query=a").json().as_object().unwrap().len(), 2);
    for target in ["/intent?query=a&decide=yes", "/intent?query=a&decide=true&decide=true"] {
        assert_eq!(server.get(target).status, 400, "{target}");
    }
}
