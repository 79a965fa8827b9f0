//! Shares of a margin, over models of random rows.
#![allow(missing_docs, clippy::unwrap_used)]

use intent_model::grams::{Features, Space};
use intent_model::{ClassifyError, Explanation, Family, Model, ModelInfo, explain, lexicon, rows};
use intent_model::{Params, layout};
use proptest::prelude::*;
use std::collections::HashSet;

const SPACE: Space = Space {
    word_bits: 5,
    subword_bits: 6,
    min_n: 1,
    max_n: 4,
    pair_bits: 6,
    stem: 3,
    vector_bits: 4,
    row_bits: 8,
    rank: 0,
    lexicon_bits: 0,
};

/// Values of 4 bits, and rows of coordinates.
const SMALL: Space = Space { row_bits: 4, rank: 5, ..SPACE };

/// A lexicon, so that unknown words are read as known ones.
const SPELLED: Space = Space { lexicon_bits: 1, ..SPACE };

/// Three classes; every row has values that depend on `seed` and its place.
fn bytes(seed: u32, space: Space) -> Vec<u8> {
    let stride = rows::stride(space.width(3), space.row_bits);
    let mut table = vec![0; space.row_count(3) * stride];
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    for row in table.chunks_mut(stride) {
        let values: Vec<f32> = (0..space.width(3)).map(|_| next()).collect();
        rows::write_row(row, space.row_bits, 1.0 + next().abs(), &values);
    }
    let words = ["abc", "abcd", "bcda", "aaaa", "oeil"].map(|w| w.chars().collect::<Vec<_>>());
    table.extend(lexicon::encode(words.iter().map(|w| (w.as_slice(), 7)), space.lexicon_bits));
    let params = Params {
        ids: vec![-1, 4, 26],
        bias: vec![next(), next(), next()],
        slope: vec![1.5; 3],
        taper: 0.1,
        offset: vec![0.1, 0.0, -0.1],
    };
    let info = ModelInfo { label_names: vec![String::new(); 3], ..ModelInfo::default() };
    layout::encode(space, &params, &table, &info).unwrap()
}

fn sum(e: &Explanation) -> f64 {
    f64::from(e.bias) + e.contributions.iter().map(|c| f64::from(c.share)).sum::<f64>()
}

#[test]
fn explains_the_first_intent_or_the_one_asked_for() {
    let bytes = bytes(1, SPACE);
    let model = Model::from_bytes(&bytes).unwrap();
    let top = model.classify_top("mal au dos", 3).unwrap();
    assert_eq!(model.explain("mal au dos", None), model.explain("mal au dos", Some(top[0].intent)));
    for answer in top {
        let e = model.explain("mal au dos", Some(answer.intent)).unwrap();
        assert_eq!(
            (e.intent, e.margin, e.probability),
            (answer.intent, answer.margin, answer.probability)
        );
    }
    assert_eq!(model.explain("mal", Some(5)), Err(ClassifyError::UnknownIntent(5)));
    assert_eq!(model.explain(" ", None), Err(ClassifyError::Empty));
    let nothing = model.explain("\u{301}", None).unwrap();
    assert!(nothing.contributions.is_empty());
    assert_eq!(nothing.bias, nothing.margin);
}

#[test]
fn a_repeated_n_gram_shares_evenly_and_a_pair_spans_both_words() {
    let bytes = bytes(2, SPACE);
    let e = Model::from_bytes(&bytes).unwrap().explain("Œil  œil", None).unwrap();
    let words: Vec<_> = e.contributions.iter().filter(|c| c.family == Family::Words).collect();
    let ranges: Vec<_> = words.iter().map(|c| (c.start, c.end)).collect();
    assert_eq!(ranges, [(0, 4), (6, 10), (0, 10)]);
    assert_eq!(words[0].share, words[1].share);
}

#[test]
fn a_misspelt_word_is_explained_as_the_word_that_it_is_read_as() {
    let bytes = bytes(4, SPELLED);
    let model = Model::from_bytes(&bytes).unwrap();
    let right = model.explain("l'œil abcd", None).unwrap();
    for (wrong, word) in [("l'œill abcd", 2..7), ("l'œli abcd", 2..6), ("l'œal abcd", 2..6)] {
        let e = model.explain(wrong, None).unwrap();
        assert_eq!((e.margin, e.intent), (right.margin, right.intent), "{wrong}");
        let shares = |e: &Explanation| e.contributions.iter().map(|c| c.share).collect::<Vec<_>>();
        assert_eq!(shares(&e), shares(&right), "{wrong}");
        let readings = model.corrections(wrong);
        assert_eq!(readings.len(), 1);
        assert_eq!(
            (readings[0].word.as_str(), readings[0].start..readings[0].end),
            ("oeil", word.clone())
        );
        // the third token, in the bytes that it has in the text as it is spelled
        let token = e.contributions.iter().filter(|c| c.family == Family::Words).nth(3).unwrap();
        assert_eq!(token.start..token.end, word, "{wrong}");
    }
}

proptest! {
    #[test]
    fn bias_and_shares_sum_to_the_margin(
        text in "[a-d ]{1,40}|[a-cœéß½…’\u{301} ,?]{1,60}|\\PC{1,40}", seed: u32, class in 0usize..4, of in 0usize..3,
    ) {
        let bytes = bytes(seed, [SPACE, SMALL, SPELLED][of]);
        let model = Model::from_bytes(&bytes).unwrap();
        let intent = [Some(-1), Some(4), Some(26), None][class];
        let Ok(answer) = model.classify(&text) else { return Ok(()) };
        let e = model.explain(&text, intent).unwrap();
        if intent.is_none() {
            prop_assert_eq!((e.intent, e.margin, e.probability), (answer.intent, answer.margin, answer.probability));
        }
        let size: f64 = e.contributions.iter().map(|c| f64::from(c.share.abs())).sum();
        let tolerance = 1e-5 * (1.0 + size);
        prop_assert!((sum(&e) - f64::from(e.margin)).abs() <= tolerance, "{} {}", sum(&e), e.margin);
        // folded onto tokens, nothing is lost, and tokens do not overlap
        let tokens = explain::by_token(&text, &e.contributions);
        let folded: f64 = tokens.iter().map(|t| f64::from(t.share)).sum();
        prop_assert!((folded + f64::from(e.bias) - sum(&e)).abs() <= tolerance);
        prop_assert!(tokens.windows(2).all(|w| w[0].end <= w[1].start));
        // each occurrence is there, in bytes that are characters of the text
        let features = Features::extract(&text, &model.header().space, &mut model.reader());
        let occurrences = |f: Family| e.contributions.iter().filter(|c| c.family == f).count();
        let counted = |counts: &[(u32, u32)]| counts.iter().map(|c| c.1 as usize).sum::<usize>();
        prop_assert_eq!(occurrences(Family::Words), counted(features.words.counts()));
        prop_assert_eq!(occurrences(Family::Subwords), counted(features.subwords.counts()));
        for c in &e.contributions {
            prop_assert!(text.get(c.start as usize..c.end as usize).is_some());
        }
    }

    /// The n-gram in the bytes of a contribution is the one that it is the share of: with the
    /// words alone, every range is found again as a word or pair of the text.
    #[test]
    fn ranges_name_their_words(words in proptest::collection::vec("[a-zéœ]{1,6}", 1..6)) {
        let text = words.join(" ");
        let bytes = bytes(3, SPACE);
        let e = Model::from_bytes(&bytes).unwrap().explain(&text, None).unwrap();
        let pieces: Vec<&str> = e.contributions.iter().filter(|c| c.family == Family::Words)
            .map(|c| &text[c.start as usize..c.end as usize]).collect();
        let pairs = words.windows(2).map(|w| w.join(" "));
        let want: HashSet<String> = words.iter().cloned().chain(pairs).collect();
        prop_assert_eq!(pieces.len(), 2 * words.len() - 1);
        prop_assert!(pieces.iter().all(|p| want.contains(*p)), "{:?}", pieces);
    }
}
