use std::net::IpAddr;
use std::time::Duration;

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::error::Error;

const MAX_RETRIES: u32 = 4;

/// How to recognise the server, and optionally who we are; all as PEM.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Those that are trusted; `None` trusts the system's.
    pub root_certificates: Option<Vec<u8>>,
    /// The client's own certificate chain and its key, which make the connection mutual.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
    /// The name that the server's certificate must carry; `None` means the target's host.
    pub server_name: Option<String>,
}

/// How to reach a server.
#[derive(Clone)]
pub struct Connection {
    pub(crate) target: String,
    pub(crate) token: Option<String>,
    tls: Option<Tls>,
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
}

impl Connection {
    /// A server such as `"localhost:50051"` in plain text, with 5 seconds for each call and 2 retries.
    pub fn to(target: impl Into<String>) -> Self {
        Connection { target: target.into(), token: None, tls: None, timeout: Duration::from_secs(5), retries: 2 }
    }

    /// The same with a bearer token. In plain text it is sent to this machine only.
    pub fn token(self, token: impl Into<String>) -> Self {
        Connection { token: Some(token.into()), ..self }
    }

    /// The same, encrypted.
    pub fn tls(self, tls: Tls) -> Self {
        Connection { tls: Some(tls), ..self }
    }

    /// The same with another bound on every call, retries included.
    pub fn timeout(self, timeout: Duration) -> Self {
        Connection { timeout, ..self }
    }

    /// The same with another number of retries, 0 to 4. A call is tried again only where no server was reached.
    pub fn retries(self, retries: u32) -> Self {
        Connection { retries, ..self }
    }

    /// A channel that connects with the first call.
    pub(crate) fn open(&self) -> Result<Channel, Error> {
        self.check()?;
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let endpoint = Endpoint::from_shared(format!("{scheme}://{}", self.target))
            .map_err(|error| Error::Misuse(format!("{} is no target: {error}", self.target)))?
            .connect_timeout(self.timeout);
        let endpoint = match &self.tls {
            None => endpoint,
            Some(tls) => endpoint
                .tls_config(tls.config())
                .map_err(|error| Error::Misuse(format!("the certificates cannot be used: {error}")))?,
        };
        Ok(endpoint.connect_lazy())
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = if self.timeout.is_zero() {
            "timeout must be above 0".to_owned()
        } else if self.retries > MAX_RETRIES {
            format!("retries must be between 0 and {MAX_RETRIES}")
        } else if self.token.is_some() && self.tls.is_none() && !is_local(&self.target) {
            "a token is not sent in plain text to another machine; give a Tls".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Misuse(wrong))
    }
}

impl Tls {
    fn config(&self) -> ClientTlsConfig {
        let mut config = ClientTlsConfig::new();
        config = match &self.root_certificates {
            None => config.with_native_roots(),
            Some(roots) => config.ca_certificate(Certificate::from_pem(roots)),
        };
        if let Some((chain, key)) = &self.identity {
            config = config.identity(Identity::from_pem(chain, key));
        }
        match &self.server_name {
            None => config,
            Some(name) => config.domain_name(name),
        }
    }
}

/// Whether the target never leaves this machine.
fn is_local(target: &str) -> bool {
    let host = target.rsplit_once(':').map_or(target, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_in_plain_text_to_this_machine_only() {
        for target in ["localhost:1", "127.0.0.1:50051", "127.8.8.8:1", "[::1]:50051"] {
            assert!(is_local(target), "{target}");
        }
        for target in ["example.org:443", "10.0.0.1:1", "127.0.0.1.example.org:1", "localhost.example.org:1"] {
            assert!(!is_local(target), "{target}");
            assert!(Connection::to(target).token("secret").check().is_err());
            assert!(Connection::to(target).token("secret").tls(Tls::default()).check().is_ok());
        }
    }

    #[test]
    fn bounds_are_checked() {
        let connection = Connection::to("localhost:1");
        assert!(connection.clone().retries(4).check().is_ok());
        assert!(connection.clone().retries(5).check().is_err());
        assert!(connection.timeout(Duration::ZERO).check().is_err());
    }
}
