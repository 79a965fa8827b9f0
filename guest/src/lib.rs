//! The guest: `posos:intent/classifier` over `intent-model`. Glue only; what is computed is in
//! the model crate, what is known is in the baked segment.
//!
//! Built for `wasm32-unknown-unknown` by the trainer's build script; on any other target this
//! crate is empty.
//!
//! - `arena`: memory for one request
//! - `segment`: reads the model that was baked in
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

mod arena;
mod bindings;
mod export;
mod segment;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bindings::exports::posos::intent::classifier as wit;
use intent_model::info::{Abstention, Golden, Selective};
use intent_model::{
    ClassifyError, Decision, Family, LayoutError, MAX_QUERY_BYTES, Model, ModelInfo,
};
use segment::Segment;

/// The classifier that the component exports.
struct BakedClassifier;

impl wit::Guest for BakedClassifier {
    fn classify(query: String) -> Result<wit::Prediction, wit::ClassifyError> {
        model()?.classify(&query).map(prediction).map_err(refusal)
    }

    fn classify_top(query: String, k: u32) -> Result<Vec<wit::Prediction>, wit::ClassifyError> {
        let top = model()?.classify_top(&query, k as usize).map_err(refusal)?;
        Ok(top.into_iter().map(prediction).collect())
    }

    fn decide(query: String) -> Result<wit::Decision, wit::ClassifyError> {
        Ok(match model()?.decide(&query).map_err(refusal)? {
            Decision::Intent(first) => wit::Decision::Intent(prediction(first)),
            Decision::Unsure(candidates) => {
                wit::Decision::Unsure(candidates.into_iter().map(prediction).collect())
            }
            Decision::OutOfScope(first) => wit::Decision::OutOfScope(prediction(first)),
        })
    }

    fn explain(query: String) -> Result<wit::Explanation, wit::ClassifyError> {
        model()?.explain(&query, None).map(explanation).map_err(refusal)
    }

    fn describe() -> wit::ModelInfo {
        match model_info() {
            Ok(info) => info,
            Err(_) => core::arch::wasm32::unreachable(),
        }
    }
}

fn model() -> Result<Model<Segment>, wit::ClassifyError> {
    segment::model().map_err(|error| wit::ClassifyError::BadModel(error.to_string()))
}

fn refusal(error: ClassifyError) -> wit::ClassifyError {
    match error {
        ClassifyError::Empty => wit::ClassifyError::EmptyQuery,
        ClassifyError::TooLong { actual, limit } => {
            let length = wit::QueryLength { actual: actual as u32, limit: limit as u32 };
            wit::ClassifyError::QueryTooLong(length)
        }
        // the guest only explains the most probable intent
        ClassifyError::UnknownIntent(_) => wit::ClassifyError::BadModel(error.to_string()),
    }
}

fn explanation(e: intent_model::Explanation) -> wit::Explanation {
    let contributions = e.contributions.into_iter().map(|c| wit::Contribution {
        start: c.start,
        end: c.end,
        family: match c.family {
            Family::Words => wit::Family::Words,
            Family::Subwords => wit::Family::Subwords,
            Family::Pairs => wit::Family::Pairs,
            Family::Vectors => wit::Family::Vectors,
        },
        share: c.share,
    });
    wit::Explanation {
        intent: e.intent,
        probability: e.probability,
        margin: e.margin,
        bias: e.bias,
        contributions: contributions.collect(),
    }
}

fn prediction(p: intent_model::Prediction) -> wit::Prediction {
    wit::Prediction { intent: p.intent, probability: p.probability, margin: p.margin }
}

fn model_info() -> Result<wit::ModelInfo, LayoutError> {
    let model = segment::model()?;
    let (header, params) = (model.header(), model.params());
    let info: ModelInfo = postcard::from_bytes(&segment::read(header.info_at, header.len))
        .map_err(|e| LayoutError::Content(e.to_string()))?;
    let labels = params.ids.iter().zip(info.label_names);
    Ok(wit::ModelInfo {
        name: info.name,
        version: info.version,
        labels: labels.map(|(&intent, name)| wit::Label { intent, name }).collect(),
        word_rows: header.space.word_rows(),
        subword_rows: header.space.subword_rows(),
        pair_rows: header.space.pair_rows(),
        vector_rows: header.space.vector_rows(),
        model_bytes: header.len as u64,
        max_query_bytes: MAX_QUERY_BYTES as u32,
        data_digest: info.data_digest,
        training_questions: info.training_questions,
        seed: info.seed,
        validation: info.validation.map(|f| wit::Figures {
            questions: f.questions,
            accuracy: f.accuracy,
            macro_precision: f.macro_precision,
            macro_recall: f.macro_recall,
            macro_f1: f.macro_f1,
            ece: f.ece,
        }),
        refitted: info.refitted,
        abstention: info.abstention.map(abstention),
        golden: info.golden.into_iter().map(golden).collect(),
    })
}

fn golden(g: Golden) -> wit::Golden {
    wit::Golden { query: g.query, intent: g.intent, probability: g.probability }
}

fn abstention(a: Abstention) -> wit::Abstention {
    let selective = |s: Selective| wit::Selective {
        coverage: s.coverage,
        precision: s.precision,
        unsure: s.unsure,
        candidates_right: s.candidates_right,
        out_of_scope: s.out_of_scope,
    };
    wit::Abstention {
        unsure_below: a.thresholds.unsure_below,
        out_of_scope_below: a.thresholds.out_of_scope_below,
        wanted_precision: a.wanted_precision,
        wanted_coverage: a.wanted_coverage,
        wanted_scope_recall: a.wanted_scope_recall,
        cross_validated: selective(a.cross_validated),
        validation: a.validation.map(selective),
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
