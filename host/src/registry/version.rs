//! One version that serves.

use crate::metrics::Counters;
use hyper::header::HeaderValue;
use intent_runtime::Classifier;

/// One version that serves. A request holds it until it is answered, even if the catalog has changed by
/// then.
#[derive(Debug)]
pub(crate) struct Version {
    /// The model's name.
    pub(crate) model: String,
    /// Its number.
    pub(crate) number: u64,
    /// Its component.
    pub(crate) classifier: Classifier,
    /// Its counters.
    pub(crate) counters: Counters,
    /// The number, as the header `X-Model-Version`.
    pub(crate) number_header: HeaderValue,
    /// The digest, as the header `X-Model-Digest`.
    pub(crate) digest_header: HeaderValue,
}

impl Version {
    /// A version of a model. `model` is the name of the model's directory, which may differ from the name in the
    /// component.
    pub(crate) fn new(
        model: &str,
        number: u64,
        classifier: Classifier,
        counters: Counters,
    ) -> Self {
        let digest_header = HeaderValue::from_str(classifier.digest());
        Version {
            model: model.to_owned(),
            number,
            number_header: number.into(),
            digest_header: digest_header.unwrap_or(HeaderValue::from_static("")),
            classifier,
            counters,
        }
    }

    /// The name of the intent `intent`; `None` if the model does not have it.
    pub(crate) fn label_name(&self, intent: i32) -> Option<&str> {
        let labels = &self.classifier.info().labels;
        let index = labels.binary_search_by_key(&intent, |l| l.intent).ok()?;
        Some(&labels[index].name)
    }
}
