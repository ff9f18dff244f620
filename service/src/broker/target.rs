//! Where a call goes, and which module allows it (USE-3).

use std::collections::BTreeMap;

use domain::catalog::{AppVersion, AuthMethod, BrokerCall as Asked, Decision, Injection, decide, pairs};
use url::Url;

use super::overrides::check_pair;
use super::refusal::{Refusal, RefusalCode};

/// What the caller wrote.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) method: &'a str,
    /// The path behind the connection, from its first slash, as it came.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    /// Another host of the app than the usual.
    pub(super) host: Option<&'a str>,
}

/// Where a call goes and by which module.
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) module: String,
}

/// Finds the address and asks the firewall. What the firewall reads is the address that is sent, letter by letter.
pub(super) fn find(
    version: &AppVersion,
    method: &AuthMethod,
    consented: &[String],
    params: &BTreeMap<String, String>,
    line: Line<'_>,
) -> Result<Target, Refusal> {
    let base = base(version, params)?;
    let own = base.as_ref().and_then(Url::host_str);
    let (origin, path) = match (&base, line.host) {
        (Some(base), host) if host.is_none() || host == own => {
            let before = base.path().trim_end_matches('/');
            (base.origin().ascii_serialization(), format!("{before}{}", line.path))
        }
        (base, Some(host)) => {
            let scheme = base.as_ref().map_or("https", Url::scheme);
            (format!("{scheme}://{host}"), line.path.to_owned())
        }
        (_, None) => {
            let message = "this app has no usual host; name one in `Consentry-Host`";
            return Err(Refusal::new(RefusalCode::NotCallable, message));
        }
    };
    let host = line.host.or(own).unwrap_or_default();
    let module = match decide(version, consented, &Asked { method: line.method, host, path: &path, params }) {
        Decision::Allowed { module } => module,
        Decision::Refused { malformed: Some(malformed), .. } => {
            return Err(Refusal::new(RefusalCode::Malformed, malformed.to_string()));
        }
        Decision::Refused { would_allow, malformed: None } => return Err(not_consented(would_allow)),
    };
    if let Some(query) = line.query {
        check_query(method, query)?;
    }
    let text = match line.query {
        Some(query) => format!("{origin}{path}?{query}"),
        None => format!("{origin}{path}"),
    };
    let url = Url::parse(&text).ok().filter(|url| url.path() == path && url.host_str() == Some(host));
    let url = url.ok_or_else(|| malformed("the address can be read in two ways"))?;
    Ok(Target { url, module })
}

fn base(version: &AppVersion, params: &BTreeMap<String, String>) -> Result<Option<Url>, Refusal> {
    let borrowed = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let unfit = || Refusal::new(RefusalCode::NotCallable, "the app's address cannot be made");
    let Some(template) = &version.base_url else { return Ok(None) };
    let filled = template.fill_url(&borrowed).map_err(|_| unfit())?;
    Url::parse(&filled).map(Some).map_err(|_| unfit())
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(RefusalCode::Malformed, message)
}

fn not_consented(modules: Vec<String>) -> Refusal {
    let message = match modules.as_slice() {
        [] => "no module of this app makes this call".to_owned(),
        [one] => {
            format!("the recipient did not consent to the module `{one}`; send a request that asks for it")
        }
        many => format!(
            "the recipient consented to none of the modules `{}`; send a request that asks for one",
            many.join("`, `")
        ),
    };
    Refusal { modules, ..Refusal::new(RefusalCode::NotConsented, message) }
}

fn check_query(method: &AuthMethod, query: &str) -> Result<(), Refusal> {
    for (name, value) in pairs(query.as_bytes()) {
        check_pair(&name, &value)?;
        let is_taken = method.injections.iter().any(
            |injection| matches!(injection, Injection::Query { name: taken, .. } if name == taken.as_str()),
        );
        if is_taken {
            return Err(malformed("a parameter of this name is set by the broker; leave it out"));
        }
    }
    Ok(())
}
