//! Proof Key for Code Exchange (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::ProviderError;

/// The S256 challenge of a verifier (RFC 7636 section 4.2).
///
/// # Errors
/// [`ProviderError::Misconfigured`] when the verifier is not 43 to 128 unreserved characters.
pub(crate) fn challenge(verifier: &str) -> Result<String, ProviderError> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return Err(ProviderError::misconfigured("the PKCE verifier is not 43 to 128 unreserved characters"));
    }
    Ok(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())))
}
