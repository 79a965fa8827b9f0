//! Shadow requests: questions that a second version is asked, and whose answers are only compared.

use super::state::AppState;
use crate::registry::Version;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Maximum concurrent shadow requests. More are dropped: they run on the threads that answer, and delay answers.
const MAX_SHADOW_REQUESTS: usize = 64;

/// Asks the shadow as well, after the picked version has answered, and counts whether it disagrees with `answered`.
pub(super) fn ask_shadow(state: &Arc<AppState>, shadow: &Arc<Version>, text: &str, answered: i32) {
    if state.shadow_requests.fetch_add(1, Ordering::Relaxed) >= MAX_SHADOW_REQUESTS {
        state.shadow_requests.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let (state, shadow, text) = (state.clone(), shadow.clone(), text.to_owned());
    tokio::spawn(async move {
        shadow.counters.shadowed.inc();
        shadow.counters.instantiations.inc();
        let answer = shadow.classifier.classify(&text);
        if !matches!(answer, Ok(Ok(p)) if p.intent == answered) {
            shadow.counters.disagreements.inc();
        }
        state.shadow_requests.fetch_sub(1, Ordering::Relaxed);
    });
}
