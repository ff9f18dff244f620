//! Where a call carries the secret: the catalog's injections, filled with a secret.

use zeroize::Zeroizing;

use super::{AuthMethod, Injection, TemplateError};
use crate::credential::Secret;

/// One place of a call with the secret in it.
pub enum Placed<'a> {
    /// A header.
    Header(&'a str, Zeroizing<String>),
    /// A parameter of the query, not yet encoded.
    Query(&'a str, Zeroizing<String>),
    /// User name and password of `Authorization: Basic`, not yet encoded.
    Basic(Zeroizing<String>, Zeroizing<String>),
    /// A member of the body, not yet encoded.
    Body(&'a str, Zeroizing<String>),
}

/// Fills every injection of a method.
///
/// # Errors
/// [`TemplateError::Missing`] when the secret lacks a part; [`TemplateError::Unfit`] when a header would hold
/// a control character.
pub fn place<'a>(method: &'a AuthMethod, secret: &Secret) -> Result<Vec<Placed<'a>>, TemplateError> {
    let values = secret.values();
    let placed = method.injections.iter().map(|injection| {
        Ok(match injection {
            Injection::Header { name, value } => {
                let filled = value.fill(&values)?;
                if filled.chars().any(char::is_control) {
                    let culprit = value.placeholders().next().unwrap_or_default();
                    return Err(TemplateError::Unfit(culprit.to_owned()));
                }
                Placed::Header(name, filled)
            }
            Injection::Query { name, value } => Placed::Query(name, value.fill(&values)?),
            Injection::Basic { username, password } => {
                Placed::Basic(username.fill(&values)?, password.fill(&values)?)
            }
            Injection::Body { name, value } => Placed::Body(name, value.fill(&values)?),
        })
    });
    placed.collect()
}
