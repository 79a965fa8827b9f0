//! The words of a list of texts, and their lexicon.

use super::settings::Settings;
use intent_model::lexicon;
use intent_model::tokens::Tokens;
use std::collections::{HashMap, HashSet};

/// A word and how often it occurs.
pub(super) struct WordCount {
    pub(super) word: String,
    pub(super) count: usize,
}

/// The tokens of `texts`, the most frequent first, ties in alphabetical order.
pub(super) fn by_count(texts: &[String]) -> Vec<WordCount> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut token = String::new();
    for text in texts {
        for chars in Tokens::new(text).plain() {
            token.clear();
            token.extend(chars);
            match counts.get_mut(&token) {
                Some(count) => *count += 1,
                None => drop(counts.insert(token.clone(), 1)),
            }
        }
    }
    let mut words: Vec<WordCount> =
        counts.into_iter().map(|(word, count)| WordCount { word, count }).collect();
    words.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.word.cmp(&b.word)));
    words
}

/// The lexicon of `texts`: log2 of the number of its buckets, and its bytes. `other_words` are added with a
/// count of 1: they count as known, but no word is corrected to a word with this count.
pub(super) fn lexicon(
    texts: &[String],
    settings: &Settings,
    other_words: &[String],
) -> (u8, Vec<u8>) {
    let mut words = by_count(texts);
    let in_texts: HashSet<&str> = words.iter().map(|count| count.word.as_str()).collect();
    let others = other_words.iter().filter(|word| !in_texts.contains(word.as_str()));
    let others: Vec<WordCount> =
        others.map(|word| WordCount { word: word.clone(), count: 1 }).collect();
    words.extend(others);
    let known = known(&words);
    let bits = lexicon::bits_for(known.len(), settings.lexicon_bits);
    (bits, lexicon::encode(known.iter().map(|(word, count)| (word.as_slice(), *count)), bits))
}

/// The number of words that a lexicon of `texts` without a size limit would hold.
#[must_use]
pub fn lexicon_words(texts: &[String]) -> usize {
    known(&by_count(texts)).len()
}

/// The words that a lexicon accepts.
fn known(words: &[WordCount]) -> Vec<(Vec<char>, u32)> {
    let letters = words.iter().map(|w| (w.word.chars().collect(), w.count as u32));
    letters.filter(|(word, _): &(Vec<char>, u32)| lexicon::accepts(word)).collect()
}
