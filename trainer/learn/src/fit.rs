//! Labelled questions → a model.
//!
//! ```text
//! texts ─ vocabulary, features ─ x ─┬─ linear, k folds ─→ out_of_fold: margins O ─→ head: decoder V, c;
//!                                   │                     mixing (of naive Bayes,      │   calibration
//!                                   │                     of the embeddings)           ↓
//!                                   └─ linear, all questions ─→ weights E, bias b ─→ table: E' = M E, b'
//!
//! margin = Σ_f x(f) E'(f) + b'      x(f): the value of n-gram f in a text; M, b': see `table`
//!
//! linear = selectivity (feature weights) ─→ svm + naive_bayes + embeddings
//! ```
//!
//! The head (decoder and calibration) is fitted to margins of questions that the linear classifiers were not
//! fitted on: the classifiers separate their own training questions almost perfectly, which teaches it nothing.
//!
//! # Layout
//!
//! [`fit`] (`pipeline`) runs the flow above; [`fit_and_predict`] fits and answers test questions with it;
//! [`out_of_fold_probabilities`] stops before the table. By module:
//!
//! * inputs: `settings`, `vocabulary`, [`pretrained`] (word vectors), `features`, `sample`, `names` (class names as
//!   questions)
//! * linear classifiers: `block` (weights of 8 classes), `svm`, `selectivity`, `naive_bayes`, [`embeddings`], `linear`
//! * cross-validation: `fold_margins` (answers of one fold), `mixing`, `out_of_fold`
//! * head: `decoder`, `head`
//! * output: `table`, `low_rank`

mod block;
mod decoder;
pub mod embeddings;
mod features;
mod fit_and_predict;
mod fold_margins;
mod head;

mod linear;
mod low_rank;
mod mixing;
mod naive_bayes;
mod names;
mod out_of_fold;
mod pipeline;
pub mod pretrained;
mod probabilities;
mod sample;
mod selectivity;
mod settings;

mod svm;
mod table;
mod vocabulary;

pub use fit_and_predict::{FitAndPredictError, fit_and_predict};
pub use head::Choices;
pub use pipeline::fit;
pub use probabilities::out_of_fold_probabilities;
pub use settings::Settings;
pub use table::QuantisedModel;
pub use vocabulary::lexicon_words;
