//! Mails: written from templates, sent by SMTP or put into the built-in mailbox.

mod smtp;
mod template;
mod words;

pub use smtp::Smtp;
pub use template::{Rendered, TemplateError, render};

use secrecy::ExposeSecret as _;
use service::Config;

/// Where mails go.
#[derive(Clone)]
pub enum Mailer {
    /// Into the built-in mailbox.
    BuiltIn,
    /// To a mail server.
    Smtp(Box<Smtp>),
}

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The address of the mail server cannot be used. The address itself is not repeated: it holds a password.
    #[error("SMTP_URL cannot be used; write it like smtps://user:password@mail.example.com")]
    Url,
    /// The sender cannot be used.
    #[error("MAIL_FROM cannot be used; write it like Consentry <access@example.com>")]
    From,
}

impl Mailer {
    /// The mailer that the configuration asks for. Does not connect yet.
    ///
    /// # Errors
    /// [`MailerError`] says which setting is wrong.
    pub fn from_config(config: &Config) -> Result<Self, MailerError> {
        match &config.smtp_url {
            None => Ok(Self::BuiltIn),
            Some(url) => Ok(Self::Smtp(Box::new(Smtp::new(url.expose_secret(), &config.mail_from)?))),
        }
    }
}
