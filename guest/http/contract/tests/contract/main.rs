//! One table of cases (`cases.json`), against the host and against the composed component in another
//! host of wasi:http: the same status, headers and bytes from both. `INTENT_CONTRACT_URLS`, of hosts that
//! serve the model in `INTENT_CONTRACT_MODEL` (scripts/contract), are asked as well.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod client;
mod equality;
mod page;
mod servers;

use client::{Answer, Case};

#[test]
fn the_host_and_the_front_answer_alike() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let (model, given) = servers::model();
    let host = servers::host(model);
    let front = servers::front(&intent_bake::compose::with_front(model).unwrap());
    let urls = std::env::var("INTENT_CONTRACT_URLS").unwrap_or_default();
    let others: Vec<String> = urls.split_whitespace().map(str::to_owned).collect();
    assert!(others.is_empty() || *given, "INTENT_CONTRACT_MODEL is what the other hosts serve");
    for case in &cases {
        let want = client::ask(&host, case);
        check(case, &want);
        for address in [&front].into_iter().chain(&others) {
            let got = client::ask(address, case);
            assert_eq!(got, want, "{} ({address})", case.name);
        }
    }
    println!("{} cases, {} hosts", cases.len(), 2 + others.len());
}

/// What the table says of an answer.
fn check(case: &Case, answer: &Answer) {
    let name = &case.name;
    assert_eq!(answer.status, case.status, "{name}: {answer:?}");
    assert_eq!(answer.allow.as_deref(), case.allow.as_deref(), "{name}: {answer:?}");
    if case.method == "HEAD" {
        assert!(answer.body.is_empty(), "{name}: {answer:?}");
        return;
    }
    let Some(kind) = &case.problem else {
        assert_eq!(answer.kind.as_deref(), case.kind.as_deref(), "{name}: {answer:?}");
        let ours = case.target.starts_with("/intent");
        assert_eq!(answer.version.as_deref(), ours.then_some("1"), "{name}: {answer:?}");
        return;
    };
    assert_eq!(answer.kind.as_deref(), Some("application/problem+json"), "{name}: {answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["type"], format!("urn:posos-intent:problem:{kind}"), "{name}");
    assert_eq!(body["status"], case.status, "{name}");
}

#[test]
fn the_card_is_a_page_that_runs_nothing() {
    let (model, _) = servers::model();
    let front = servers::front(&intent_bake::compose::with_front(model).unwrap());
    let card = client::ask(&front, &Case::get("/"));
    assert_eq!((card.status, card.kind.as_deref()), (200, Some("text/html; charset=utf-8")));
    let page = card.body;
    assert!(page.contains("<h1>intent, version 1</h1>") && !page.contains("<script"), "{page}");
    let nothing = client::ask(&front, &Case::get("/nowhere"));
    assert_eq!(nothing.status, 404);
    assert!(nothing.body.contains("/intent?query="));
}

/// What a host must provide, no more: no files, no sockets, no randomness, nothing of one host alone.
#[test]
fn the_imports_are_those_that_every_host_has() {
    let (model, _) = servers::model();
    let composed = intent_bake::compose::with_front(model).unwrap();
    let added = composed.len() - model.len();
    assert!(added <= 300_000, "the front adds {added} bytes");
    let engine = wasmtime::Engine::default();
    let component = wasmtime::component::Component::new(&engine, &composed).unwrap();
    let world_type = component.component_type();
    let imports = world_type.imports(&engine).map(|(name, _)| format!("import {name}\n"));
    let exports = world_type.exports(&engine).map(|(name, _)| format!("export {name}\n"));
    let world: String = imports.chain(exports).collect();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/world.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &world).unwrap();
    }
    assert_eq!(world, std::fs::read_to_string(&golden).unwrap());
}
