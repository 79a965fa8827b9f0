//! Questions and what a model answers to them, baked into it: whoever serves it asks them first.
//!
//! They are made up: a model carries nothing of the data that it was trained on.

use intent_model::SliceModel;
use intent_model::info::Golden;

/// Questions of every kind that the feature code treats by itself: plain, accented, not Latin, of
/// one character, repeated, long, without any token.
pub(crate) const QUESTIONS: &[&str] = &[
    "risques poisson cru pendant la grossesse ?",
    "J’ai oublié ma pilule hier soir, que faire ?",
    "how do I change the address on my account?",
    "cœur Å ﬁn ß e\u{301}",
    "副作用はありますか",
    "?",
    "mal mal mal mal mal mal mal mal",
    "a",
    "\u{301}",
];

/// Random words that are asked as well, in questions of 8: they touch rows all over the tables.
const WORDS: u32 = 128;

/// The golden questions of `model`, answered by it.
#[must_use]
pub fn answered(model: &SliceModel<'_>) -> Vec<Golden> {
    let answered = questions().into_iter().filter_map(|query| {
        let p = model.classify(&query).ok()?;
        Some(Golden { query, intent: p.intent, probability: p.probability })
    });
    answered.collect()
}

/// The golden questions of every model.
#[must_use]
pub fn questions() -> Vec<String> {
    let words: Vec<String> = (1..=WORDS).map(word).collect();
    let random = words.chunks(8).map(|words| words.join(" "));
    QUESTIONS.iter().map(|q| (*q).to_owned()).chain(random).collect()
}

/// A word of 3 to 10 letters, always the same for the same `seed` (a linear congruential generator).
fn word(seed: u32) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9);
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let length = 3 + next(8);
    (0..length).map(|_| char::from(b'a' + next(26) as u8)).collect()
}
