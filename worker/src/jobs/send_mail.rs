//! Sends one mail (MAIL-1, MAIL-2).

use std::time::Instant;

use domain::job::Mail;
use service::{BuiltInMail, JobDone, JobFailed, JobRun, Letter, Service};

use super::RENEW_EVERY;
use crate::mailer::{Mailer, Rendered, render};

/// Writes the mail anew from what is true now, sends it, and records the end. Between the mail server's
/// answer and our commit lies the one gap in which a crash makes a second copy; both copies carry the same
/// Message-ID.
pub(super) async fn run(
    service: &Service,
    mailer: &Mailer,
    run: &JobRun,
    mail: &Mail,
    begun: Instant,
) -> Result<JobDone, JobFailed> {
    let Some(letter) = service.letter(mail).await? else { return Ok(JobDone::Moot) };
    let rendered = render(mail, &letter).map_err(|error| JobFailed {
        error: error.to_string(),
        for_good: true,
        retry_after: None,
    })?;
    let place = service.reserve_mail(mail, &letter.to).await?;
    let to_send = ToSend { letter, rendered };
    let sent = send(service, mailer, run, to_send, begun).await;
    if !matches!(sent, Ok(true)) {
        service.return_mail(place).await;
    }
    if !sent? {
        return Ok(JobDone::Moot);
    }
    if let Mailer::Smtp(_) = mailer {
        // Sent is sent, and counts, even where this cannot be recorded.
        service.mail_accepted(run).await?;
        service::failpoint!("mail.commit");
    }
    Ok(JobDone::Recorded)
}

struct ToSend {
    letter: Letter,
    rendered: Rendered,
}

/// False when another run has the mail by now.
async fn send(
    service: &Service,
    mailer: &Mailer,
    run: &JobRun,
    mail: ToSend,
    begun: Instant,
) -> Result<bool, JobFailed> {
    let ToSend { letter, rendered } = mail;
    match mailer {
        Mailer::BuiltIn => {
            let mail = BuiltInMail {
                id: String::new(),
                to: letter.to,
                subject: rendered.subject,
                text: rendered.text,
                html: rendered.html,
                sent_at: service.now(),
            };
            service.deliver_built_in(run, &mail).await?;
        }
        Mailer::Smtp(smtp) => {
            // A process that was frozen, or waited long for the database, may have lost the row without having
            // heard of it yet: then another has sent this mail.
            if begun.elapsed() >= RENEW_EVERY && !service.renew_run(run).await? {
                return Ok(false);
            }
            service::failpoint!("mail.call");
            smtp.send(&letter, rendered, service.message_id(run.id), service.now()).await?;
            service::failpoint!("mail.answer");
        }
    }
    Ok(true)
}
