//! Text → folded, bracketed tokens.
//!
//! Folding is per character: lower case, compatibility decomposition (Unicode NFKD), no combining marks, the
//! letters that NFKD leaves whole (`œ`, `æ`, `ß`) spelled out, typographic apostrophes replaced by `'`. Tokens are runs
//! of letters, digits and `_`, or one other character that is not white space: `\w+|[^\w\s]` in the notation of regular
//! expressions.

pub mod fold;

mod edit;
mod origins;
mod split;

pub(crate) use edit::{Edit, EditObserver};
pub use fold::CharFold;
pub use origins::Origins;
pub use split::{BEGIN, END, Tokens};
