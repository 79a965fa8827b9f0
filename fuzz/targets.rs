// What each target does with its bytes. Also included by host/tests/it/corpus.rs, which replays the
// corpus with all other tests.

use intent_host::http::fuzzing;
use intent_host::registry::policy::Policy;
use intent_model::{LayoutError, Model};
use intent_data::archive;

/// The query string of a URL.
pub fn url(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        fuzzing::url(text);
    }
}

/// A JSON body.
pub fn json(bytes: &[u8]) {
    fuzzing::json(bytes);
}

/// A line of a batch.
pub fn line(bytes: &[u8]) {
    fuzzing::line(bytes);
}

/// `models.toml`.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(policy) = Policy::parse(text) else { return };
    for name in policy.names() {
        let model = policy.model(name);
        let total: f64 = model.split.iter().map(|s| s.1).sum();
        assert!(model.split.is_empty() || (total - 100.0).abs() < 1e-3, "{total}");
        let numbers = [1, 2, 3, 10];
        let wanted = model.wanted(&numbers);
        assert!(wanted.is_sorted() && wanted.iter().all(|n| numbers.contains(n)), "{wanted:?}");
    }
}

/// An archive of data: no path leads out of it, and what it holds is no more than the bound.
pub fn archive(bytes: &[u8]) {
    const MOST: u64 = 1 << 20;
    let Ok(files) = archive::unpack(bytes, MOST) else { return };
    let held: u64 = files.values().map(|bytes| bytes.len() as u64).sum();
    assert!(held <= MOST, "{held}");
    for path in files.keys() {
        let plain = path.components().all(|c| matches!(c, std::path::Component::Normal(_)));
        assert!(plain, "{path:?}");
    }
}

/// A model, its checksum set right: without that, hardly any change would get past it. The last
/// bytes, as many as the first one says, are what it is asked.
pub fn model(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first() else { return };
    let (model, text) = rest.split_at(rest.len().saturating_sub(usize::from(*length)));
    let mut model = model.to_vec();
    if let Err(LayoutError::Checksum { actual, .. }) = Model::from_bytes(&model) {
        model[92..96].copy_from_slice(&actual.to_le_bytes());
    }
    let Ok(model) = Model::from_bytes(&model) else { return };
    let text = String::from_utf8_lossy(text);
    let _ = model.classify(&text);
    let _ = model.classify_top(&text, 3);
    let _ = model.decide(&text);
    let _ = model.explain(&text, None);
}
