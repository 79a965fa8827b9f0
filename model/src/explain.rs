//! Explanations: the share of each n-gram in the margin of an intent.
//!
//! The margin is a sum over the buckets of a text ([`crate::classify`]), so the shares are exact,
//! not estimated. Each occurrence of a bucket b of the family F that occurs c times has
//!
//! ```text
//! share = tf(c) E_b / (c ‖F‖)         margin = bias + Σ share
//! ```
//!
//! The norm ‖F‖ is that of the whole text, so a share depends on the other n-grams as well: it is not the amount by
//! which the margin would change without the n-gram.

use crate::classify::{self, ClassifyError, sublinear_tf};
use crate::grams::{
    Bag, Features, Space, for_each_pair, for_each_subword, for_each_vector, for_each_word, stems,
};
use crate::lexicon::Lexicon;
use crate::model::Model;
use crate::rows::{self, Rows};
use crate::source::Source;
use crate::tokens::{CharFold, Origins, Tokens};
use alloc::vec::Vec;
use core::ops::Range;
use serde::Serialize;

/// The table that an n-gram is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Words and pairs of neighbouring words.
    Words,
    /// Character n-grams inside a word.
    Subwords,
    /// Stems, and pairs of stems anywhere in the text.
    Pairs,
    /// Words, by their pretrained vectors.
    Vectors,
}

/// The share of one occurrence of an n-gram in a margin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// First byte of the n-gram in the query.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// The family of the n-gram.
    pub family: Family,
    /// Its share of the margin, in the unit of the margin; negative if it speaks against the intent.
    pub share: f32,
}

/// The composition of a margin: `margin` = `bias` + the sum of the shares, up to rounding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The intent that is explained.
    pub intent: i32,
    /// Its probability, as [`classify`] gives it.
    pub probability: f32,
    /// Its margin, as [`classify`] gives it.
    pub margin: f32,
    /// The margin for a text without known n-grams.
    pub bias: f32,
    /// One for each occurrence of an n-gram, family by family. A pair of stems has two, half of its
    /// share at each of its words, which may be far apart.
    pub contributions: Vec<Contribution>,
}

impl<S: Source> Model<S> {
    /// Explains the margin of `intent`, or of the most probable intent: the share of each n-gram in it.
    ///
    /// # Errors
    /// If the text is blank or too long, or the model has no such intent.
    pub fn explain(&self, text: &str, intent: Option<i32>) -> Result<Explanation, ClassifyError> {
        let (margins, params) = (self.margins(text)?, &self.params);
        let first = || classify::most_probable(&margins, params).map(|p| p.intent);
        // never `None`: a model has at least two classes
        let intent = intent.or_else(first).ok_or(ClassifyError::Empty)?;
        let unknown = ClassifyError::UnknownIntent(intent);
        let class = params.ids.binary_search(&intent).map_err(|_| unknown)?;
        let answer = classify::class_prediction(class, &margins, params).ok_or(unknown)?;
        Ok(Explanation {
            intent,
            probability: answer.probability,
            margin: answer.margin,
            bias: params.bias[class],
            contributions: contributions(
                text,
                class,
                &self.header.space,
                &mut self.source.reader(),
            ),
        })
    }
}

/// One occurrence of a bucket in the text, or one of the two words of a pair of stems.
struct Occurrence {
    bucket: u32,
    /// Its byte range.
    bytes: Range<u32>,
    /// The fraction of the share that belongs to this byte range: 0.5 for each word of a pair.
    part: f32,
}

fn contributions(
    text: &str,
    class: usize,
    space: &Space,
    reader: &mut (impl Rows + CharFold + Lexicon),
) -> Vec<Contribution> {
    let (features, tokens, origins) = Features::extract_traced(text, space, reader);
    let mut all = Vec::new();
    let values = ClassValues::new(class, space, reader);
    let mut family = |family: Family, bag: &Bag, first: u32, occurrences: Vec<Occurrence>| {
        let shares = shares(bag, first, &values, space.row_bits, reader);
        all.extend(occurrences.into_iter().filter_map(|o| {
            let share = o.part * shares[bag.position(o.bucket)?];
            Some(Contribution { start: o.bytes.start, end: o.bytes.end, family, share })
        }));
    };
    let [first_word, first_subword, first_pair, first_vector, _] = space.table_starts();
    family(Family::Words, &features.words, first_word, words(&tokens, &origins, space));
    family(Family::Subwords, &features.subwords, first_subword, subwords(&tokens, &origins, space));
    family(Family::Pairs, &features.pairs, first_pair, pairs(&tokens, &origins, space));
    family(Family::Vectors, &features.vectors, first_vector, vectors(&tokens, &origins, space));
    all
}

/// The occurrences of words and word pairs.
fn words(tokens: &Tokens, origins: &Origins, space: &Space) -> Vec<Occurrence> {
    let ranges: Vec<Range<u32>> = origins.tokens(tokens).collect();
    let mut occurrences = Vec::new();
    for_each_word(tokens, space, |bucket, span| {
        let bytes = ranges[*span.start()].start..ranges[*span.end()].end;
        occurrences.push(Occurrence { bucket, bytes, part: 1.0 });
    });
    occurrences
}

/// The occurrences of character n-grams.
fn subwords(tokens: &Tokens, origins: &Origins, space: &Space) -> Vec<Occurrence> {
    let mut occurrences = Vec::new();
    for (token, bytes) in tokens.bracketed().zip(origins.bracketed(tokens)) {
        for_each_subword(token, space, |bucket, at| {
            let bytes = bytes[at.start].start..bytes[at.end - 1].end;
            occurrences.push(Occurrence { bucket, bytes, part: 1.0 });
        });
    }
    occurrences
}

/// The occurrences of stems and, for each pair of stems, both of its words.
fn pairs(tokens: &Tokens, origins: &Origins, space: &Space) -> Vec<Occurrence> {
    let ranges: Vec<Range<u32>> = origins.tokens(tokens).collect();
    let mut occurrences = Vec::new();
    for_each_pair(&stems(tokens, space), space, |bucket, a, b| {
        let part = if a == b { 1.0 } else { 0.5 };
        occurrences.push(Occurrence { bucket, bytes: ranges[a].clone(), part });
        if a != b {
            occurrences.push(Occurrence { bucket, bytes: ranges[b].clone(), part });
        }
    });
    occurrences
}

/// The occurrences of tokens in the table of pretrained vectors.
fn vectors(tokens: &Tokens, origins: &Origins, space: &Space) -> Vec<Occurrence> {
    let ranges: Vec<Range<u32>> = origins.tokens(tokens).collect();
    let mut occurrences = Vec::new();
    for_each_vector(tokens, space, |bucket, at| {
        occurrences.push(Occurrence { bucket, bytes: ranges[at].clone(), part: 1.0 });
    });
    occurrences
}

/// Reads the value of one class from a row.
enum ClassValues {
    /// The value at this index.
    Index(usize),
    /// The dot product with these coordinates.
    Coordinates(Vec<f32>),
}

impl ClassValues {
    fn new(class: usize, space: &Space, rows: &mut impl Rows) -> Self {
        if space.rank == 0 {
            return ClassValues::Index(class);
        }
        let row = rows.row(space.table_starts()[4] + class as u32);
        let value = |i| rows::scale(row) * rows::value(row, space.row_bits, i);
        ClassValues::Coordinates((0..space.rank as usize).map(value).collect())
    }

    /// The value of the class in `row`, before the row's scale is applied.
    fn value(&self, row: &[u8], bits: u8) -> f32 {
        match self {
            ClassValues::Index(index) => rows::value(row, bits, *index),
            ClassValues::Coordinates(coordinates) => rows::dot(row, bits, coordinates),
        }
    }
}

/// For each bucket of `bag`, in its order: the share of one occurrence in the margin of `class`.
fn shares(bag: &Bag, first: u32, class: &ClassValues, bits: u8, rows: &mut impl Rows) -> Vec<f32> {
    let mut squared_norm = 0f32;
    let mut shares = Vec::with_capacity(bag.counts().len());
    for &(bucket, count) in bag.counts() {
        let row = rows.row(first + bucket);
        let tf = sublinear_tf(count);
        let x = tf * rows::weight(row);
        squared_norm += x * x;
        let value = class.value(row, bits);
        shares.push(tf * rows::scale(row) * value / count as f32);
    }
    let inverse = if squared_norm > 0.0 { 1.0 / libm::sqrtf(squared_norm) } else { 0.0 };
    shares.iter_mut().for_each(|share| *share *= inverse);
    shares
}

/// The share of a token in a margin: the sum of the parts of its n-grams' shares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TokenShare {
    /// Its first byte in the query.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// Its share of the margin.
    pub share: f32,
}

/// Distributes `contributions` over the tokens of `text`: the share of an n-gram is spread evenly over
/// those of its characters that lie in a token. Tokens that share a character (`½`) are merged into one. The
/// shares of the tokens sum to those of the contributions, but for rounding.
#[must_use]
pub fn by_token(text: &str, contributions: &[Contribution]) -> Vec<TokenShare> {
    let spans = disjoint(text);
    let mut shares = alloc::vec![0f64; spans.len()];
    let length = |r: Range<u32>| {
        text.get(r.start as usize..r.end as usize).map_or(0, |piece| piece.chars().count()) as f64
    };
    for c in contributions {
        // an n-gram that is only a bracket has an empty byte range at the edge of its token, which gets the whole share
        let empty = c.start == c.end;
        let from = spans.partition_point(|s| s.end < c.start || (s.end == c.start && !empty));
        let mut over: Vec<(f64, &mut f64)> = spans
            .iter()
            .zip(&mut shares)
            .skip(from)
            .take_while(|(span, _)| span.start < c.end || (empty && span.start == c.end))
            .map(|(s, share)| (length(s.start.max(c.start)..s.end.min(c.end)), share))
            .collect();
        let total: f64 = over.iter().map(|o| o.0).sum();
        let count = over.len() as f64;
        for (overlap, share) in &mut over {
            let part = if total > 0.0 { *overlap / total } else { 1.0 / count };
            **share += part * f64::from(c.share);
        }
    }
    let share = |(s, share): (Range<u32>, f64)| TokenShare {
        start: s.start,
        end: s.end,
        share: share as f32,
    };
    spans.into_iter().zip(shares).map(share).collect()
}

/// The byte ranges of the tokens of `text`; overlapping ranges are merged.
fn disjoint(text: &str) -> Vec<Range<u32>> {
    let (tokens, origins) = Origins::trace(text, &mut crate::tokens::fold::Unicode);
    let mut spans: Vec<Range<u32>> = Vec::new();
    for range in origins.tokens(&tokens) {
        match spans.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => spans.push(range),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn contribution(start: u32, end: u32, share: f32) -> Contribution {
        Contribution { start, end, family: Family::Words, share }
    }

    #[test]
    fn shares_go_to_the_characters_of_the_tokens() {
        // the pair `été mal` has 6 characters in tokens, 3 in each; the blank gets nothing
        let got = by_token("été mal", &[contribution(0, 9, 6.0), contribution(6, 9, -1.0)]);
        let want = |start, end, share| TokenShare { start, end, share };
        assert_eq!(got, [want(0, 5, 3.0), want(6, 9, 2.0)]);
        // a bracket alone, at either edge
        let got = by_token("a b", &[contribution(1, 1, 1.0), contribution(2, 2, 2.0)]);
        assert_eq!(got, [want(0, 1, 1.0), want(2, 3, 2.0)]);
        // one character, several tokens
        assert_eq!(by_token("a½", &[contribution(1, 3, 1.0)]), [want(0, 3, 1.0)]);
        assert_eq!(by_token(" \u{301}", &[]), vec![]);
    }
}
