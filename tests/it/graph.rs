//! The arrows between the crates are those of ARCHITECTURE.md, and heavy libraries have one home.

use std::collections::BTreeMap;

use serde_json::Value;

fn metadata() -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let out = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path", manifest])
        .output();
    serde_json::from_slice(&out.expect("cargo runs").stdout).expect("JSON")
}

/// What each crate's library or program depends on; what only its tests need is left out.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of = |package: &Value| {
        package["dependencies"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|one| one["kind"].is_null())
            .map(|one| text(&one["name"]))
            .collect()
    };
    metadata()["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| (text(&package["name"]), of(package)))
        .collect()
}

#[test]
fn the_crates_depend_on_each_other_as_drawn() {
    let all = dependencies();
    let drawn: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("domain", vec![]),
        ("sandbox", vec![]),
        ("gql", vec![]),
        ("web", vec![]),
        ("migrations", vec![]),
        ("providers", vec!["domain"]),
        ("service", vec!["domain", "migrations", "providers"]),
        ("schema", vec!["domain", "service"]),
        ("worker", vec!["domain", "service"]),
        ("api", vec!["domain", "gql", "sandbox", "schema", "service", "web", "worker"]),
    ]);
    for (name, expected) in &drawn {
        let mut ours: Vec<&str> =
            all[*name].iter().map(String::as_str).filter(|other| drawn.contains_key(other)).collect();
        ours.sort_unstable();
        assert_eq!(&ours, expected, "{name}");
    }
    let known: Vec<&str> = all.keys().map(String::as_str).filter(|name| *name != "consentry-tests").collect();
    assert_eq!(known, drawn.into_keys().collect::<Vec<_>>(), "every crate is drawn");
}

#[test]
fn heavy_libraries_have_one_home() {
    let all = dependencies();
    for (library, homes) in [
        ("sea-orm", vec!["service"]),
        // Only the benchmark of lists has it, to compare with: SQL is the service's.
        ("sqlx", vec![]),
        ("sea-orm-migration", vec!["migrations"]),
        ("reqwest", vec!["providers"]),
        ("jsonwebtoken", vec!["providers"]),
        ("ring", vec!["providers"]),
        ("lettre", vec!["worker"]),
        ("apalis", vec!["worker"]),
        ("apalis-core", vec!["worker"]),
        ("chacha20poly1305", vec!["service"]),
        ("opentelemetry-otlp", vec!["service"]),
        ("tokio", vec!["api", "gql", "providers", "schema", "service", "worker"]),
    ] {
        let users: Vec<&str> = all
            .iter()
            .filter(|(name, of)| *name != "consentry-tests" && of.iter().any(|one| one == library))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(users, homes, "{library}");
    }
}

/// One TLS provider, one version of what must be one, and nothing that prints what libraries write to `log`
/// (deny.toml says the same to cargo-deny).
#[test]
fn the_lock_file_holds_one_of_each() {
    let lock = include_str!("../../Cargo.lock");
    let count = |name: &str| lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
    for name in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"] {
        assert_eq!(count(name), 0, "{name}");
    }
    for name in ["async-graphql", "axum", "lettre", "libsqlite3-sys", "reqwest", "rustls", "sea-orm", "sqlx"]
    {
        assert_eq!(count(name), 1, "{name}");
    }
}

/// Nothing that is built prints what libraries write to `log`: an IMAP library writes whole commands to it. The lock
/// file names the printer for a test tool of a library that is never built.
#[test]
fn nothing_prints_the_log_of_libraries() {
    let out = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--offline", "--edges", "normal,build", "--invert", "tracing-log"])
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(String::from_utf8_lossy(&out.stdout), "");
}
