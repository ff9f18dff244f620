//! Whether a mail address is of a company, and not of a provider where anybody can have one (GATE-2).

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

static FREE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("free_mail.txt").lines().map(str::trim).filter(|line| !line.starts_with('#')).collect()
});

/// Whether the address is a corporate one. `more` are domains that the operator counts as free-mail ones.
pub(crate) fn is_corporate(email: &str, more: &BTreeSet<String>) -> bool {
    let Some((_, domain)) = email.rsplit_once('@') else { return false };
    let domain = domain.trim_end_matches('.').to_lowercase();
    // A provider's sub-domains are the provider's, too.
    let mut rest = Some(domain.as_str());
    while let Some(name) = rest {
        if FREE.contains(name) || more.contains(name) {
            return false;
        }
        rest = name.split_once('.').map(|(_, parent)| parent);
    }
    mailchecker::is_valid(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_2_free_and_disposable_addresses_are_not_corporate() {
        let more = BTreeSet::from(["citymail.example".to_owned()]);
        for email in [
            "a@gmail.com",
            "a@GMX.de",
            "a@eu.yahoo.com",
            "a@mailinator.com",
            "a@citymail.example",
            "a@x.citymail.example",
            "a",
        ] {
            assert!(!is_corporate(email, &more), "{email}");
        }
        for email in ["ana@northwind.com", "a@notgmail.com", "a@gmail.com.acme.com"] {
            assert!(is_corporate(email, &more), "{email}");
        }
    }
}
