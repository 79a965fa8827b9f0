//! The words of a list of texts.

use super::Settings;
use super::pretrained::Table;
use intent_model::lexicon;
use intent_model::tokens::Tokens;
use std::collections::{HashMap, HashSet};

/// The tokens of `texts` with how often they occur, the most frequent first, ties in the order of the
/// alphabet.
pub(super) fn by_count(texts: &[String]) -> Vec<(String, usize)> {
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
    let mut words: Vec<(String, usize)> = counts.into_iter().collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words
}

/// The lexicon of `texts`: log2 of its buckets, and its bytes. The words of `vectors` are known too, but
/// none is read as one of them that the texts do not have: they count once.
pub(super) fn lexicon(
    texts: &[String],
    settings: &Settings,
    vectors: Option<&Table>,
) -> (u8, Vec<u8>) {
    let mut words = by_count(texts);
    if let Some(table) = vectors {
        let own: HashSet<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        let others = table.words.iter().filter(|word| !own.contains(word.as_str()));
        let others: Vec<(String, usize)> = others.map(|word| (word.clone(), 1)).collect();
        words.extend(others);
    }
    let known = known(&words);
    let bits = lexicon::bits_for(known.len(), settings.lexicon_bits);
    (bits, lexicon::encode(known.iter().map(|(word, count)| (word.as_slice(), *count)), bits))
}

/// Words in the lexicon of `texts`, where it has room for all.
#[must_use]
pub fn in_lexicon(texts: &[String]) -> usize {
    known(&by_count(texts)).len()
}

/// Those that a lexicon takes.
fn known(words: &[(String, usize)]) -> Vec<(Vec<char>, u32)> {
    let letters = words.iter().map(|(word, count)| (word.chars().collect(), *count as u32));
    letters.filter(|(word, _): &(Vec<char>, u32)| lexicon::accepts(word)).collect()
}
