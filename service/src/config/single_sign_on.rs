//! The settings of sign-in by OpenID Connect (INV-4).

use std::collections::BTreeSet;

use domain::text::{self, Email, Lines, PERSON_NAME_MAX};
use secrecy::SecretString;
use url::{Host, Url};

use super::{ConfigProblem, InstanceClient, problem};

/// An OpenID provider by which people sign in.
#[derive(Clone)]
pub struct SingleSignOn {
    /// The issuer, exactly as its discovery document and its tokens name it.
    pub issuer: String,
    /// Our client there.
    pub client: InstanceClient,
    /// How people call it.
    pub name: String,
    /// Mail domains that sign in by it, and by it only; when empty, everybody may and nobody has to.
    pub domains: BTreeSet<String>,
}

impl SingleSignOn {
    /// Whether addresses of this domain sign in by it only.
    pub fn owns(&self, email: &Email) -> bool {
        self.domains.contains(email.domain())
    }
}

/// The settings as they are written.
#[derive(Default)]
pub(super) struct Written {
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub name: Option<String>,
    pub domains: Option<String>,
}

impl Written {
    pub(super) fn check(
        self,
        allow_loopback: bool,
        problems: &mut Vec<ConfigProblem>,
    ) -> Option<SingleSignOn> {
        let all = [&self.issuer, &self.client_id, &self.client_secret, &self.name, &self.domains];
        if all.iter().all(|one| one.is_none()) {
            return None;
        }
        let before = problems.len();
        for (setting, value) in [
            ("oidc_issuer", &self.issuer),
            ("oidc_client_id", &self.client_id),
            ("oidc_client_secret", &self.client_secret),
        ] {
            if value.as_deref().is_none_or(|text| text.trim().is_empty()) {
                problems.push(problem(
                    setting,
                    "is missing; sign-in by OpenID Connect needs OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
                ));
            }
        }
        let host = self.issuer.as_deref().filter(|text| !text.trim().is_empty()).and_then(|issuer| {
            let checked = check_issuer(issuer, allow_loopback);
            checked.map_err(|message| problems.push(problem("oidc_issuer", message))).ok()
        });
        let name = match text::optional("name", self.name.as_deref(), PERSON_NAME_MAX, Lines::One) {
            Ok(name) => name,
            Err(wrong) => {
                problems.push(problem("oidc_name", wrong.message));
                None
            }
        };
        let domains = check_domains(self.domains.as_deref(), problems);
        if problems.len() > before {
            return None;
        }
        Some(SingleSignOn {
            issuer: self.issuer?,
            client: InstanceClient {
                id: self.client_id?,
                secret: Some(SecretString::from(self.client_secret?)),
            },
            name: name.or(host)?,
            domains,
        })
    }
}

/// Checks an issuer (Discovery 1.0 section 3: https, no query and no fragment) and returns its host.
pub(crate) fn check_issuer(issuer: &str, allow_loopback: bool) -> Result<String, &'static str> {
    let hint = "write it exactly as the provider names it, such as https://login.example.com";
    let url = Url::parse(issuer).map_err(|_| hint)?;
    let host = url.host_str().ok_or(hint)?.to_owned();
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback && allow_loopback => {}
        "http" if is_loopback => {
            return Err(
                "must begin with https://; for a provider on this machine set ALLOW_LOOPBACK_PROVIDERS",
            );
        }
        _ => {
            return Err(
                "must begin with https://: whoever can change what it answers can sign in as anybody",
            );
        }
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("must be an address without query, fragment or user");
    }
    Ok(host)
}

fn check_domains(text: Option<&str>, problems: &mut Vec<ConfigProblem>) -> BTreeSet<String> {
    let domains = super::check::domains(text);
    let wrong: Vec<&str> = domains
        .iter()
        .map(String::as_str)
        .filter(|domain| Email::parse("email", &format!("a@{domain}")).is_err())
        .collect();
    if !wrong.is_empty() {
        let wrong = wrong.join(", ");
        problems
            .push(problem("oidc_domains", format!("write mail domains such as example.com, not {wrong}")));
    }
    // An empty list would open what somebody meant to close.
    if text.is_some() && domains.is_empty() {
        problems.push(problem("oidc_domains", "names no domain; unset it, or write one such as example.com"));
    }
    domains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn load(environment: &[(&str, &str)]) -> Result<Option<SingleSignOn>, Vec<String>> {
        let settings = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        match Config::from_parts("", settings) {
            Ok(config) => Ok(config.single_sign_on),
            Err(problems) => Err(problems.into_iter().map(|problem| problem.to_string()).collect()),
        }
    }

    const CLIENT: [(&str, &str); 2] = [("OIDC_CLIENT_ID", "123"), ("OIDC_CLIENT_SECRET", "planted")];

    fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        CLIENT.iter().chain(more).copied().collect()
    }

    #[test]
    fn inv_4_three_settings_are_enough() {
        assert!(load(&[]).expect("valid").is_none());
        let setting = load(&with(&[("OIDC_ISSUER", "https://login.example.com/")])).expect("valid");
        let setting = setting.expect("set");
        assert_eq!(
            (setting.name.as_str(), setting.issuer.as_str()),
            ("login.example.com", "https://login.example.com/")
        );
        assert!(setting.domains.is_empty());
        let setting = load(&with(&[
            ("OIDC_ISSUER", "http://127.0.0.1:9"),
            ("ALLOW_LOOPBACK_PROVIDERS", "true"),
            ("OIDC_NAME", " Northwind "),
            ("OIDC_DOMAINS", "@Northwind.example, sub.northwind.example"),
        ]));
        let setting = setting.expect("valid").expect("set");
        assert_eq!(setting.name, "Northwind");
        let owns = |address| setting.owns(&Email::parse("email", address).expect("an address"));
        assert!(owns("ANA@northwind.EXAMPLE") && owns("a@sub.northwind.example"));
        assert!(!owns("a@other.northwind.example") && !owns("a@evilnorthwind.example"));
    }

    #[test]
    fn ops_4_every_problem_of_these_settings_is_told_at_once() {
        let all = load(&[
            ("OIDC_ISSUER", "http://login.example.com"),
            ("OIDC_NAME", "a\u{202E}b"),
            ("OIDC_DOMAINS", "example.com, localhost"),
        ]);
        let all = all.err().expect("refused");
        let named: Vec<_> = all.iter().filter_map(|text| text.split(':').next()).collect();
        assert_eq!(
            named,
            ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ISSUER", "OIDC_NAME", "OIDC_DOMAINS"]
        );
        for issuer in [
            "login",
            "https://x.example/?a=b",
            "https://x.example/#a",
            "https://u:planted@x.example",
            "http://127.0.0.1:9",
            "ftp://x.example",
        ] {
            let problems = load(&with(&[("OIDC_ISSUER", issuer)])).err().expect("refused");
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(
                problems.iter().all(|text| text.starts_with("OIDC_ISSUER: ") && !text.contains("planted"))
            );
        }
        let problems = load(&with(&[("OIDC_ISSUER", "https://x.example"), ("OIDC_DOMAINS", " , ")]));
        assert!(problems.err().expect("refused").concat().contains("names no domain"));
        assert_eq!(load(&[("OIDC_NAME", "x")]).err().expect("refused").len(), 3);
    }
}
