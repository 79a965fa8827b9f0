//! The extension binary_tensor_data: the tensors' bytes follow the JSON of a body. Numbers are
//! little-endian; a string is its length, in 4 bytes, and its bytes.

use super::tensor::Data;
use crate::http::message_error::MessageError;

/// Reads the texts of a BYTES tensor.
pub(super) fn texts(mut bytes: &[u8]) -> Result<Vec<String>, MessageError> {
    let mut texts = Vec::new();
    while !bytes.is_empty() {
        let index = texts.len();
        let split = || {
            let (length, rest) = bytes.split_first_chunk()?;
            rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
        };
        let (text, rest) = split().ok_or_else(|| {
            MessageError::bad_request(format!(
                "The binary data of the input ends within the query {index}"
            ))
        })?;
        let text = str::from_utf8(text)
            .map_err(|_| MessageError::bad_request(format!("The query {index} is not UTF-8")))?;
        texts.push(text.to_owned());
        bytes = rest;
    }
    Ok(texts)
}

/// Writes the bytes of a tensor.
pub(super) fn write(data: &Data) -> Vec<u8> {
    match data {
        Data::Ints(ints) => ints.iter().flat_map(|i| i.to_le_bytes()).collect(),
        Data::Floats(floats) => floats.iter().flat_map(|f| f.to_le_bytes()).collect(),
        Data::Texts(texts) => {
            let mut bytes = Vec::new();
            for text in texts {
                // a model's labels are far shorter than 4 GiB
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_what_it_writes(all in proptest::collection::vec(".*", 0..20)) {
            let bytes = write(&Data::Texts(all.clone()));
            prop_assert_eq!(texts(&bytes).ok(), Some(all));
        }

        #[test]
        fn takes_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            // nothing is dropped
            if let Ok(texts) = texts(&bytes) {
                prop_assert_eq!(write(&Data::Texts(texts)), bytes);
            }
        }

        #[test]
        fn notices_a_missing_end(all in proptest::collection::vec("..*", 1..5), cut in 1usize..5) {
            let bytes = write(&Data::Texts(all.clone()));
            let short = texts(&bytes[..bytes.len() - cut]).ok();
            prop_assert!(short.is_none_or(|short| short.len() < all.len()));
        }
    }

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(write(&Data::Ints(vec![1, -1])), [1, 0, 0, 0, 255, 255, 255, 255]);
        assert_eq!(write(&Data::Floats(vec![1.0])), [0, 0, 128, 63]);
        assert!(texts(&[255; 4]).is_err());
    }
}
