//! `model-card.md`: what the model is, where it comes from, how good it is and where it is not.
//! The head is that of Hugging Face's model cards.

mod abstention;
mod evaluation;

use super::metrics::Metrics;
use super::variability;
use crate::figures::shown;
use intent_learn::calibrate::Kind;
use intent_learn::fit::embeddings::{DIMS, ENSEMBLE_SIZE};
use std::fmt::Write;

/// The card.
#[must_use]
pub(crate) fn markdown(m: &Metrics) -> Vec<u8> {
    let mut s = head(m);
    let d = &m.data;
    let _ = write!(
        s,
        "# {} {}\n\nClassifies a short text into one of {} intents. Sub-word embeddings and linear \
         SVMs, baked into a WebAssembly component that implements \
         `posos:intent/classifier@0.3.0` and imports nothing.\n\n\
         | | |\n|---|---|\n\
         | component | {} bytes, SHA-256 `{}` |\n\
         | data | {} questions, {} intents ({} to {} questions each), SHA-256 `{}` |\n\
         | seed | {} |\n",
        m.name,
        m.version,
        d.classes,
        m.component_bytes,
        m.component_sha256,
        d.questions,
        d.classes,
        d.smallest_class,
        d.largest_class,
        d.sha256,
        m.settings.seed,
    );
    pretrained(&mut s, m);
    s.push_str("\n## Figures\n\n");
    evaluation::figures(&mut s, m);
    cross_validation(&mut s, m);
    abstention::abstention(&mut s, m);
    hyper_parameters(&mut s, m);
    limits(&mut s, m);
    s.into_bytes()
}

fn pretrained(s: &mut String, m: &Metrics) {
    if let Some(v) = &m.pretrained {
        let _ = writeln!(
            s,
            "| pretrained vectors | {} dimensions, SHA-256 `{}`; they know {} of the {} words of the \
             questions |",
            v.dimensions, v.sha256, v.words_known, v.words
        );
    }
}

fn head(m: &Metrics) -> String {
    let mut s = String::from(
        "---\nlibrary_name: posos-intent\npipeline_tag: text-classification\ntags:\n- intent-classification\n\
         - wasm\n- svm\n- subword-embeddings\n",
    );
    if let Some(e) = &m.validation {
        let _ = write!(
            s,
            "model-index:\n- name: {}\n  results:\n  - task:\n      type: text-classification\n    \
             dataset:\n      name: validation part\n      type: csv\n    metrics:\n    \
             - type: accuracy\n      value: {:.4}\n    - type: f1\n      name: macro F1\n      value: {:.4}\n",
            serde_json::Value::from(m.name.as_str()),
            e.accuracy,
            e.macro_f1
        );
    }
    s + "---\n\n"
}

fn cross_validation(s: &mut String, m: &Metrics) {
    let Some(v) = &m.variability else { return };
    let _ = write!(
        s,
        "\n## Variability\n\n{}. Learning curve: `learning-curve.svg`; all runs: `variability.json`.\n\n\
         | | mean | sd of the folds | 95 % of the mean | 95 % of a held-out test of {} questions | the same, fitted on all |\n\
         |---|---|---|---|---|---|\n",
        variability::heading(v),
        v.test_size
    );
    for (name, spread) in v.spreads.rows() {
        let _ = writeln!(
            s,
            "| {name} | {:.4} | {:.4} | {} | {} | {} |",
            spread.mean,
            spread.sd,
            shown(Some(spread.of_mean)),
            shown(Some(spread.of_test)),
            shown(Some(spread.of_test_fitted_on_all)),
        );
    }
}

fn hyper_parameters(s: &mut String, m: &Metrics) {
    let h = &m.settings;
    let calibration = match m.choices.calibration {
        Kind::Platt => "Platt for each class, then a temperature",
        Kind::Temperature => "temperature",
    };
    let names = match m.choices.names {
        true => "each is one of the questions",
        false => "not used",
    };
    let _ = write!(
        s,
        "\n## Hyper-parameters\n\n| | |\n|---|---|\n\
         | buckets | 2^{} words and word pairs, 2^{} character n-grams of {} to {} |\n\
         | names of the classes | {names} (chosen by cross-validation where there are few questions a class) |\n\
         | weights | √idf × selectivity^{} (chosen by cross-validation) |\n\
         | rows | squared-hinge SVM, C = {}, at most {} passes; naive Bayes, share {} (chosen by cross-validation) |\n\
         | embeddings | {ENSEMBLE_SIZE} softmax classifiers of {DIMS} dimensions, share {} (chosen by cross-validation) |\n\
         | decoder | linfa-svm, linear, C = {}, {} negatives, {:.2} of the margins; weight {} (chosen by cross-validation) |\n\
         | calibration | {calibration} (chosen by cross-validation) |\n",
        h.word_bits,
        h.subword_bits,
        h.min_n,
        h.max_n,
        m.choices.selectivity_exponent,
        h.rows_c,
        h.rows_passes,
        m.choices.naive_bayes,
        m.choices.embeddings,
        h.decoder_c,
        h.decoder_negatives,
        h.decoder_inputs,
        m.choices.blend,
    );
}

fn limits(s: &mut String, m: &Metrics) {
    s.push_str(
        "\n## Limits\n\n\
         - It knows the intents above and no other: `classify` gives every text one of them. A low \
         margin is the sign of a question that resembles none.\n\
         - The validation part comes from the same source as the training part: questions of \
         another kind, or of another year, will do worse.\n",
    );
    if m.data.smallest_class < 30 {
        let _ = writeln!(
            s,
            "- The smallest intent has {} questions: its figures rest on few.",
            m.data.smallest_class
        );
    }
    if m.data.bad_rows_skipped > 0 {
        let _ = writeln!(s, "- {} bad rows of the data were left out.", m.data.bad_rows_skipped);
    }
}
