//! Bookkeeping of a model's versions, from their discovery to their end.

use super::catalog::{Status, VersionState};
use super::version::Version;
use intent_store::scan::Stamp;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};

/// Maximum number of ended versions that are remembered for each model.
const MAX_ENDED: usize = 16;

/// The versions of one model.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// The versions that the policy wants, by number. As long as none of them serves, also the highest version that
    /// served before.
    pub(super) present: BTreeMap<u64, Slot>,
    /// Counts the requests that the traffic split has assigned.
    pub(super) tickets: Arc<AtomicU64>,
    /// Unloaded versions that requests may still hold.
    retired: Vec<(u64, Weak<Version>)>,
    ended: Vec<Status>,
}

/// A version that the policy wants, or the one that still serves in the place of those.
#[derive(Debug)]
pub(super) struct Slot {
    /// Fingerprint of the file that was last tried, whether it was loaded or refused.
    pub(super) stamp: Option<Stamp>,
    pub(super) state: VersionState,
    /// The loaded version; none before the first successful load.
    pub(super) version: Option<Arc<Version>>,
    /// The reason why the file was refused.
    pub(super) error: Option<String>,
}

impl Slot {
    /// A version that was found and not read yet.
    pub(super) const START: Slot =
        Slot { stamp: None, state: VersionState::Start, version: None, error: None };
}

impl Slots {
    /// Whether the version `number` serves.
    pub(super) fn serves(&self, number: u64) -> bool {
        self.present.get(&number).is_some_and(|slot| slot.version.is_some())
    }

    /// Records the result of a load. If the load failed, the version that served before keeps serving.
    pub(super) fn record(&mut self, number: u64, loaded: Result<Version, String>) {
        let Some(slot) = self.present.get_mut(&number) else { return };
        match loaded {
            Ok(version) => {
                let old = slot.version.replace(Arc::new(version));
                slot.state = VersionState::Available;
                slot.error = None;
                if let Some(old) = old {
                    self.retire(number, &old);
                }
            }
            Err(error) => {
                slot.error = Some(error);
                slot.state = match slot.version {
                    Some(_) => VersionState::Available,
                    None => VersionState::End,
                };
            }
        }
    }

    /// Removes a version, and returns it if it served.
    pub(super) fn remove(&mut self, number: u64) -> Option<Arc<Version>> {
        let version = self.present.remove(&number)?.version?;
        self.retire(number, &version);
        Some(version)
    }

    fn retire(&mut self, number: u64, version: &Arc<Version>) {
        self.retired.push((number, Arc::downgrade(version)));
    }

    /// Ends the retired versions that no request holds any more.
    pub(super) fn end_unused(&mut self) {
        self.retired.retain(|(number, version)| {
            let held = version.strong_count() > 0;
            if !held {
                self.ended.push(Status { number: *number, state: VersionState::End, error: None });
            }
            held
        });
        let surplus = self.ended.len().saturating_sub(MAX_ENDED);
        self.ended.drain(..surplus);
    }

    /// One status for each number: from `present`, else from `retired`, else from `ended`.
    pub(super) fn statuses(&self) -> Vec<Status> {
        let mut statuses: BTreeMap<u64, Status> =
            self.ended.iter().map(|status| (status.number, status.clone())).collect();
        for (number, version) in &self.retired {
            let state = match version.strong_count() {
                0 => VersionState::End,
                _ => VersionState::Unloading,
            };
            statuses.insert(*number, Status { number: *number, state, error: None });
        }
        for (number, slot) in &self.present {
            let (state, error) = (slot.state, slot.error.clone());
            statuses.insert(*number, Status { number: *number, state, error });
        }
        statuses.into_values().collect()
    }
}
