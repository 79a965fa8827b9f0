//! The kinds of findings: severity, title and remedy.

use serde::Serialize;

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// `train` refuses it, or no model can be right.
    Error,
    /// Costs accuracy, or makes the measures too good to be true.
    Warning,
    /// Worth knowing.
    Note,
}

macro_rules! kinds {
    ($($name:ident, $level:ident, $title:literal, $remedy:literal;)*) => {
        /// Kind of a finding, the most severe first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum FindingKind {
            $(#[doc = $title] $name,)*
        }

        impl FindingKind {
            /// Severity.
            #[must_use]
            pub(crate) fn level(self) -> Level {
                match self { $(FindingKind::$name => Level::$level,)* }
            }

            /// Title in a few words.
            #[must_use]
            pub(crate) fn title(self) -> &'static str {
                match self { $(FindingKind::$name => $title,)* }
            }

            /// Remedy.
            #[must_use]
            pub(crate) fn remedy(self) -> &'static str {
                match self { $(FindingKind::$name => $remedy,)* }
            }
        }
    };
}

kinds! {
    TooFewLabels, Error, "fewer than two labels",
        "a classifier needs two: add questions of another label";
    BadRow, Error, "rows that cannot be read",
        "mend them, or leave them out with train --skip-bad-rows";
    InvalidUtf8, Error, "bytes that are not UTF-8",
        "find out the file's encoding and save it as UTF-8";
    EmptyText, Error, "rows without a text",
        "write the question, or remove the row";
    NoLabel, Error, "rows without a label",
        "label the question, or remove the row";
    TextTooLong, Error, "texts longer than a query may be",
        "shorten or remove them: a host refuses queries of that length";
    ContradictoryLabels, Error, "the same question under different labels",
        "decide for one label; where both are right, merge the labels";
    LabelOfOne, Error, "labels with a single question",
        "add questions, merge the label into another, or train with --allow-singletons";
    RareLabel, Warning, "labels with few questions",
        "add questions: below ten, neither the label nor its figures can be relied on";
    Imbalance, Warning, "labels of very unequal size",
        "add questions of the rare labels; judge by macro F1, not by accuracy";
    LabelVariants, Warning, "spellings of what is probably one label",
        "write them alike: they are learned as different labels";
    MixedLabels, Warning, "labels that are numbers beside labels that are names",
        "use one or the other: one name makes the numbers names too, with new ids";
    UnknownLabel, Warning, "labels that the training part does not have",
        "add them to the training part, or remove the rows: no model can answer them";
    NearDuplicatesContradict, Warning, "near-duplicates under different labels",
        "decide for one label, unless the difference between the texts is what the labels are about";
    SplitLeak, Warning, "questions of one part that are near-duplicates in another",
        "keep each on one side: figures measured on them are too good to be true";
    Replaced, Warning, "replacement characters (U+FFFD): text that an earlier program lost",
        "restore the text from its source";
    Mojibake, Warning, "UTF-8 that was read as Latin-1 or Windows-1252",
        "save it as UTF-8 again; the probable text is shown";
    ControlCharacter, Warning, "control characters",
        "remove them";
    HtmlEntity, Warning, "HTML entities",
        "decode them: users do not type them; the probable text is shown";
    Escape, Warning, "escape sequences of a program",
        "decode them: users do not type them";
    OddCharacter, Warning, "invisible or unassigned characters",
        "remove them";
    NoToken, Warning, "texts without a letter, digit or sign",
        "remove them: the model sees nothing in them";
    LabelsAlike, Warning, "labels that the model can hardly tell apart",
        "sharpen their definitions and relabel, or merge them";
    LikelyMislabelled, Warning, "questions that are probably mislabelled",
        "read them; the model's label is shown";
    Duplicates, Note, "the same question again under the same label",
        "remove the copies, unless their number is meant";
    UnpairedQuote, Note, "an opening or closing quotation mark by itself",
        "look whether the text was cut, or quoted twice";
}
