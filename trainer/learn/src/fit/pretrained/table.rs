//! The bucket of each pretrained vector.

use intent_model::grams;
use std::collections::HashSet;

/// Vectors by bucket. At most half of the buckets are filled: first with the words of the training questions, the
/// most frequent first, then with those of the file in its order, which is by frequency in all common files. A
/// bucket has the vector of the first word that hashes to it; further words of the bucket share it, in training
/// and in serving.
#[derive(Debug)]
pub(crate) struct VectorTable {
    /// The dimension of a vector.
    pub(crate) dims: usize,
    /// For each bucket: 0 if it has no vector, else the index of its vector plus 1.
    slots: Vec<u32>,
    values: Vec<f32>,
    /// The words whose vectors are in the table.
    pub(crate) words: Vec<String>,
}

impl VectorTable {
    /// A table of 2^`bits` buckets, filled by `words` in their order with their `vector`, if they have one.
    pub(super) fn build<'a>(
        bits: u8,
        dims: usize,
        words: impl Iterator<Item = &'a str>,
        vector: impl Fn(&str) -> Option<Vec<f32>>,
    ) -> Self {
        let (mut seen, mask) = (HashSet::new(), (1u32 << bits) - 1);
        let (mut slots, mut values, mut taken) = (vec![0; 1 << bits], Vec::new(), 0);
        let mut known = Vec::new();
        for word in words.filter(|word| seen.insert(*word)) {
            if taken == 1 << (bits - 1) {
                break;
            }
            let chars: Vec<char> = word.chars().collect();
            let slot = &mut slots[(grams::hash(&chars) as u32 & mask) as usize];
            if *slot == 0
                && let Some(vector) = vector(word)
            {
                taken += 1;
                *slot = taken;
                values.extend(vector);
                known.push(word.to_owned());
            }
        }
        VectorTable { dims, slots, values, words: known }
    }

    /// The vector of `bucket`, normalised; `None` if it has none.
    pub(crate) fn get(&self, bucket: u32) -> Option<&[f32]> {
        let at = self.slots[bucket as usize].checked_sub(1)? as usize * self.dims;
        self.values.get(at..at + self.dims)
    }
}
