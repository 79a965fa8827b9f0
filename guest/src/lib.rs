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
mod segment;

use alloc::string::ToString;
use alloc::vec::Vec;
use bindings::exports::posos::intent::classifier as wit;
use intent_model::layout::{LayoutError, Params};
use intent_model::{ClassifyError, MAX_QUERY_BYTES, ModelInfo, classify};

struct Intent;

impl wit::Guest for Intent {
    fn classify(query: alloc::string::String) -> Result<wit::Prediction, wit::ClassifyError> {
        let (margins, params) = margins(&query)?;
        let first = classify::first(&margins, &params).ok_or(wit::ClassifyError::EmptyQuery)?;
        Ok(prediction(first))
    }

    fn classify_top(
        query: alloc::string::String,
        k: u32,
    ) -> Result<Vec<wit::Prediction>, wit::ClassifyError> {
        let (margins, params) = margins(&query)?;
        let top = classify::first_k(&margins, &params, k as usize);
        Ok(top.into_iter().map(prediction).collect())
    }

    fn describe() -> wit::ModelInfo {
        match model_info() {
            Ok(info) => info,
            Err(_) => core::arch::wasm32::unreachable(),
        }
    }
}

fn margins(query: &str) -> Result<(Vec<f32>, Params), wit::ClassifyError> {
    let header = segment::header().map_err(bad_model)?;
    let params = Params::decode(&segment::read(header.params_at, header.rows_at));
    let mut rows = segment::SegmentRows::new(&header);
    match classify::margins(query, &header.space, &params, &mut rows) {
        Ok(margins) => Ok((margins, params)),
        Err(ClassifyError::Empty) => Err(wit::ClassifyError::EmptyQuery),
        Err(ClassifyError::TooLong { actual, limit }) => {
            let length = wit::QueryLength { actual: actual as u32, limit: limit as u32 };
            Err(wit::ClassifyError::QueryTooLong(length))
        }
    }
}

fn prediction(p: intent_model::Prediction) -> wit::Prediction {
    wit::Prediction { intent: p.intent, probability: p.probability, margin: p.margin }
}

fn bad_model(error: LayoutError) -> wit::ClassifyError {
    wit::ClassifyError::BadModel(error.to_string())
}

fn model_info() -> Result<wit::ModelInfo, LayoutError> {
    let header = segment::header()?;
    let params = Params::decode(&segment::read(header.params_at, header.rows_at));
    let info: ModelInfo = postcard::from_bytes(&segment::read(header.info_at, header.len))
        .map_err(|e| LayoutError::Content(e.to_string()))?;
    let labels = params.ids.iter().zip(info.label_names);
    Ok(wit::ModelInfo {
        name: info.name,
        version: info.version,
        labels: labels.map(|(&intent, name)| wit::Label { intent, name }).collect(),
        word_rows: header.space.word_rows(),
        subword_rows: header.space.subword_rows(),
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
    })
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
