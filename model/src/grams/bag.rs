//! A multiset of buckets.

use alloc::vec;
use alloc::vec::Vec;

/// A multiset of buckets, in order of first occurrence.
#[derive(Debug)]
pub struct Bag {
    counts: Vec<(u32, u32)>,
    /// Open addressing with linear probing over `counts`: 0 is free, i+1 is entry i.
    slots: Vec<u32>,
}

impl Bag {
    /// For at most `capacity` insertions.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let slots = (2 * capacity).next_power_of_two();
        Bag { counts: Vec::with_capacity(capacity), slots: vec![0; slots] }
    }

    pub(super) fn insert(&mut self, bucket: u32) {
        let mask = self.slots.len() - 1;
        let mut at = bucket as usize & mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.counts.push((bucket, 1));
                    self.slots[at] = self.counts.len() as u32;
                    return;
                }
                i => {
                    let entry = &mut self.counts[i as usize - 1];
                    if entry.0 == bucket {
                        entry.1 += 1;
                        return;
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// The index of `bucket` in [`Bag::counts`].
    pub(crate) fn position(&self, bucket: u32) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = bucket as usize & mask;
        loop {
            let entry = (self.slots[at] as usize).checked_sub(1)?;
            if self.counts[entry].0 == bucket {
                return Some(entry);
            }
            at = (at + 1) & mask;
        }
    }

    /// `(bucket, count)` in order of first occurrence; a bucket occurs once.
    #[must_use]
    pub fn counts(&self) -> &[(u32, u32)] {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bag_counts(buckets in proptest::collection::vec(0u32..50, 0..200)) {
            let mut bag = Bag::with_capacity(buckets.len());
            let mut want = BTreeMap::new();
            for b in &buckets {
                bag.insert(*b);
                *want.entry(*b).or_insert(0) += 1;
            }
            for (i, (bucket, _)) in bag.counts().iter().enumerate() {
                prop_assert_eq!(bag.position(*bucket), Some(i));
            }
            prop_assert_eq!(bag.position(50), None);
            prop_assert_eq!(bag.counts().iter().copied().collect::<BTreeMap<_, _>>(), want);
        }
    }
}
