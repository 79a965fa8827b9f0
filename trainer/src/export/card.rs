//! `model-card.md`: what the model is, where it comes from, how good it is and where it is not.
//! The head is that of Hugging Face's model cards.

use super::metrics::{Metrics, shown};
use super::variability;
use intent_learn::calibrate::Kind;
use intent_learn::fit::embeddings::{CLASSIFIERS, DIMS};
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
    figures(&mut s, m);
    cross_validation(&mut s, m);
    abstention(&mut s, m);
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
    let i = m.intervals.as_ref();
    let all = shown(i.map(|i| i.accuracy));
    let _ = write!(
        s,
        "| | precision | recall | F1 |\n|---|---|---|---|\n\
         | micro (= accuracy) | {:.4} {all} | {:.4} {all} | {:.4} {all} |\n\
         | macro | {:.4} {} | {:.4} {} | {:.4} {} |\n\n\
         In brackets, 95 % intervals: where the figure of this model would lie on other questions of \
         the same kind, as many as these. An interval is missing where the questions are too few, or all right, \
         for resampling to show one.\n\n\
         Expected calibration error (15 bins): {:.4} {}. Area under the risk-coverage curve: {:.4}. \
         Confusion matrix: `confusion-matrix.svg`.\n\n\
         | intent | label | questions | precision | recall | F1 |\n|---|---|---|---|---|---|\n",
        e.micro_precision,
        e.micro_recall,
        e.micro_f1,
        e.macro_precision,
        shown(i.and_then(|i| i.macro_precision)),
        e.macro_recall,
        shown(i.and_then(|i| i.macro_recall)),
        e.macro_f1,
        shown(i.and_then(|i| i.macro_f1)),
        e.ece,
        shown(i.and_then(|i| i.ece)),
        e.risk_coverage.aurc,
    );
    for (class, c) in e.classes.iter().enumerate() {
        let f1 = i.and_then(|i| i.f1.get(class));
        let f1 = f1.map_or_else(String::new, |f1| format!(" [{:.2}, {:.2}]", f1.low, f1.high));
        let label = c.label.replace('|', "\\|");
        let _ = writeln!(
            s,
            "| {} | {label} | {} | {:.3} | {:.3} | {:.3}{f1} |",
            c.intent, c.support, c.precision, c.recall, c.f1
        );
    }
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
    for (name, spread) in variability::spreads(v) {
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

fn abstention(s: &mut String, m: &Metrics) {
    s.push_str("\n## Abstention\n\n");
    let Some(a) = &m.abstention else {
        s.push_str(
            "None: `decide` answers every question. `--abstain-precision`, `--abstain-coverage` and \
             `--scope-recall` bake thresholds.\n",
        );
        return;
    };
    let t = &a.thresholds;
    if t.unsure_below > 0.0 {
        let _ = write!(s, "`decide` is unsure below a probability of {:.4}", t.unsure_below);
    } else {
        s.push_str("`decide` is never unsure");
    }
    if t.out_of_scope_below.is_finite() {
        let below = t.out_of_scope_below;
        let _ = writeln!(s, ", and says out of scope below a greatest margin of {below:.4}.\n");
    } else {
        s.push_str(", and never says out of scope.\n\n");
    }
    let wanted = [
        ("a precision", a.wanted_precision),
        ("a coverage", a.wanted_coverage),
        ("a scope recall", a.wanted_scope_recall),
    ];
    let wanted = wanted.iter().filter_map(|(what, share)| Some(format!("{what} of {}", (*share)?)));
    let wanted: Vec<String> = wanted.collect();
    let _ = writeln!(
        s,
        "Asked for: {}. The thresholds were chosen by cross-validation on the questions that the \
         model was fitted on; the validation part had no part in it.{}\n\n\
         | | answered | of these right | unsure | right one among the candidates | out of scope, wrongly |\n\
         |---|---|---|---|---|---|",
        wanted.join(", "),
        if m.refitted {
            " Its figures belong to the measured fit, with thresholds of its own."
        } else {
            ""
        },
    );
    let measured = a.validation.as_ref().map(|v| ("validation", v));
    for (of, v) in [("cross-validation", &a.cross_validated)].into_iter().chain(measured) {
        let candidates = v.candidates_right.map_or("-".to_owned(), |share| format!("{share:.4}"));
        let _ = writeln!(
            s,
            "| {of} | {:.4} | {:.4} | {:.4} | {candidates} | {:.4} |",
            v.coverage, v.precision, v.unsure, v.out_of_scope
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
         | embeddings | {CLASSIFIERS} softmax classifiers of {DIMS} dimensions, share {} (chosen by cross-validation) |\n\
         | decoder | linfa-svm, linear, C = {}, {} negatives, {:.2} of the margins; weight {} (chosen by cross-validation) |\n\
         | calibration | {calibration} (chosen by cross-validation) |\n",
        h.word_bits,
        h.subword_bits,
        h.min_n,
        h.max_n,
        m.choices.selectivity,
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
