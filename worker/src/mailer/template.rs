//! Templates: subject, text and HTML of each mail (MAIL-1).
//!
//! What people wrote is escaped in HTML, and stands on one line in subjects.

use std::sync::LazyLock;

use domain::job::Mail;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use service::Letter;

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("template {name}: {source}")]
pub struct TemplateError {
    name: String,
    source: minijinja::Error,
}

/// A mail, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Subject, one line.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[
            ("layout.html", include_str!("../../templates/layout.html")),
            ("layout.txt", include_str!("../../templates/layout.txt")),
            ("de/layout.html", include_str!("../../templates/de/layout.html")),
            ("de/layout.txt", include_str!("../../templates/de/layout.txt")),
            $(
                (concat!("de/", $name, "/subject.txt"), include_str!(concat!("../../templates/de/", $name, "/subject.txt"))),
                (concat!("de/", $name, "/body.txt"), include_str!(concat!("../../templates/de/", $name, "/body.txt"))),
                (concat!("de/", $name, "/body.html"), include_str!(concat!("../../templates/de/", $name, "/body.html"))),
                (concat!($name, "/subject.txt"), include_str!(concat!("../../templates/", $name, "/subject.txt"))),
                (concat!($name, "/body.txt"), include_str!(concat!("../../templates/", $name, "/body.txt"))),
                (concat!($name, "/body.html"), include_str!(concat!("../../templates/", $name, "/body.html"))),
            )*
        ]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "sign_in_code",
    "review_request",
    "invitation",
    "reminder",
    "member_invitation",
    "feature_granted",
    "feature_refused",
    "item_authorized",
    "item_declined",
    "item_revoked",
    "connection_invalid",
    "connection_recovered",
    "use_suspended",
    "use_resumed",
    "request_deleted",
    "request_reported",
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("only delimiters can be wrong, and none is changed"));
    environment.set_auto_escape_callback(|name| {
        if name.rsplit('.').next() == Some("html") { AutoEscape::Html } else { AutoEscape::None }
    });
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("the built-in templates are parsed by a test");
    }
    environment
});

/// Writes a mail, in the language of whoever gets it.
///
/// # Errors
/// When a template asks for something that the letter does not have.
pub fn render(mail: &Mail, letter: &Letter) -> Result<Rendered, TemplateError> {
    let part = |file: &str| {
        let language = if letter.language == "de" { "de/" } else { "" };
        let name = format!("{language}{}/{file}", mail.name());
        ENVIRONMENT
            .get_template(&name)
            .and_then(|template| template.render(Value::from(Serde(letter))))
            .map_err(|source| TemplateError { name, source })
    };
    let subject = part("subject.txt")?.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Rendered { subject, text: one_blank_line(&part("body.txt")?), html: part("body.html")? })
}

/// Blocks that are left out leave their line breaks behind; at most one blank line stays.
fn one_blank_line(text: &str) -> String {
    let mut out = text.trim().to_owned();
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out + "\n"
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use domain::id::{ApplicationId, ItemId, MemberInvitationId, RequestId, SignInId, UserId};
    use uuid::Uuid;

    use super::*;

    fn letter() -> Letter {
        Letter {
            to: "mia@harbor.example".to_owned(),
            to_name: "Mia Berg".to_owned(),
            link: "https://consentry.example/i/abc".to_owned(),
            code: Some("123456".to_owned()),
            request_name: "New-customer follow-up".to_owned(),
            description: Some("So that new orders get a welcome mail.".to_owned()),
            requester_name: "Dana Kim".to_owned(),
            requester_email: "dana@northwind.example".to_owned(),
            recipient_name: "Mia Berg".to_owned(),
            recipient_email: "mia@harbor.example".to_owned(),
            organization: "Northwind".to_owned(),
            team: "Automation".to_owned(),
            apps: vec!["HubSpot".to_owned(), "Gmail".to_owned()],
            listed: vec!["HubSpot".to_owned(), "Gmail".to_owned()],
            app: "HubSpot".to_owned(),
            connection_name: "HubSpot (Mia Berg)".to_owned(),
            reason: Some("Wrong account.".to_owned()),
            deleted_by: "Mia Berg".to_owned(),
            recipient_left: false,
            account: Some("mia@harbor.example".to_owned()),
            invalid_reason: Some("REFRESH_REFUSED".to_owned()),
            one_connection: Some("Order import".to_owned()),
            to_requester: true,
            instance: "https://consentry.example".to_owned(),
            language: "en".to_owned(),
        }
    }

    fn german() -> Letter {
        Letter { language: "de".to_owned(), ..letter() }
    }

    fn mails() -> [Mail; 18] {
        let (request, item) = (RequestId(Uuid::nil()), ItemId(Uuid::nil()));
        [
            Mail::SignInCode { sign_in: SignInId(Uuid::nil()) },
            Mail::ReviewRequest { request },
            Mail::Invitation { request },
            Mail::Reminder { request },
            Mail::MemberInvitation { invitation: MemberInvitationId(Uuid::nil()) },
            Mail::FeatureDecided { application: ApplicationId(Uuid::nil()), granted: true },
            Mail::FeatureDecided { application: ApplicationId(Uuid::nil()), granted: false },
            Mail::ItemAuthorized { request, item },
            Mail::ItemDeclined { request, item },
            Mail::ItemRevoked { request, item },
            Mail::ConnectionInvalid { request, item, to_requester: true },
            Mail::ConnectionInvalid { request, item, to_requester: false },
            Mail::ConnectionRecovered { request, item, to_requester: true },
            Mail::ConnectionRecovered { request, item, to_requester: false },
            Mail::UseSuspended { request, item, connection: None },
            Mail::UseResumed { request, item, connection: None },
            Mail::RequestDeleted { request, to_requester: true },
            Mail::RequestReported { request, by: UserId(Uuid::nil()), to: UserId(Uuid::nil()) },
        ]
    }

    /// The letter as it is made for the side that the mail goes to.
    fn to_side(mail: &Mail, letter: &Letter) -> Letter {
        let to_requester = match mail {
            Mail::ConnectionInvalid { to_requester, .. } | Mail::ConnectionRecovered { to_requester, .. } => {
                *to_requester
            }
            _ => true,
        };
        Letter { to_requester, ..letter.clone() }
    }

    fn written(letter: &Letter) -> String {
        let mut all = String::new();
        for mail in mails() {
            let rendered = render(&mail, &to_side(&mail, letter)).expect("renders");
            writeln!(all, "=== {}\nSubject: {}\n\n{}", mail.name(), rendered.subject, rendered.text)
                .expect("a string takes every line");
        }
        all
    }

    #[test]
    fn mail_1_every_kind_reads_as_shown() {
        insta::assert_snapshot!(written(&letter()));
    }

    #[test]
    fn mail_1_every_kind_reads_as_shown_in_german() {
        insta::assert_snapshot!(written(&german()));
    }

    /// REC-5: an organization may leave the reason to the recipient; nothing then promises one.
    #[test]
    fn rec_5_a_decline_without_a_reason_says_no_more_than_that() {
        let (request, item) = (RequestId(Uuid::nil()), ItemId(Uuid::nil()));
        for (letter, says) in [
            (
                letter(),
                "Mia Berg declined HubSpot for “New-customer follow-up”.\n\nThis is final for this app.",
            ),
            (
                german(),
                "Mia Berg hat HubSpot für „New-customer follow-up“ abgelehnt.\n\nFür diese App ist das endgültig.",
            ),
        ] {
            let letter = Letter { reason: None, ..letter };
            let Rendered { text, html, .. } =
                render(&Mail::ItemDeclined { request, item }, &letter).expect("renders");
            assert!(text.starts_with(says), "{text}");
            let first = says.split_once('\n').expect("two lines").0;
            assert!(html.contains(&format!("<p>{first}</p>")) && !html.contains("blockquote"), "{html}");
        }
    }

    /// Words in the plain text are those of the HTML, in both languages.
    #[test]
    fn mail_1_text_and_html_say_the_same() {
        let bare = |html: &str| {
            let mut text = String::new();
            for part in html.split_once("<body").expect("a body").1.split('>').skip(1) {
                text.push_str(part.split('<').next().unwrap_or_default());
                text.push(' ');
            }
            text
        };
        let words = |text: &str| -> std::collections::BTreeSet<String> {
            let mut words = std::collections::BTreeSet::new();
            for word in text.split(|letter: char| !letter.is_alphanumeric()) {
                if word.chars().count() > 3 && !word.starts_with("http") {
                    words.insert(word.to_lowercase());
                }
            }
            words
        };
        for letter in [letter(), german()] {
            for mail in mails() {
                let rendered = render(&mail, &to_side(&mail, &letter)).expect("renders");
                let (text, html) = (words(&rendered.text), words(&bare(&rendered.html)));
                let missing: Vec<_> = html.difference(&text).collect();
                assert!(missing.is_empty(), "{} {}: {missing:?}", letter.language, mail.name());
            }
        }
    }

    #[test]
    fn mail_1_text_that_people_wrote_is_no_markup() {
        let mut evil = letter();
        let markup = "<a href=\"https://evil.example\">x</a> & <script>";
        for field in [
            &mut evil.request_name,
            &mut evil.requester_name,
            &mut evil.recipient_name,
            &mut evil.organization,
            &mut evil.team,
            &mut evil.connection_name,
        ] {
            markup.clone_into(field);
        }
        evil.description = Some(markup.to_owned());
        evil.reason = Some(markup.to_owned());
        for (mail, language) in mails().into_iter().flat_map(|mail| [(mail, "en"), (mail, "de")]) {
            language.clone_into(&mut evil.language);
            let rendered = render(&mail, &evil).expect("renders");
            assert!(
                !rendered.html.contains("<script>")
                    && !rendered.html.contains("<a href=\"https://evil.example\""),
                "{}",
                mail.name()
            );
            assert_eq!(rendered.subject.lines().count(), 1);
        }
    }
}
