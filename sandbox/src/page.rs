//! The pages: plain HTML, one style sheet, no script.

use std::fmt::Write as _;

use crate::params::Params;
use crate::scope::Scope;
use crate::{
    ACCOUNTS, API_KEY, Account, CLIENT_ID, CLIENT_SECRET, MACHINE_CLIENT_ID, MACHINE_CLIENT_SECRET, PASSWORD,
    USERNAME,
};

/// Parameters of the request that the form sends along.
const KEPT: [&str; 7] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// What the page of consent shows.
pub(crate) struct Form<'p> {
    pub(crate) params: &'p Params,
    pub(crate) origin: &'p str,
    pub(crate) scopes: &'p [Scope],
    pub(crate) account: &'p Account,
    pub(crate) ticked: &'p [Scope],
    pub(crate) problem: Option<&'p str>,
}

/// The page of consent.
pub(crate) fn consent(form: &Form<'_>) -> String {
    let client = escape(form.params.get("client_id").unwrap_or_default());
    let origin = escape(form.origin);
    let problem =
        form.problem.map(|words| format!("<p class=\"problem\" role=\"alert\">{}</p>", escape(words)));
    let body = format!(
        "<h1>Allow access to your contacts?</h1>
<p>The app with the client id <strong>{client}</strong> asks for access. \
Whatever you answer, you then go back to <strong>{origin}</strong>.</p>
{problem}
<form method=\"post\" action=\"authorize\">
{kept}<fieldset>
<legend>Your account</legend>
{accounts}</fieldset>
<fieldset>
<legend>What the app may do</legend>
{scopes}</fieldset>
<p class=\"hint\">Untick what you do not want to allow. You can take everything back later.</p>
<div class=\"buttons\">
<button name=\"decision\" value=\"allow\" class=\"main\">Allow</button>
<button name=\"decision\" value=\"cancel\">Cancel</button>
</div>
</form>",
        problem = problem.unwrap_or_default(),
        kept = kept(form.params),
        accounts = accounts(form.account),
        scopes = scopes(form.scopes, form.ticked),
    );
    let title = if form.problem.is_some() { "Please check: allow access?" } else { "Allow access?" };
    document(title, &body)
}

/// The page that tells what this is, and what opens it.
pub(crate) fn about() -> String {
    let rows = [
        ("OAuth client", CLIENT_ID),
        ("Its secret", CLIENT_SECRET),
        ("OAuth client for programs", MACHINE_CLIENT_ID),
        ("Its secret", MACHINE_CLIENT_SECRET),
        ("API key, in the header X-Api-Key", API_KEY),
        ("User name", USERNAME),
        ("Password", PASSWORD),
    ];
    let mut list = String::new();
    for (what, value) in rows {
        let _infallible = writeln!(list, "<dt>{what}</dt><dd><code>{value}</code></dd>");
    }
    document(
        "About",
        &format!(
            "<h1>A small app to try things out</h1>
<p>The sandbox keeps the contacts of the Harbor Bakery, which does not exist either. It lives in the memory of \
the demo: after a restart everything is as it was at first.</p>
<p>These are no secrets. They open nothing but this sandbox.</p>
<dl>
{list}</dl>"
        ),
    )
}

/// A page that says why there is nothing to agree to.
pub(crate) fn error(words: &str) -> String {
    let words = escape(words);
    document(
        "This did not work",
        &format!(
            "<h1>This did not work</h1>
<p>{words}</p>
<p>Nothing was allowed. Go back to the app that sent you here and try again.</p>"
        ),
    )
}

fn kept(params: &Params) -> String {
    let mut html = String::new();
    for (name, value) in KEPT.iter().filter_map(|name| params.get(name).map(|value| (name, value))) {
        let value = escape(value);
        let _infallible = writeln!(html, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    html
}

fn accounts(chosen: &Account) -> String {
    let mut html = String::new();
    for Account { sub, email, name } in &ACCOUNTS {
        let checked = if *sub == chosen.sub { " checked" } else { "" };
        let _infallible = writeln!(
            html,
            "<label><input type=\"radio\" name=\"account\" value=\"{sub}\" required{checked}> \
             <span>{email}<small>{name}</small></span></label>"
        );
    }
    html
}

fn scopes(asked: &[Scope], ticked: &[Scope]) -> String {
    let mut html = String::new();
    for scope in asked {
        let checked = if ticked.contains(scope) { " checked" } else { "" };
        let (name, words) = (scope.as_str(), scope.words());
        let _infallible = writeln!(
            html,
            "<label><input type=\"checkbox\" name=\"granted\" value=\"{name}\"{checked}> \
             <span>{words}<small>{name}</small></span></label>"
        );
    }
    html
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title} · Sandbox</title>
<link rel=\"stylesheet\" href=\"style.css\">
</head>
<body>
<main>
<p class=\"badge\">Sandbox: for trying things out, nothing here is real</p>
{body}
</main>
</body>
</html>
"
    )
}

/// Makes text safe between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
