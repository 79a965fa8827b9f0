//! Names of the columns that are read. The error messages, the help of `intent-trainer` and a test of
//! the documentation take them from here: a further name is one more string.

use crate::problem::Fault;

/// Names of the text column, in any case.
pub const TEXT: &[&str] = &["question", "text", "query", "utterance"];
/// Names of the label column, in any case.
pub const LABEL: &[&str] = &["intent", "intention", "label"];
/// Names of the ID column, in any case.
pub const ID: &[&str] = &["id"];

/// The columns that a file must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    /// An ID column.
    pub(crate) id: bool,
    /// A text column.
    pub(crate) text: bool,
    /// A label column.
    pub(crate) label: bool,
}

impl Needs {
    /// The names of the required columns, as an error message lists them.
    pub(crate) fn names(self) -> String {
        let columns = [(self.id, ID), (self.text, TEXT), (self.label, LABEL)];
        let needed = columns.into_iter().filter(|(needed, _)| *needed);
        needed.map(|(_, names)| names.join("|")).collect::<Vec<_>>().join(" and ")
    }
}

/// The names of a column in words: `a, b or c`.
#[must_use]
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Reports a required field that is not there: one wording for all formats.
pub(crate) fn missing(fault: Fault, needed: bool, there: bool) -> Result<(), (Fault, String)> {
    let name = match fault {
        Fault::NoText => "text",
        Fault::NoLabel => "label",
        _ => "ID",
    };
    if needed && !there { Err((fault, format!("no {name}"))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_in_words() {
        assert_eq!(listed(&["a", "b", "c"]), "a, b or c");
        assert_eq!(listed(&["a"]), "a");
    }

    #[test]
    fn the_documentation_names_every_column() {
        let doc = include_str!("../../../README.md");
        for name in TEXT.iter().chain(LABEL) {
            assert!(doc.contains(&format!("`{name}`")), "README.md lacks `{name}`");
        }
    }

    #[test]
    fn the_leak_check_knows_every_column() {
        let script = include_str!("../../../scripts/check-leaks");
        for names in [TEXT, LABEL] {
            let pattern = format!("^({})$", names.join("|"));
            assert!(script.contains(&pattern), "scripts/check-leaks lacks {pattern}");
        }
    }
}
