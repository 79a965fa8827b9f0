//! One component that serves.

use crate::metrics::Counters;
use hyper::header::HeaderValue;
use intent_runtime::Classifier;

/// One component that serves. A request holds it until it is answered, whatever the catalog says
/// by then.
#[derive(Debug)]
pub struct Version {
    /// The model's name.
    pub model: String,
    /// Its number.
    pub number: u64,
    /// Its component.
    pub classifier: Classifier,
    /// What it has done.
    pub counters: Counters,
    /// The number, as the header `X-Model-Version`.
    pub number_header: HeaderValue,
    /// The digest, as the header `X-Model-Digest`.
    pub digest_header: HeaderValue,
}

impl Version {
    /// A version under the name of its directory, which may be another than the component's own.
    #[must_use]
    pub fn new(model: &str, number: u64, classifier: Classifier, counters: Counters) -> Self {
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

    /// The name of the intent with the id `intent`; its number where it has none.
    #[must_use]
    pub fn label(&self, intent: i32) -> Option<&str> {
        let labels = &self.classifier.info().labels;
        let place = labels.binary_search_by_key(&intent, |l| l.intent).ok()?;
        Some(&labels[place].name)
    }
}
