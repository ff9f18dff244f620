//! The probe of a mail box: an IMAP login over TLS (RFC 9051), behind the same guard as every HTTP call.

use std::sync::Arc;

use async_imap::error::Error as ImapError;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::address::Refused;
use crate::error::{Passing, ProviderError};
use crate::http::{Door, resolve};

// async-imap writes each command, LOGIN with its password too, to `log` at TRACE. The feature `max_level_off`
// of `log` compiles that out; without it this crate does not build (USE-4).
const _: () = assert!(matches!(log::STATIC_MAX_LEVEL, log::LevelFilter::Off), "log must be compiled out");

/// Bytes that a server may say in all; a login needs some hundred.
const MOST: u64 = 64 * 1024;

/// A mail box and who opens it.
pub(crate) struct Mailbox<'a> {
    pub host: &'a str,
    pub port: u16,
    pub username: &'a str,
    pub password: &'a str,
}

/// Logs in and out; the same time-outs as for HTTP hold.
pub(crate) async fn log_in(door: &Door, mailbox: &Mailbox<'_>) -> Result<(), ProviderError> {
    let slow =
        |_| ProviderError::transient(Passing::Unanswered, format!("IMAP {} took too long", mailbox.host));
    let whole = async {
        let stream = timeout(door.limits.connect, connect(door, mailbox)).await.map_err(slow)??;
        converse(stream, mailbox).await
    };
    timeout(door.limits.total, whole).await.map_err(slow)?
}

async fn connect(door: &Door, mailbox: &Mailbox<'_>) -> Result<TlsStream<TcpStream>, ProviderError> {
    let lost = || {
        ProviderError::transient(Passing::Unreached, format!("IMAP {} could not be reached", mailbox.host))
    };
    let found = resolve(door.outbound, mailbox.host, mailbox.port).await.map_err(|error| {
        if error.is::<Refused>() {
            ProviderError::misconfigured(format!("IMAP {}: {Refused}", mailbox.host))
        } else {
            lost()
        }
    })?;
    let name = ServerName::try_from(mailbox.host.to_owned())
        .map_err(|_| ProviderError::misconfigured("the host of the mail server is none"))?;
    let config = ClientConfig::with_platform_verifier()
        .map_err(|_| ProviderError::misconfigured("the system has no usable trust roots"))?;
    // These addresses were checked, and no other is connected to.
    let tcp = TcpStream::connect(found.as_slice()).await.map_err(|_| lost())?;
    TlsConnector::from(Arc::new(config)).connect(name, tcp).await.map_err(|_| lost())
}

/// Speaks IMAP over a stream that stands.
pub(crate) async fn converse<S>(stream: S, mailbox: &Mailbox<'_>) -> Result<(), ProviderError>
where
    S: AsyncRead + AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let host = mailbox.host;
    // The library would keep half a gigabyte of one line, and whoever names the server may be anybody.
    let (answers, commands) = tokio::io::split(stream);
    let mut client = async_imap::Client::new(tokio::io::join(answers.take(MOST), commands));
    let greeting = client.read_response().await;
    if !matches!(greeting, Ok(Some(_))) {
        return Err(ProviderError::transient(Passing::Failing, format!("IMAP {host} did not greet")));
    }
    match client.login(mailbox.username, mailbox.password).await {
        Ok(mut session) => {
            // The login is what was asked; a server that hangs up instead of saying goodbye is none the worse.
            let _goodbye = session.logout().await;
            Ok(())
        }
        Err((error, _client)) => Err(refused(host, &error)),
    }
}

/// RFC 5530: a NO with one of these codes says nothing about the password. Server texts are not passed on:
/// some repeat the command.
fn refused(host: &str, error: &ImapError) -> ProviderError {
    match error {
        ImapError::No(text)
            if ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].iter().any(|c| text.contains(c)) =>
        {
            ProviderError::transient(Passing::Failing, format!("IMAP {host} is out of order for now"))
        }
        ImapError::No(_) => ProviderError::dead("login_refused", format!("IMAP {host} refused the login")),
        ImapError::Bad(_) | ImapError::Validate(_) => {
            ProviderError::misconfigured(format!("IMAP {host} did not understand the login"))
        }
        _ => ProviderError::transient(Passing::Unanswered, format!("IMAP {host} broke off")),
    }
}
