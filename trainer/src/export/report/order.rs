//! Orders of the classes that show something in a confusion matrix.

use intent_learn::evaluate::Confusion;
use serde::Serialize;
use std::cmp::Reverse;

/// Orders of the classes: each a permutation of their places.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Orders {
    /// Ascending ids.
    id: Vec<usize>,
    /// Most errors first, as truth or as answer.
    errors: Vec<usize>,
    /// Classes that are confused with each other side by side.
    similarity: Vec<usize>,
}

impl Orders {
    pub(super) fn compute(confusion: &Confusion) -> Self {
        let classes = confusion.classes();
        let mut errors = vec![0u32; classes];
        let mut pairs = Vec::new();
        for (t, g, count) in confusion.cells().filter(|(t, g, _)| t != g) {
            errors[t] += count;
            errors[g] += count;
            let back = confusion.count(g, t);
            if t < g || back == 0 {
                pairs.push((count + back, t.min(g), t.max(g)));
            }
        }
        let id: Vec<usize> = (0..classes).collect();
        let mut by_errors = id.clone();
        by_errors.sort_by_key(|&c| Reverse(errors[c]));
        Orders { similarity: chained(classes, pairs), errors: by_errors, id }
    }
}

/// Joins the most confused pairs first, each to a chain with the chains that they are in (Kruskal's
/// algorithm; the pair is brought together where a turn of a chain can do it).
fn chained(classes: usize, mut pairs: Vec<(u32, usize, usize)>) -> Vec<usize> {
    pairs.sort_by_key(|&(count, a, b)| (Reverse(count), a, b));
    let mut chains: Vec<Vec<usize>> = (0..classes).map(|c| vec![c]).collect();
    let mut chain_of: Vec<usize> = (0..classes).collect();
    for (_, a, b) in pairs {
        let (left, right) = (chain_of[a], chain_of[b]);
        if left == right {
            continue;
        }
        let mut second = std::mem::take(&mut chains[right]);
        let first = &mut chains[left];
        if first.first() == Some(&a) {
            first.reverse();
        }
        if second.last() == Some(&b) {
            second.reverse();
        }
        second.iter().for_each(|&c| chain_of[c] = left);
        first.append(&mut second);
    }
    // long chains first: what is confused with nothing comes last, by id
    chains.sort_by_key(|chain| Reverse(chain.len()));
    chains.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_confused_stand_side_by_side() {
        let right = (0..4).flat_map(|c| [(c, c); 9]);
        let wrong = [[(0, 3); 5].as_slice(), &[(1, 2); 2], &[(3, 0)], &[(3, 1); 3]].concat();
        let orders = Orders::compute(&Confusion::from_pairs(right.chain(wrong), 5));
        assert_eq!(orders.id, [0, 1, 2, 3, 4]);
        // 3: 6 + 3, 0: 6, 1: 2 + 3, 2: 2
        assert_eq!(orders.errors, [3, 0, 1, 2, 4]);
        // 0-3 (6), 3-1 (3), 1-2 (2)
        assert_eq!(orders.similarity, [0, 3, 1, 2, 4]);
    }

    proptest! {
        #[test]
        fn orders_are_permutations(pairs in proptest::collection::vec((0u32..6, 0u32..6), 0..60)) {
            let orders = Orders::compute(&Confusion::from_pairs(pairs, 6));
            for mut order in [orders.errors, orders.similarity] {
                order.sort_unstable();
                prop_assert_eq!(order, [0, 1, 2, 3, 4, 5]);
            }
        }
    }
}
