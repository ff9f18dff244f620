//! One SMTP exchange per mail.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use service::{JobFailed, Letter};

use super::words::{mailbox_header, text_header};
use super::{MailerError, Rendered};

/// Longest exchange with the mail server.
const TIME_OUT: Duration = Duration::from_secs(30);

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server by its address, such as `smtps://user:password@mail.example.com`.
    ///
    /// # Errors
    /// When the address or the sender cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailerError::Url)?
            .timeout(Some(TIME_OUT))
            .build();
        Ok(Self { transport, from: from.parse().map_err(|_| MailerError::From)? })
    }

    /// Whether the server answers and takes our name and password.
    pub async fn answers(&self) -> bool {
        self.transport.test_connection().await.unwrap_or(false)
    }

    /// Sends a mail. The Message-ID is the same at every try.
    pub(crate) async fn send(
        &self,
        letter: &Letter,
        mail: Rendered,
        message_id: String,
        now: DateTime<Utc>,
    ) -> Result<(), JobFailed> {
        let for_good = |error: &str| JobFailed { error: error.to_owned(), for_good: true, retry_after: None };
        let address: Address =
            letter.to.parse().map_err(|_| for_good("the address cannot be written in a mail"))?;
        let name = (!letter.to_name.is_empty()).then(|| letter.to_name.clone());
        let to = Mailbox::new(name, address);
        let as_typed = [
            mailbox_header("From", &self.from),
            mailbox_header("To", &to),
            text_header("Subject", &mail.subject),
        ];
        let builder = Message::builder().from(self.from.clone()).to(to).subject(mail.subject);
        let message = as_typed
            .into_iter()
            .flatten()
            .fold(builder, lettre::message::MessageBuilder::raw_header)
            .message_id(Some(message_id))
            .date(now.into())
            // RFC 3834: holiday notices need not answer us.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .map_err(|_| for_good("the mail cannot be written"))?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| {
            let status = error.status().map(|code| code.to_string());
            let text = match &status {
                Some(code) => format!("the mail server answered {code}"),
                None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
                None => "the mail server could not be reached".to_owned(),
            };
            // Only these are about the recipient or the message; any other 5xx, such as a refused password, can
            // be mended by the operator while the mail waits.
            let for_good = matches!(status.as_deref(), Some("550" | "551" | "552" | "553"));
            JobFailed { error: text, for_good, retry_after: None }
        })
    }
}
