//! Settings that lie in files: `NAME_FILE` names a file that holds the setting `NAME`, as containers are given their
//! secrets. And what is said of `consentry.toml` itself.

use std::path::PathBuf;

use secrecy::ExposeSecret as _;

use super::check::client_setting;
use super::{Config, ConfigProblem, FILE, SETTINGS, problem};
use crate::db::Db;

/// Puts the text of files in the place of the variables that name them.
///
/// # Errors
/// Each file that cannot be read, and each setting that is given twice.
pub(super) fn read(
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<(String, String)>, Vec<ConfigProblem>> {
    let mut problems = Vec::new();
    let mut all = Vec::new();
    let environment: Vec<_> = environment.into_iter().collect();
    let is_set = |wanted: &str| {
        environment.iter().any(|(name, value)| name.eq_ignore_ascii_case(wanted) && !value.is_empty())
    };
    for (name, value) in environment.clone() {
        let setting = name.to_lowercase().strip_suffix("_file").map(str::to_owned);
        let setting = setting.filter(|setting| {
            !value.is_empty() && (SETTINGS.contains(&setting.as_str()) || client_setting(setting).is_some())
        });
        if let Some(setting) = setting.as_deref().filter(|setting| is_set(setting)) {
            problems.push(problem(
                &name,
                format!("unset it, or {}: only one of them may be set", setting.to_uppercase()),
            ));
            continue;
        }
        match setting.map(|setting| (std::fs::read_to_string(&value), setting)) {
            None => all.push((name, value)),
            Some((Ok(text), setting)) => all.push((setting, text.trim_end_matches(['\r', '\n']).to_owned())),
            Some((Err(error), _)) => {
                problems.push(problem(&name, format!("{value} cannot be read: {error}")));
            }
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

impl Config {
    /// The files of the database that are there, where it is SQLite's: the database itself, and its log.
    pub fn database_files(&self) -> Vec<PathBuf> {
        let Some(file) = Db::file(self.database_url.expose_secret()) else { return Vec::new() };
        let files = ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", file.display())));
        files.into_iter().filter(|file| file.exists()).collect()
    }
}

/// A problem of the file of settings as a whole.
pub(super) fn problem_of_file(message: impl Into<String>) -> ConfigProblem {
    ConfigProblem { setting: FILE.to_owned(), message: message.into() }
}

/// What cannot be read of the file: a value, or all of it.
pub(super) fn unreadable(error: figment::Error) -> ConfigProblem {
    let told = error.kind.to_string();
    if !error.path.is_empty() {
        return problem(&error.path.join("."), told);
    }
    // Between the place and the reason stands the line, which may hold a secret.
    let mut lines = told.lines().filter(|line| !line.trim().is_empty());
    match (lines.next(), lines.next_back()) {
        (Some(place), Some(reason)) => problem_of_file(format!("{place}: {reason}")),
        _ => problem_of_file(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_4_a_secret_may_lie_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "planted secret of a file\n").expect("written");
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let path = path.display().to_string();
        let settings =
            read([variable("BOUNCE_SECRET_FILE", &path), variable("OTHER_FILE", "/x")]).expect("read");
        let config = Config::from_parts("", settings).expect("valid");
        let secret = config.bounce_secret.expect("set");
        assert_eq!(secrecy::ExposeSecret::expose_secret(&secret), "planted secret of a file");
        let problems = read([variable("BOUNCE_SECRET_FILE", "/nowhere/secret")]).expect_err("refused");
        assert_eq!(problems[0].setting, "BOUNCE_SECRET_FILE");
        let both = [variable("BOUNCE_SECRET", "planted"), variable("BOUNCE_SECRET_FILE", &path)];
        let problems = read(both).expect_err("refused");
        assert!(problems[0].to_string().contains("unset it, or BOUNCE_SECRET"), "{problems:?}");
    }

    /// OPS-4: what is wrong in `consentry.toml` is told with its name, or with the name that the setting has there.
    #[test]
    fn ops_4_the_file_of_settings_is_named() {
        let problems = |text: &str| {
            let problems = Config::from_parts(text, []).err().expect("refused");
            problems.iter().map(ConfigProblem::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            problems("LISTEN_ADDR = \"127.0.0.1:1\"\nOauth_Github_Client_Id = \"1\"\nLISEN = 1\n"),
            [
                "LISEN: is not a setting; see the list in README.md",
                "LISTEN_ADDR: is written in lower case in consentry.toml: listen_addr",
                "OAUTH_GITHUB_CLIENT_ID: is written in lower case in consentry.toml: oauth_github_client_id",
            ]
        );
        let told = problems("data_dir = \"x\"\nbounce_secret = \"planted secret\n");
        assert!(
            told.len() == 1
                && told[0].starts_with("consentry.toml: ")
                && told[0].contains("line 2")
                && !told[0].contains("planted"),
            "{told:?}"
        );
    }
}
