//! An explanation as data: tokens, n-grams and runners-up.

use intent_model::explain::by_token;
use intent_model::{ClassifyError, Contribution, Family, SliceModel};
use serde::Serialize;
use std::collections::BTreeMap;

/// Intents shown beside the explained one.
const RUNNERS_UP: usize = 4;

/// Explanation of the margin of an intent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct View {
    /// The question.
    pub(crate) query: String,
    /// The intent that is explained.
    #[serde(flatten)]
    pub(crate) candidate: Candidate,
    /// The margin of a question that holds nothing known.
    pub(crate) bias: f32,
    /// The tokens and their shares, in reading order; `bias` and these sum to the margin.
    pub(crate) tokens: Vec<Token>,
    /// The n-grams, those of equal text taken together, the strongest first.
    pub(crate) ngrams: Vec<Ngram>,
    /// The most probable of the other intents.
    pub(crate) others: Vec<Candidate>,
    /// Each occurrence of an n-gram by itself; `bias` and these sum to the margin.
    pub(crate) contributions: Vec<Contribution>,
}

/// An intent for a question.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Candidate {
    /// Id.
    pub(crate) intent: i32,
    /// Name.
    pub(crate) label: String,
    /// Probability.
    pub(crate) probability: f32,
    /// Margin.
    pub(crate) margin: f32,
}

/// A token of the question.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Token {
    /// Text in the question.
    pub(crate) text: String,
    /// First byte in the question.
    pub(crate) start: u32,
    /// The byte after its last one.
    pub(crate) end: u32,
    /// Contribution of the n-grams' characters in it to the margin.
    pub(crate) share: f32,
    /// The known word that it is read as, where it is misspelt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_as: Option<String>,
}

/// An n-gram of the question.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ngram {
    /// Text of its first occurrence in the question.
    pub(crate) text: String,
    /// Kind.
    pub(crate) family: Family,
    /// Number of occurrences. `<ma` and `ma` count as one text.
    pub(crate) count: u32,
    /// Contribution of all occurrences to the margin.
    pub(crate) share: f32,
}

impl View {
    /// Explains `intent`, or the most probable one, for `query`.
    ///
    /// # Errors
    /// If the query is refused or the model has no such intent.
    pub(crate) fn explain(
        model: &SliceModel<'_>,
        query: &str,
        intent: Option<i32>,
    ) -> Result<Self, ClassifyError> {
        let e = model.explain(query, intent)?;
        let (ids, names) = (&model.params().ids, &model.info().label_names);
        let candidate = |intent: i32, probability: f32, margin: f32| {
            let name = ids.binary_search(&intent).ok().and_then(|class| names.get(class));
            let label = name.map_or_else(|| intent.to_string(), Clone::clone);
            Candidate { intent, label, probability, margin }
        };
        let others = model.classify_top(query, RUNNERS_UP + 1)?;
        let others = others.into_iter().filter(|p| p.intent != e.intent).take(RUNNERS_UP);
        let text = |start: u32, end: u32| {
            query.get(start as usize..end as usize).unwrap_or_default().to_owned()
        };
        let readings = model.corrections(query);
        let read_as = |start: u32| Some(readings.iter().find(|r| r.start == start)?.word.clone());
        let tokens = by_token(query, &e.contributions).into_iter();
        Ok(View {
            query: query.to_owned(),
            candidate: candidate(e.intent, e.probability, e.margin),
            bias: e.bias,
            tokens: tokens
                .map(|t| Token {
                    text: text(t.start, t.end),
                    start: t.start,
                    end: t.end,
                    share: t.share,
                    read_as: read_as(t.start),
                })
                .collect(),
            ngrams: ngrams(&e.contributions, text),
            others: others.map(|p| candidate(p.intent, p.probability, p.margin)).collect(),
            contributions: e.contributions,
        })
    }
}

/// Takes the occurrences of equal text together; the strongest first, ties by text.
fn ngrams(contributions: &[Contribution], text: impl Fn(u32, u32) -> String) -> Vec<Ngram> {
    let mut by_text: BTreeMap<(String, Family), Ngram> = BTreeMap::new();
    for c in contributions {
        let shown = text(c.start, c.end);
        let ngram = by_text.entry((shown.to_lowercase(), c.family)).or_insert_with(|| Ngram {
            text: shown,
            family: c.family,
            count: 0,
            share: 0.0,
        });
        ngram.count += 1;
        ngram.share += c.share;
    }
    let mut ngrams: Vec<Ngram> = by_text.into_values().collect();
    // stable: of equal strength, by text
    ngrams.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
    ngrams
}
