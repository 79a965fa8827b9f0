//! A model in memory: the native way to classify.

use super::{Header, LayoutError, Params, checksum, thresholds};
use crate::classify::{self, ClassifyError, Prediction};
use crate::decide::{self, Decision};
use crate::explain::{self, Explanation};
use crate::info::ModelInfo;
use crate::reading::{self, Reading};
use crate::rows::{self, SliceRows};
use alloc::string::ToString;
use alloc::vec::Vec;

/// A model in memory, checked: the native way to classify.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    header: Header,
    params: Params,
    rows: SliceRows<'a>,
    info: ModelInfo,
}

impl<'a> Model<'a> {
    /// Reads a model and checks all of it: header, checksum, parameters, rows, description.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; no bytes make it panic.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, LayoutError> {
        let header = Header::decode(bytes)?;
        if bytes.len() < header.len {
            return Err(LayoutError::Truncated { actual: bytes.len(), needed: header.len as u64 });
        }
        if bytes.len() > header.len {
            let more = bytes.len() - header.len;
            return Err(LayoutError::Content(alloc::format!("{more} bytes follow its end")));
        }
        let actual = checksum(bytes);
        if actual != header.checksum {
            return Err(LayoutError::Checksum { actual, stated: header.checksum });
        }
        let params = Params::decode(&bytes[header.params_at..header.rows_at], header.taper);
        params.check()?;
        let row_bytes = &bytes[header.rows_at..header.words_at];
        let words = &bytes[header.words_at..header.info_at];
        check_rows(row_bytes, header.stride)?;
        let info: ModelInfo = postcard::from_bytes(&bytes[header.info_at..])
            .map_err(|e| LayoutError::Content(alloc::format!("its description: {e}")))?;
        if info.label_names.len() != header.classes {
            return Err(LayoutError::Content("its description names other classes".to_string()));
        }
        if thresholds(&info) != header.thresholds {
            return Err(LayoutError::Content("its description has other thresholds".to_string()));
        }
        Ok(Model { header, params, rows: SliceRows::new(row_bytes, header.stride, words), info })
    }

    /// The most probable intent of `text`.
    ///
    /// # Errors
    /// Where the text is blank or too long.
    pub fn classify(&self, text: &str) -> Result<Prediction, ClassifyError> {
        let margins = self.margins(text)?;
        classify::first(&margins, &self.params).ok_or(ClassifyError::Empty)
    }

    /// The `k` most probable intents of `text`.
    ///
    /// # Errors
    /// Where the text is blank or too long.
    pub fn classify_top(&self, text: &str, k: usize) -> Result<Vec<Prediction>, ClassifyError> {
        Ok(classify::first_k(&self.margins(text)?, &self.params, k))
    }

    /// Whether to answer `text`, by the thresholds of the model.
    ///
    /// # Errors
    /// Where the text is blank or too long.
    pub fn decide(&self, text: &str) -> Result<Decision, ClassifyError> {
        let margins = self.margins(text)?;
        decide::decide(&margins, &self.params, &self.header.thresholds).ok_or(ClassifyError::Empty)
    }

    /// Why `intent`, or the most probable one: each n-gram's share of its margin.
    ///
    /// # Errors
    /// Where the text is blank or too long, or the model has no such intent.
    pub fn explain(&self, text: &str, intent: Option<i32>) -> Result<Explanation, ClassifyError> {
        explain::explain(text, intent, &self.header.space, &self.params, &mut self.rows())
    }

    /// The words of `text` that are read as others.
    #[must_use]
    pub fn readings(&self, text: &str) -> Vec<Reading> {
        reading::readings(text, &self.header.space, &mut self.rows())
    }

    /// The margin of each class for `text`, in the order of [`Params::ids`].
    ///
    /// # Errors
    /// Where the text is blank or too long.
    pub fn margins(&self, text: &str) -> Result<Vec<f32>, ClassifyError> {
        classify::margins(text, &self.header.space, &self.params, &mut self.rows())
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The embedding rows.
    #[must_use]
    pub fn rows(&self) -> SliceRows<'a> {
        self.rows
    }

    /// What the model says of itself.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }
}

fn check_rows(bytes: &[u8], stride: usize) -> Result<(), LayoutError> {
    let good = |x: f32| x.is_finite() && x >= 0.0;
    match bytes.chunks(stride).position(|r| !good(rows::scale(r)) || !good(rows::weight(r))) {
        None => Ok(()),
        Some(i) => Err(LayoutError::Content(alloc::format!("row {i} has no finite scale"))),
    }
}
