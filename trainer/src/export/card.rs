//! `model-card.md`: what the model is, where it comes from, how good it is and where it is not.
//! The head is that of Hugging Face's model cards.

use super::metrics::Metrics;
use crate::calibrate::Kind;
use std::fmt::Write;

/// The card.
#[must_use]
pub fn markdown(m: &Metrics) -> Vec<u8> {
    let mut s = head(m);
    let d = &m.data;
    let _ = write!(
        s,
        "# {} {}\n\nClassifies a short text into one of {} intents. Sub-word embeddings and linear \
         SVMs, baked into a WebAssembly component that implements \
         `posos:intent/classifier@0.2.0` and imports nothing.\n\n\
         | | |\n|---|---|\n\
         | component | {} bytes, SHA-256 `{}` |\n\
         | data | {} questions, {} intents ({} to {} questions each), SHA-256 `{}` |\n\
         | seed | {} |\n\n## Figures\n\n",
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
    figures(&mut s, m);
    hyper_parameters(&mut s, m);
    limits(&mut s, m);
    s.into_bytes()
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

fn figures(s: &mut String, m: &Metrics) {
    let d = &m.data;
    let Some(e) = &m.validation else {
        s.push_str("Nothing was held out: this model was not measured.\n");
        return;
    };
    let _ = writeln!(
        s,
        "Fitted on {} questions, measured on the other {} (stratified, seeded), through the baked \
         component.\n",
        d.train, d.valid
    );
    s.push_str(if m.refitted {
        "**These figures belong to that fit.** The component here was then fitted again, with the \
         same settings, on all questions; it has not been measured.\n\n"
    } else {
        "The component here is the one that was measured.\n\n"
    });
    let _ = write!(
        s,
        "| | precision | recall | F1 |\n|---|---|---|---|\n\
         | micro (= accuracy) | {:.4} | {:.4} | {:.4} |\n\
         | macro | {:.4} | {:.4} | {:.4} |\n\n\
         Expected calibration error (15 bins): {:.4}. Confusion matrix: `confusion-matrix.svg`.\n\n\
         | intent | label | questions | precision | recall | F1 |\n|---|---|---|---|---|---|\n",
        e.micro_precision,
        e.micro_recall,
        e.micro_f1,
        e.macro_precision,
        e.macro_recall,
        e.macro_f1,
        e.ece,
    );
    for c in &e.classes {
        let label = c.label.replace('|', "\\|");
        let _ = writeln!(
            s,
            "| {} | {label} | {} | {:.3} | {:.3} | {:.3} |",
            c.intent, c.support, c.precision, c.recall, c.f1
        );
    }
}

fn hyper_parameters(s: &mut String, m: &Metrics) {
    let h = &m.settings;
    let calibration = match m.choices.calibration {
        Kind::Platt => "Platt for each class, then a temperature",
        Kind::Temperature => "temperature",
    };
    let _ = write!(
        s,
        "\n## Hyper-parameters\n\n| | |\n|---|---|\n\
         | buckets | 2^{} words and word pairs, 2^{} character n-grams of {} to {} |\n\
         | rows | squared-hinge SVM, C = {}, at most {} passes |\n\
         | decoder | linfa-svm, linear, C = {}, {} negatives, {:.2} of the margins; weight {} (chosen by cross-validation) |\n\
         | calibration | {calibration} (chosen by cross-validation) |\n",
        h.word_bits,
        h.subword_bits,
        h.min_n,
        h.max_n,
        h.rows_c,
        h.rows_passes,
        h.decoder_c,
        h.decoder_negatives,
        h.decoder_inputs,
        m.choices.blend,
    );
}

fn limits(s: &mut String, m: &Metrics) {
    s.push_str(
        "\n## Limits\n\n\
         - It knows the intents above and no other: every text gets one of them. A low margin is the \
         sign of a question that resembles none.\n\
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
