//! Duplicate questions: with contradictory labels, across the parts of a split, or superfluous.

use super::finding::{Finding, MAX_ROWS, Row};
use super::kind::FindingKind;
use intent_learn::near::NearDuplicates;
use intent_learn::progress::Progress;
use intent_model::tokens::Tokens;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The groups that a split would leave whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct GroupCounts {
    /// GroupCounts of more than one question, duplicates and near-duplicates.
    pub(crate) groups: usize,
    /// Questions in them.
    pub(crate) questions: usize,
    /// Questions of the largest.
    pub(crate) largest: usize,
}

/// The rows of one text: equal after folding, signs included.
type Same<'a> = Vec<&'a Row<'a>>;

/// Finds duplicates and near-duplicates, and counts the groups of the latter.
#[must_use]
pub(crate) fn findings<'a>(
    rows: &'a [Row<'a>],
    similar: f64,
    progress: &dyn Progress,
) -> (Vec<Finding>, GroupCounts) {
    let texts = distinct(rows);
    let mut findings: Vec<Finding> = texts.iter().filter_map(|same| duplicate(same)).collect();
    let firsts: Vec<String> = texts.iter().map(|same| same[0].record.text.clone()).collect();
    let near = NearDuplicates::find(&firsts, similar, progress);
    drop(firsts);
    let neighbours = neighbours(&near);
    for (i, others) in neighbours.iter().enumerate() {
        findings.extend(contradictions(&texts, i, others));
        findings.extend(leak(&texts, i, others));
    }
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for (group, same) in near.groups().into_iter().zip(&texts) {
        *sizes.entry(group).or_default() += same.len();
    }
    let many = || sizes.values().copied().filter(|&size| size > 1);
    let groups = GroupCounts {
        groups: many().count(),
        questions: many().sum(),
        largest: many().max().unwrap_or_default(),
    };
    (findings, groups)
}

/// The rows by their folded text, in the order of their first row. Texts without a token are left
/// out: they are equal in nothing but that.
fn distinct<'a>(rows: &'a [Row<'a>]) -> Vec<Same<'a>> {
    let keys: Vec<Vec<char>> = rows
        .par_iter()
        .map(|row| Tokens::new(&row.record.text).bracketed().flatten().copied().collect())
        .collect();
    let mut place: HashMap<&[char], usize> = HashMap::with_capacity(rows.len());
    let mut texts: Vec<Same<'a>> = Vec::new();
    for (row, key) in rows.iter().zip(&keys).filter(|(_, key)| !key.is_empty()) {
        let at = *place.entry(key).or_insert(texts.len());
        match texts.get_mut(at) {
            Some(same) => same.push(row),
            None => texts.push(vec![row]),
        }
    }
    texts
}

fn labels<'a>(rows: impl IntoIterator<Item = &'a &'a Row<'a>>) -> BTreeSet<&'a str> {
    rows.into_iter().filter_map(|r| r.record.label.as_deref()).collect()
}

/// "2 "a", 1 "b"".
fn by_label(rows: &[&Row<'_>]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in rows.iter().filter_map(|r| r.record.label.as_deref()) {
        *counts.entry(label).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(label, n)| format!("{n} {label:?}")).collect();
    counts.join(", ")
}

fn duplicate(same: &Same<'_>) -> Option<Finding> {
    let rows = same.iter().copied();
    if same.len() < 2 {
        return None;
    }
    if labels(same).len() > 1 {
        return Some(Finding::new(FindingKind::ContradictoryLabels, by_label(same), rows));
    }
    let role = same.iter().map(|r| r.role).max()?;
    let (held_out, earlier): (Same<'_>, Same<'_>) = rows.clone().partition(|r| r.role == role);
    if !earlier.is_empty() {
        let message = format!("the same, {} and {} times", held_out.len(), earlier.len());
        let shown = held_out.into_iter().take(MAX_ROWS / 2).chain(earlier);
        let finding = Finding::new(FindingKind::SplitLeak, message, shown);
        return Some(Finding { score: Some(1.0), ..finding });
    }
    Some(Finding::new(FindingKind::Duplicates, format!("{} times", same.len()), rows))
}

/// The near-duplicates of each text with their similarity, the most similar first.
fn neighbours(near: &NearDuplicates) -> Vec<Vec<(u32, f64)>> {
    let count = near.first.len();
    // texts that differ in their signs only
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
    (0u32..).zip(&near.first).for_each(|(i, &first)| members[first as usize].push(i));
    let mut neighbours: Vec<Vec<(u32, f64)>> = vec![Vec::new(); count];
    let mut both = |a: u32, b: u32, similarity: f64| {
        neighbours[a as usize].push((b, similarity));
        neighbours[b as usize].push((a, similarity));
    };
    // a text has so few neighbours that it is enough to show some of each kind
    for members in &members {
        for (at, &a) in members.iter().enumerate() {
            members[at + 1..].iter().take(MAX_ROWS).for_each(|&b| both(a, b, 1.0));
        }
    }
    for pair in &near.pairs {
        for &a in members[pair.a as usize].iter().take(MAX_ROWS) {
            members[pair.b as usize]
                .iter()
                .take(MAX_ROWS)
                .for_each(|&b| both(a, b, pair.similarity));
        }
    }
    neighbours.iter_mut().for_each(|n| n.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0))));
    neighbours
}

/// One finding for each near-duplicate after text `i` with another label.
fn contradictions(texts: &[Same<'_>], i: usize, others: &[(u32, f64)]) -> Vec<Finding> {
    let own = &texts[i];
    let mine = labels(own);
    let mut findings = Vec::new();
    for &(other, similarity) in others.iter().filter(|(other, _)| *other as usize > i) {
        let other = &texts[other as usize];
        let theirs = labels(other);
        if mine.len() == 1 && theirs.len() == 1 && mine != theirs {
            let rows = [own[0], other[0]];
            let message = format!("{}; {similarity:.2} alike", by_label(&rows));
            let finding = Finding::new(FindingKind::NearDuplicatesContradict, message, rows);
            findings.push(Finding { score: Some(similarity), ..finding });
        }
    }
    findings
}

/// A finding if text `i` is held out in one part, and near-duplicates with no other label are in an
/// earlier one.
fn leak(texts: &[Same<'_>], i: usize, others: &[(u32, f64)]) -> Option<Finding> {
    let own = &texts[i];
    let role = own.iter().map(|r| r.role).max()?;
    // otherwise it is a duplicate in two parts, which is a finding already
    if own.iter().any(|r| r.role != role) {
        return None;
    }
    let mine = labels(own);
    let mut rows: Vec<&Row<'_>> = own.iter().copied().take(MAX_ROWS / 2).collect();
    let mut nearest = None;
    for &(other, similarity) in others {
        let theirs = &texts[other as usize];
        let same = mine.is_empty() || labels(theirs).iter().all(|l| mine.contains(l));
        let mut earlier = theirs.iter().filter(|r| r.role < role);
        if let Some(row) = earlier.next().filter(|_| same) {
            nearest.get_or_insert(similarity);
            rows.push(row);
        }
    }
    let similarity = nearest?;
    let finding = Finding::new(FindingKind::SplitLeak, format!("{similarity:.2} alike"), rows);
    Some(Finding { score: Some(similarity), ..finding })
}
