//! Text → folded, bracketed tokens.
//!
//! Folding: lower case, compatibility decomposition (Unicode NFKD), combining marks dropped,
//! the ligatures that Unicode leaves whole (`œ`, `æ`, `ß`) spelled out, typographic
//! apostrophes made plain. Tokens are runs of letters, digits and `_`, or one other
//! character that is not white space: `\w+|[^\w\s]` in the notation of regular expressions.

pub mod fold;

mod edit;
mod origins;
mod split;

pub(crate) use edit::{Edit, EditObserver};
pub use fold::Fold;
pub use origins::Origins;
pub use split::{BEGIN, END, Tokens};
