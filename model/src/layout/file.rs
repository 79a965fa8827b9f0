//! The whole file: header, parameters, rows, lexicon, description.

use super::error::LayoutError;
use super::header::{CHECKSUM_AT, HEADER_LEN, Header};
use crate::grams::Space;
use crate::info::ModelInfo;
use crate::params::{Params, Thresholds};
use crate::rows;
use alloc::string::ToString;
use alloc::vec::Vec;

/// The parts of a model's bytes, checked.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) header: Header,
    pub(crate) params: Params,
    pub(crate) rows: &'a [u8],
    pub(crate) lexicon: &'a [u8],
    pub(crate) info: ModelInfo,
}

/// Decodes a model and checks all of it: header, checksum, parameters, rows, description.
pub(crate) fn decode(bytes: &[u8]) -> Result<File<'_>, LayoutError> {
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
    params.validate().map_err(content)?;
    let row_bytes = &bytes[header.rows_at..header.lexicon_at];
    let lexicon = &bytes[header.lexicon_at..header.info_at];
    check_rows(row_bytes, header.stride)?;
    let info: ModelInfo = postcard::from_bytes(&bytes[header.info_at..])
        .map_err(|e| LayoutError::Content(alloc::format!("its description: {e}")))?;
    if info.label_names.len() != header.classes {
        return Err(LayoutError::Content("its description names other classes".to_string()));
    }
    if thresholds(&info) != header.thresholds {
        return Err(LayoutError::Content("its description has other thresholds".to_string()));
    }
    Ok(File { header, params, rows: row_bytes, lexicon, info })
}

fn content(what: &str) -> LayoutError {
    LayoutError::Content(what.to_string())
}

fn check_rows(bytes: &[u8], stride: usize) -> Result<(), LayoutError> {
    let good = |x: f32| x.is_finite() && x >= 0.0;
    match bytes.chunks(stride).position(|r| !good(rows::scale(r)) || !good(rows::weight(r))) {
        None => Ok(()),
        Some(i) => Err(LayoutError::Content(alloc::format!("row {i} has no finite scale"))),
    }
}

/// The bytes of a model. `rows_and_lexicon` holds the tables of [`Space::table_starts`], as written by
/// [`rows::write_row`], and behind them the [lexicon](crate::lexicon::encode); the header gets the thresholds that
/// `info` describes.
///
/// # Errors
/// If the parts do not fit each other or a number in them is not finite.
pub fn encode(
    space: Space,
    params: &Params,
    rows_and_lexicon: &[u8],
    info: &ModelInfo,
) -> Result<Vec<u8>, LayoutError> {
    params.validate().map_err(content)?;
    let thresholds = thresholds(info);
    let info = postcard::to_allocvec(info)
        .map_err(|e| LayoutError::Content(alloc::format!("its description: {e}")))?;
    let mut header = Header::for_model(params.ids.len(), space, info.len())?;
    if rows_and_lexicon.len() != header.info_at - header.rows_at {
        return Err(LayoutError::Content(
            "a wrong number of rows, or of lexicon bytes".to_string(),
        ));
    }
    header.thresholds = thresholds;
    header.taper = params.taper;
    let mut bytes = Vec::with_capacity(header.len);
    bytes.extend(header.encode());
    params.encode().for_each(|four| bytes.extend(four));
    bytes.extend_from_slice(rows_and_lexicon);
    bytes.extend(info);
    header.checksum = checksum(&bytes);
    bytes[..HEADER_LEN].copy_from_slice(&header.encode());
    decode(&bytes)?;
    Ok(bytes)
}

/// The thresholds that `info` describes.
fn thresholds(info: &ModelInfo) -> Thresholds {
    info.abstention.map_or(Thresholds::ALWAYS_ANSWER, |a| a.thresholds)
}

/// CRC-32 of all bytes but those of the checksum itself.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&bytes[..CHECKSUM_AT]);
    crc.update(&bytes[HEADER_LEN..]);
    crc.finalize()
}
