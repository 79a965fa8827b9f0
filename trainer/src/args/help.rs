//! Help texts that name the columns of the data, from the list by which it is read.

use intent_data::columns::{LABEL, TEXT, listed};

/// Help of a path to labelled questions.
pub(super) fn labelled() -> String {
    format!("{}. {}", paths("contains either"), columns())
}

/// Help of a path to labelled questions, whose test part is not wanted.
pub(super) fn labelled_without_test() -> String {
    format!("{}; a test part is not read. {}", paths("contains either"), columns())
}

/// Help of a path to a whole data set.
pub(super) fn all_parts() -> String {
    let parts = "contains a training part and, optionally, validation and test parts";
    format!("{}. {}", paths(parts), columns())
}

/// Help of a path to questions that are to be answered.
pub(super) fn unlabelled() -> String {
    format!(
        "Questions to answer: a CSV, TSV or JSONL file with a text column ({}), or a directory or \
         encrypted archive (data.tgz.gpg) that contains input_test.csv or test.csv",
        listed(TEXT)
    )
}

fn paths(directory: &str) -> String {
    format!(
        "Labelled questions: a CSV, TSV or JSONL file, input_train.csv with output_train.csv beside \
         it, or a directory or encrypted archive (data.tgz.gpg) that {directory}"
    )
}

fn columns() -> String {
    format!("The text column is called {}; the label column {}", listed(TEXT), listed(LABEL))
}
