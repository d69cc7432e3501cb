//! The provider is asked over HTTP, by the client that webhooks use too. Blocks.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, SyncHttpClient};
use ureq::http::{Method, Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::config::is_safe;

/// Somebody sits before the page and waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer, in bytes: keys and tokens have some thousand.
const LONGEST: u64 = 1024 * 1024;

/// The provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// It names an address where anybody could answer.
    #[error("the provider names the address {0}, which is not https")]
    Unsafe(String),
    /// It did not answer, or not with anything of a sane length.
    #[error("{0}")]
    Failed(Box<ureq::Error>),
}

impl From<ureq::Error> for AskError {
    fn from(error: ureq::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// Asks the provider.
pub(super) struct Asker(ureq::Agent);

impl Asker {
    /// `ca`: PEM certificates of those who may vouch for it; the public ones otherwise.
    pub(super) fn new(ca: Option<&[u8]>) -> Self {
        let roots = ca.map_or(RootCerts::WebPki, |pem| {
            let items = parse_pem(pem).filter_map(Result::ok);
            items.filter_map(|it| if let PemItem::Certificate(one) = it { Some(one) } else { None }).into()
        });
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // Whoever is asked with a secret in hand does not send us to somebody else.
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Self(agent.into())
    }
}

impl SyncHttpClient for Asker {
    type Error = AskError;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let (head, body) = request.into_parts();
        if !is_safe(head.uri.scheme_str().unwrap_or_default(), head.uri.host()) {
            let host = head.uri.host().unwrap_or("without a host");
            return Err(AskError::Unsafe(host.to_owned()));
        }
        let answer = if head.method == Method::GET {
            self.0.run(Request::from_parts(head, ()))
        } else {
            self.0.run(Request::from_parts(head, body))
        }?;
        let (head, mut body) = answer.into_parts();
        let bytes = body.with_config().limit(LONGEST).read_to_vec()?;
        Ok(Response::from_parts(head, bytes))
    }
}
