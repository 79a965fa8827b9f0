//! The byte format of a model, little-endian: reading with checks, and writing.
//!
//! It is used in place: per query, only the 96 bytes of the header and 16 bytes for each class are parsed. In the
//! component the whole file is one passive data segment.
//!
//! | bytes | what |
//! |---|---|
//! | 0-7 | the ASCII characters `PSINTENT` |
//! | 8-11 | version of this layout, u32: [`VERSION`] |
//! | 12-15 | number of classes K, u32, at least 2 |
//! | 16 | word family: log2 of its buckets |
//! | 17 | sub-word family: log2 of its buckets |
//! | 18, 19 | shortest and longest character n-gram |
//! | 20-23 | bytes of an row, u32 |
//! | 24-31 | offset of the parameters, u64 |
//! | 32-39 | offset of the rows, u64 |
//! | 40-47 | offset of the description, u64 |
//! | 48-55 | length of the whole file, u64 |
//! | 56-59 | unsure below this probability, f32; 0 is never |
//! | 60-63 | out of scope below this greatest margin, f32; negative infinity is never |
//! | 64-67 | candidate mass of an unsure decision, f32 |
//! | 68 | family of pairs: log2 of its buckets; 0 is none |
//! | 69 | characters of a stem |
//! | 70 | family of pretrained vectors: log2 of its buckets; 0 is none |
//! | 71 | bits of a value in a row, 8 or 4 |
//! | 72-75 | coordinates of a row, u32; 0 if a row has a value for each class |
//! | 76-79 | calibration: taper of the logits, f32 |
//! | 80 | lexicon: log2 of its buckets; 0 is none |
//! | 81-91 | zeros |
//! | 92-95 | CRC-32 (IEEE) of all other bytes, u32 |
//! | parameters | K ids (i32, ascending), then K biases, K slopes, K offsets (f32) |
//! | rows | the tables of words, sub-words, pairs and vectors, then, if rows have coordinates, a row for each class: see [`crate::rows`] |
//! | lexicon | see [`crate::lexicon`] |
//! | description | [`crate::ModelInfo`] in the postcard format |

mod error;
mod file;
mod header;

pub use crate::params::PARAMS_PER_CLASS;
pub use error::LayoutError;
pub(crate) use file::decode;
pub use file::encode;
pub use header::{HEADER_LEN, Header, MAX_BITS, MAX_CLASSES, VERSION};
