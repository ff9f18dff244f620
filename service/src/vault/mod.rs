//! Secrets at rest (SEC-1): envelope encryption with XChaCha20-Poly1305.
//!
//! Each version of each secret has a data key of its own. The data key is sealed by a key-encryption key
//! that is named in the row; the secret is sealed by the data key. Both carry what they belong to (kind of
//! row, id, version, name of the key) as associated data, so that a sealed value copied to another row, or
//! an old one copied back, does not open. Destroying the sealed data key destroys the secret.
//!
//! Keys have epochs: a new one is made on a schedule, the data keys of what is alive are sealed again by it, and
//! the old one is destroyed. `epochs` does that; here is the file, the keys in memory, and the sealing.
//!
//! Not here: where the rows lie, and who may open them.

mod error;
mod file;
mod keyring;
mod seal;

pub use error::KeyError;
pub(crate) use keyring::KeyDates;
pub use keyring::Keyring;
pub use seal::{Belongs, Sealed};
