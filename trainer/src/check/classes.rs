//! Labels: too few, too rare, too unequal, spelled in two ways, unknown to the training part.

use super::finding::{Finding, Row};
use super::kind::FindingKind;
use intent_data::parts::Role;
use intent_dataset::Labels;
use intent_model::tokens::Tokens;
use std::collections::BTreeMap;

/// Questions below which a label is rare: a fifth of them, held out, is a single one.
pub(crate) const RARE: usize = 10;
/// The largest label's questions over the smallest's from which both cannot be judged by one
/// accuracy (He and Garcia 2009 take 100:1 as the first of the high imbalances).
pub(crate) const UNEQUAL: usize = 100;

/// Finds faults of the labels; `labels` are those of the training part.
#[must_use]
pub(crate) fn findings(rows: &[Row<'_>], labels: Option<&Labels>) -> Vec<Finding> {
    let mut by_label: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows {
        if let Some(label) = row.record.label.as_deref() {
            by_label.entry(label).or_default().push(*row);
        }
    }
    let mut findings = variants(&by_label);
    let Some(labels) = labels else {
        let message = match by_label.keys().next() {
            None => "no question has a label".to_owned(),
            Some(label) => format!("every question has the label {label:?}"),
        };
        findings.push(Finding::new(FindingKind::TooFewLabels, message, []));
        return findings;
    };
    let mut classes: Vec<Vec<Row<'_>>> = vec![Vec::new(); labels.len()];
    for (label, members) in &by_label {
        match labels.class_of(label) {
            Some(class) => {
                classes[class as usize].extend(members.iter().filter(|r| r.role == Role::Train));
            }
            None => {
                let count = counted(members.len(), "question");
                let message = format!("{label:?}: {count}, none in the training part");
                findings.push(Finding::new(FindingKind::UnknownLabel, message, members));
            }
        }
    }
    findings.extend(sizes(&classes, labels));
    findings.extend(mixed(&by_label));
    findings
}

fn sizes(classes: &[Vec<Row<'_>>], labels: &Labels) -> Vec<Finding> {
    let mut findings = Vec::new();
    let named = || labels.keys().iter().zip(classes);
    for (label, rows) in named() {
        let message = format!("{label:?}: {}", counted(rows.len(), "question"));
        match rows.len() {
            0 | 1 => findings.push(Finding::new(FindingKind::LabelOfOne, message, rows)),
            2..RARE => findings.push(Finding::new(FindingKind::RareLabel, message, rows)),
            _ => {}
        }
    }
    let largest = named().max_by_key(|(_, rows)| rows.len());
    let smallest = named().min_by_key(|(_, rows)| rows.len());
    if let (Some((most, many)), Some((least, few))) = (largest, smallest)
        && many.len() >= UNEQUAL * few.len()
    {
        let message =
            format!("{} of {most:?}, {} of {least:?}", counted(many.len(), "question"), few.len());
        let ratio = many.len() as f64 / few.len().max(1) as f64;
        findings.push(Finding {
            score: Some(ratio),
            ..Finding::new(FindingKind::Imbalance, message, [])
        });
    }
    findings
}

/// Labels that differ in nothing but case, accents, white space, `-` or `_`.
fn variants(by_label: &BTreeMap<&str, Vec<Row<'_>>>) -> Vec<Finding> {
    let mut by_fold: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for label in by_label.keys() {
        let fold: String =
            Tokens::new(label).plain().flatten().filter(|c| !matches!(c, '-' | '_')).collect();
        by_fold.entry(fold).or_default().push(label);
    }
    let mut findings = Vec::new();
    for (fold, labels) in by_fold {
        if labels.len() < 2 || fold.is_empty() {
            continue;
        }
        let size = |label: &str| by_label.get(label).map_or(0, Vec::len);
        let spelled: Vec<String> =
            labels.iter().map(|l| format!("{l:?} ({})", counted(size(l), "question"))).collect();
        let most = labels.iter().max_by_key(|l| size(l)).map(ToString::to_string);
        let examples = labels.iter().filter_map(|l| by_label.get(l)?.first());
        findings.push(Finding {
            suggestion: most,
            ..Finding::new(FindingKind::LabelVariants, spelled.join(", "), examples)
        });
    }
    findings
}

fn mixed(by_label: &BTreeMap<&str, Vec<Row<'_>>>) -> Vec<Finding> {
    let (numbers, names): (Vec<&str>, Vec<&str>) =
        by_label.keys().partition(|l| l.parse::<i32>().is_ok());
    if numbers.is_empty() || names.is_empty() {
        return Vec::new();
    }
    let some = |labels: &[&str]| {
        let first: Vec<String> = labels.iter().take(3).map(|l| format!("{l:?}")).collect();
        let more = if labels.len() > 3 { ", …" } else { "" };
        format!("{} ({}{more})", labels.len(), first.join(", "))
    };
    let message = format!("{} are whole numbers, {} are names", some(&numbers), some(&names));
    let fewer = if numbers.len() < names.len() { numbers } else { names };
    let examples = fewer.iter().filter_map(|l| by_label.get(l)?.first());
    vec![Finding::new(FindingKind::MixedLabels, message, examples)]
}

/// "1 question", "2 questions".
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
