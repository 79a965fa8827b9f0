//! Edits of single letters in tokens.

/// An edit that corrects a misspelled word. The one that [`super::Tokens::edit`] takes counts the characters of the
/// word without brackets; the one that it returns, those of all tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Delete the letter at this index.
    Delete(usize),
    /// Swap the letters at this index and the next.
    Swap(usize),
    /// Replace the letter at this index.
    Replace(usize, char),
    /// Insert a letter before this index.
    Insert(usize, char),
}

/// Observes the edits that [`crate::lexicon::respell`] makes.
pub(crate) trait EditObserver {
    /// Called after an edit, whose index counts all characters of the [`super::Tokens`].
    fn edited(&mut self, edit: Edit);
}

impl EditObserver for () {
    fn edited(&mut self, _: Edit) {}
}
