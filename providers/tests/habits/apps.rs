//! Apps that lead to the scripted server.

use std::collections::BTreeMap;

use domain::catalog::{AppVersion, Catalog, Options};

/// The version whose one method, of id `m`, is written here; `BASE` becomes the address.
pub fn version(url: &str, method: &str) -> AppVersion {
    let text = format!("{HEAD}{method}{TAIL}").replace("BASE", url);
    let options = Options { variables: BTreeMap::new(), allow_loopback: true };
    let catalog = Catalog::parse([("local.toml", text.as_str())], &options).expect("a right file");
    catalog.version("local", "v1").expect("a version").clone()
}

const HEAD: &str = r#"
id = "local"
name = "Local"
website = "https://local.example/"
help = "An app."

[[versions]]
id = "v1"
name = "Version 1"
base_url = "BASE"

[[versions.scopes]]
scope = "read"
words = "See your things"
effect = "READ"

[[versions.scopes]]
scope = "write"
words = "Change your things"
effect = "WRITE"

[[versions.methods]]
id = "m"
label = "Connect"
"#;

const TAIL: &str = r#"
[[versions.modules]]
id = "look"
name = "Look"
description = "Looks."
effect = "READ"
scopes = ["read"]

[[versions.modules.calls]]
methods = ["GET"]
path = "/things"
"#;

/// An OAuth method; lines for its `oauth` table can be put behind.
pub const OAUTH: &str = r#"
kind = "OAUTH2_CODE"

[[versions.methods.injections]]
in = "HEADER"
name = "authorization"
value = "Bearer {access_token}"

[versions.methods.probe]
url = "BASE/me"

[versions.methods.identity]
id = "/id"
label = ["/profile/name", "/email"]
workspace = "/team/0/id"

[versions.methods.revocation]
kind = "RFC7009"
url = "BASE/revoke"

[versions.methods.oauth]
authorize_url = "BASE/authorize"
token_url = "BASE/token"
"#;
