//! Limits of a request.

/// Default maximum size of a body, in KiB.
pub const MAX_BODY_KIB: u32 = 256;
/// Maximum number of intents in an answer.
pub const MAX_TOP: u32 = 1000;
