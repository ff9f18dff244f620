//! The probe of a mailbox: a login over TLS, and out again (RFC 9051).

use std::sync::Arc;
use std::time::Duration;

use domain::credential::Account;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio_rustls::TlsConnector;

use crate::error::{misconfigured, transient};
use crate::http::Guarded;
use crate::{ProviderError, Result};

/// Longest exchange with a mail server.
const TIME_OUT: Duration = Duration::from_secs(20);

/// Logs in and out; the account is the user name.
pub(crate) async fn login(
    http: &Guarded,
    host: &str,
    port: &str,
    username: &str,
    password: &str,
) -> Result<Account> {
    let port: u16 = port.parse().map_err(|_| misconfigured("the port is no number from 1 to 65535"))?;
    match tokio::time::timeout(TIME_OUT, exchange(http, host, port, username, password)).await {
        Ok(done) => done,
        Err(_) => Err(transient("the mail server did not answer in time")),
    }
}

async fn exchange(http: &Guarded, host: &str, port: u16, username: &str, password: &str) -> Result<Account> {
    let stream = http.connect(host, port).await?;
    let config = rustls::ClientConfig::with_platform_verifier()
        .map_err(|_| misconfigured("no TLS root certificates are installed"))?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| misconfigured("the host is no name"))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|_| {
        misconfigured("the mail server does not speak TLS here, or its certificate is not trusted")
    })?;
    let mut client = async_imap::Client::new(stream);
    client
        .read_response()
        .await
        .map_err(|_| transient("the mail server broke off"))?
        .ok_or_else(|| transient("the mail server broke off"))?;
    match client.login(username, password).await {
        Ok(mut session) => {
            // The login is what counts; a server that breaks off now has said yes already.
            let _ = session.logout().await;
            Ok(Account { id: None, label: username.to_owned(), workspace: None })
        }
        Err((async_imap::error::Error::No(_), _)) => Err(ProviderError::Dead {
            code: "NO".to_owned(),
            detail: "the mail server refused user name and password".to_owned(),
        }),
        Err(_) => Err(transient("the mail server broke off")),
    }
}
