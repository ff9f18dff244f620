//! The way to the mail server. Sign-in codes travel on it (INV-4), so nobody between may read along.

use std::net::IpAddr;

use url::Url;

use super::{ConfigProblem, problem};

const LIKE: &str =
    "write it like smtps://user:password@mail.example.com, or smtp://… for a server on this machine";
// The address is not repeated: it holds a password.
const CLEAR: &str = "smtp:// would carry passwords and sign-in codes in clear to another machine; write smtps://…, or smtp://…?tls=required for a server that speaks STARTTLS";

/// The sender of mails, and what is wrong with the way to the mail server.
pub(super) fn check_mail(
    smtp: Option<&str>,
    from: Option<String>,
    problems: &mut Vec<ConfigProblem>,
) -> String {
    if let Some(message) = smtp.and_then(wrong) {
        problems.push(problem("smtp_url", message));
    }
    if smtp.is_some() && from.is_none() {
        problems
            .push(problem("mail_from", "set the sender of mails, such as Consentry <access@example.com>"));
    }
    from.unwrap_or_else(|| "Consentry <consentry@localhost>".to_owned())
}

/// What is wrong with an address of a mail server.
fn wrong(address: &str) -> Option<&'static str> {
    if !(address.starts_with("smtp://") || address.starts_with("smtps://")) {
        return Some(LIKE);
    }
    let Ok(url) = Url::parse(address) else { return Some(LIKE) };
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return Some(LIKE) };
    // `opportunistic` goes on in clear where somebody between takes the offer of STARTTLS away.
    let is_encrypted = url.scheme() == "smtps"
        || url.query_pairs().find(|(name, _)| name == "tls").is_some_and(|(_, value)| value == "required");
    (!is_encrypted && !is_near(host)).then_some(CLEAR)
}

/// Whether a host is this machine, or a name without a dot, as services of one private network call each other.
fn is_near(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match ip {
        Ok(ip) => ip.is_loopback(),
        // 134744072 is an address, too.
        Err(_) => !host.contains(['.', ':', '%']) && host.starts_with(|first: char| first.is_alphabetic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-4, INV-4: no sign-in code goes in clear to another machine, and the refusal names both ways.
    #[test]
    fn ops_4_mails_leave_the_machine_encrypted() {
        let problems = |smtp: &str| {
            let mut problems = Vec::new();
            check_mail(Some(smtp), Some("a@b.example".to_owned()), &mut problems);
            problems.iter().map(ConfigProblem::to_string).collect::<Vec<_>>()
        };
        for fine in [
            "smtps://user:planted@mail.example.com",
            "smtp://user:planted@mail.example.com:25?tls=required",
            "smtp://localhost",
            "smtp://LOCALHOST:25",
            "smtp://127.0.0.2:1025",
            "smtp://[::1]:25",
            "smtp://[::1]:25?tls=opportunistic",
            "smtp://mail:1025",
            "smtp://mail-catcher:1025",
        ] {
            assert!(problems(fine).is_empty(), "{fine}");
        }
        for clear in [
            "smtp://user:planted@mail.example.com:25",
            "smtp://user:planted@mail.example.com?tls=opportunistic",
            "smtp://user:planted@mail.example.com?tls=",
            "smtp://mail.example.com?TLS=required",
            "smtp://localhost.example.com",
            "smtp://10.0.0.1",
            "smtp://[2001:db8::1]:25",
            "smtp://134744072",
            "smtp://mail%2Eexample%2Ecom",
        ] {
            let told = problems(clear);
            assert!(
                told.len() == 1
                    && ["SMTP_URL", "smtps://", "?tls=required"].iter().all(|part| told[0].contains(part))
                    && !told[0].contains("planted"),
                "{clear}: {told:?}"
            );
        }
        for broken in ["mail", "http://mail", "smtp://", "smtps://a b"] {
            assert_eq!(problems(broken), [format!("SMTP_URL: {LIKE}")], "{broken}");
        }
    }
}
