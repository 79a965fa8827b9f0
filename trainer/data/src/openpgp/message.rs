//! Encrypts and decrypts messages with rpgp.
//!
//! Nothing of a message is used before its integrity is known: the whole of the encrypted packet is
//! decrypted and verified (MDC, or the tags of AEAD) before what it holds is parsed.

use super::error::OpenError;
use crate::passphrase::Passphrase;
use pgp::composed::{
    DecryptionOptions, Edata, Esk, Message, MessageBuilder, PlainSessionKey,
    decrypt_session_key_with_password,
};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{PacketHeader, ProtectedDataConfig, SymEncryptedProtectedDataConfig as Seipd};
use pgp::types::{PacketLength, Password, Seipdv1ReadMode, StringToKey, Tag};
use rand_core06::OsRng;
use std::io::{self, BufRead, ErrorKind, Read};
use zeroize::Zeroizing;

/// Argon2's memory is 2^this KiB: 2 GiB.
const ARGON2_MEMORY: u8 = 21;

/// Decrypts and decompresses `message`, to at most `limit` bytes.
///
/// # Errors
/// If it is no such message, the passphrase is another, or it is not as it was encrypted.
pub fn decrypt(
    message: &[u8],
    passphrase: &Passphrase,
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let inside = match verified(message, passphrase) {
        Ok(inside) => inside,
        Err(OpenError::Foreign | OpenError::Tampered) if framing(message) == Framing::Short => {
            return Err(OpenError::Truncated);
        }
        Err(error) => return Err(error),
    };
    match framing(message) {
        Framing::Whole => content(&inside, limit),
        Framing::Short => Err(OpenError::Truncated),
        Framing::More => Err(OpenError::Tampered),
    }
}

/// The plaintext of the encrypted packet, once its integrity is verified.
fn verified(message: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (parsed, _) = Message::from_reader(message).map_err(|_| OpenError::Foreign)?;
    let Message::Encrypted { esk, mut edata, .. } = parsed else { return Err(OpenError::Foreign) };
    if matches!(edata, Edata::SymEncryptedData { .. }) {
        return Err(OpenError::Unprotected);
    }
    let key = session_key(&esk, &mut edata, passphrase)?;
    let options = DecryptionOptions::new()
        .enable_gnupg_aead()
        .set_seipdv1_read_mode(Seipdv1ReadMode::CheckFirst { max_message_size: message.len() });
    edata.decrypt_with_options(&key, options).map_err(|_| OpenError::Tampered)?;
    let mut inside = Zeroizing::new(Vec::with_capacity(message.len()));
    edata.read_to_end(&mut inside).map_err(|e| broken(&e))?;
    Ok(inside)
}

/// Whether the packets of a message fill its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Whole,
    /// One announces more bytes than there are.
    Short,
    /// Something follows the encrypted one.
    More,
}

/// A message in ASCII armour has its own end, and counts as whole.
fn framing(mut rest: &[u8]) -> Framing {
    let is_binary = rest.first().is_some_and(|first| first & 0x80 != 0);
    let mut encrypted = false;
    while is_binary && !rest.is_empty() {
        if encrypted {
            return Framing::More;
        }
        let Ok(header) = PacketHeader::try_from_reader(&mut rest) else { return Framing::Short };
        encrypted = matches!(header.tag(), Tag::SymEncryptedProtectedData | Tag::GnupgAeadData);
        let mut length = header.packet_length();
        loop {
            let (size, last) = match length {
                PacketLength::Fixed(size) => (size, true),
                PacketLength::Partial(size) => (size, false),
                PacketLength::Indeterminate => return Framing::Whole,
            };
            let Some((_, after)) = rest.split_at_checked(size as usize) else {
                return Framing::Short;
            };
            rest = after;
            if last {
                break;
            }
            let Ok(next) = PacketLength::try_from_reader(&mut rest) else { return Framing::Short };
            length = next;
        }
    }
    Framing::Whole
}

/// `content` as a message that `gpg --decrypt` opens, of any version since 2003.
///
/// # Errors
/// If the system gives no random numbers.
pub fn encrypt(content: Vec<u8>, passphrase: &Passphrase) -> Result<Vec<u8>, io::Error> {
    let aes256 = SymmetricKeyAlgorithm::AES256;
    // 65,011,712 bytes are hashed, as gpg has it at most
    let s2k = StringToKey::new_iterated(OsRng, HashAlgorithm::Sha256, 0xff);
    let mut message = MessageBuilder::from_bytes("", content).seipd_v1(OsRng, aes256);
    message.encrypt_with_password(s2k, &password(passphrase)).map_err(io::Error::other)?;
    message.to_vec(OsRng).map_err(io::Error::other)
}

fn password(passphrase: &Passphrase) -> Password {
    Password::from(passphrase.bytes())
}

/// The key of the first session-key packet that the passphrase opens.
fn session_key(
    esk: &[Esk],
    edata: &mut Edata<'_>,
    passphrase: &Passphrase,
) -> Result<PlainSessionKey, OpenError> {
    let password = password(passphrase);
    let mut refusal = OpenError::ForAKey;
    for esk in esk {
        let Esk::SymKeyEncryptedSessionKey(packet) = esk else { continue };
        if matches!(packet.s2k(), Some(StringToKey::Argon2 { m_enc, .. }) if *m_enc > ARGON2_MEMORY)
        {
            return Err(OpenError::Greedy);
        }
        refusal = OpenError::WrongPassphrase;
        if let Ok(key) = decrypt_session_key_with_password(packet, &password)
            && is_plausible(&key, edata)?
        {
            return Ok(key);
        }
    }
    Err(refusal)
}

/// Tells a wrong passphrase from a damaged file, as gpg does: a message that is protected by an MDC
/// begins with random bytes, the last two of them twice. What is protected by AEAD has a tag on the
/// session key itself.
fn is_plausible(key: &PlainSessionKey, edata: &mut Edata<'_>) -> Result<bool, OpenError> {
    let PlainSessionKey::V3_4 { key, sym_alg } = key else { return Ok(true) };
    let Edata::SymEncryptedProtectedData { reader } = edata else { return Ok(true) };
    if *reader.config() != ProtectedDataConfig::Seipd(Seipd::V1) {
        return Ok(false);
    }
    let size = sym_alg.block_size();
    let body = reader.get_mut().fill_buf().map_err(|e| broken(&e))?;
    let mut start = body.get(..size + 2).ok_or(OpenError::Truncated)?.to_vec();
    let done = sym_alg.decrypt_with_iv_regular(key.as_ref(), &vec![0; size], &mut start);
    Ok(done.is_ok() && size >= 2 && start[size - 2..size] == start[size..])
}

/// The file in a message that is verified.
fn content(inside: &[u8], limit: u64) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let foreign = |_| OpenError::Content;
    let mut message = Message::from_bytes(inside).map_err(foreign)?;
    if message.is_compressed() {
        message = message.decompress().map_err(foreign)?;
    }
    if !message.is_literal() && !message.is_signed() {
        return Err(OpenError::Content);
    }
    let mut file = Zeroizing::new(Vec::new());
    message
        .by_ref()
        .take(limit.saturating_add(1))
        .read_to_end(&mut file)
        .map_err(|e| broken(&e))?;
    if file.len() as u64 > limit {
        return Err(OpenError::TooLarge(limit));
    }
    Ok(file)
}

fn broken(error: &io::Error) -> OpenError {
    match error.kind() {
        ErrorKind::UnexpectedEof => OpenError::Truncated,
        _ => OpenError::Tampered,
    }
}
