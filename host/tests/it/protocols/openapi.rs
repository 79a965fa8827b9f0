//! The content of `/openapi.json`; scripts/check-openapi tests the host against it.

use crate::common::{Host, constant, models};

#[test]
fn is_the_file_of_the_source_and_the_same_to_all() {
    let dir = models(&[(3, constant(3))]);
    let host = Host::start(dir.path(), &[]);
    let answer = host.get("/openapi.json");
    assert!(answer.has("content-type: application/json"), "{answer:?}");
    let written = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/openapi/openapi.json");
    assert_eq!(answer.body, std::fs::read_to_string(written).unwrap());
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    // every operation has a name of its own
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let names: Vec<_> = operations.map(|o| o["operationId"].as_str().unwrap()).collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    for path in ["/intent", "/intent/batch", "/healthz", "/readyz", "/metrics", "/openapi.json"] {
        assert!(paths.contains_key(path), "{path}");
    }
    let head = host.send("HEAD", "/openapi.json");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(host.send("POST", "/openapi.json").status, 405);
}
