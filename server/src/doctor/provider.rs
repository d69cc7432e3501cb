//! Whether the provider of mode `oidc` can be asked from here.

use super::{Finding, Verdict, secrets};
use crate::config::{Config, OidcConfig};
use crate::people::Provider;

/// Reads the secret and asks the provider what it says of itself.
pub(super) fn finding(config: &Config, oidc: &OidcConfig) -> Finding {
    let (verdict, text) = look(config, oidc);
    Finding::new("sign-in", verdict, text)
}

fn look(config: &Config, oidc: &OidcConfig) -> (Verdict, String) {
    let issuer = oidc.issuer.as_str();
    if let Some((verdict, why)) = oidc.secret.as_ref().and_then(secrets::problem) {
        return (verdict, format!("[auth.oidc] secret {why}"));
    }
    let url = config.url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    let provider = match Provider::new(oidc.clone(), &url) {
        Ok(provider) => provider,
        Err(error) => return (Verdict::Bad, format!("nobody could come back to {url}: {error}")),
    };
    let said = match provider.metadata() {
        Ok(said) => said,
        Err(error) => {
            return (Verdict::Bad, format!("{issuer} can't be asked: {:#}", anyhow::Error::new(error)));
        }
    };
    let keys = said.jwks().keys().len();
    if keys == 0 {
        return (Verdict::Bad, format!("{issuer} publishes no key, so nothing that it signs can be checked"));
    }
    let leave = match said.additional_metadata().end_session_endpoint {
        Some(_) => "signing out ends the session there too",
        None => "it has no sign-out of its own, so signing out ends the session here alone",
    };
    let back = provider.redirect();
    (
        Verdict::Ok,
        format!("{issuer} answers, with {keys} keys; {leave}. It must know the redirect address {back}"),
    )
}
