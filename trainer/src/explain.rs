//! An explanation for people: the question's tokens with their shares, the strongest n-grams, and
//! the intents that came next.

mod paint;
mod view;

pub(crate) use paint::paint;
pub(crate) use view::View;
