//! Settings that lie in files: `NAME_FILE` names a file that holds the setting `NAME`, as containers are given their
//! secrets.

use super::check::client_setting;
use super::{ConfigProblem, SETTINGS, problem};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

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
}
