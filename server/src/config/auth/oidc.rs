//! `[auth.oidc]`: an OpenID Connect provider that says who somebody is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lastmile_protocol::TeamName;
use openidconnect::IssuerUrl;
use serde::Deserialize;

use super::{Admission, Admit, ConfigError};
use crate::config::SecretSource;
use crate::config::secret::{self, SecretEntry};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Given {
    name: Option<String>,
    issuer: String,
    client: String,
    secret: Option<SecretEntry>,
    scopes: Option<Vec<String>>,
    person: Option<String>,
    display: Option<String>,
    groups: Option<String>,
    ca_file: Option<PathBuf>,
    #[serde(default)]
    admit: Admit,
    #[serde(default)]
    teams: BTreeMap<String, Vec<TeamName>>,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// What people call it: the button says "Sign in with NAME".
    pub name: String,
    /// Its issuer identifier, exactly as it writes that itself.
    pub issuer: IssuerUrl,
    /// What it calls us.
    pub client: String,
    /// Where our secret is read from, each time; `None`: a public client.
    pub secret: Option<SecretSource>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim with the person's id.
    pub person: String,
    /// The claim with their name.
    pub display: String,
    /// The claim with their groups.
    pub groups: String,
    /// Certificates (PEM) of those who may vouch for the provider; `None`: the public ones.
    pub ca: Option<Vec<u8>>,
    /// Whom it lets in, and in which teams they are.
    pub admission: Admission,
}

/// `beside`: the folder that paths are relative to.
pub(super) fn check(given: Given, beside: &Path) -> Result<OidcConfig, ConfigError> {
    let issuer = issuer(&given.issuer).map_err(ConfigError::Contradiction)?;
    if given.client.is_empty() {
        return Err(ConfigError::Contradiction(
            "[auth.oidc] client is empty; write the client id that the provider gave you".to_owned(),
        ));
    }
    let secret = given.secret.map(|entry| secret::source(entry, "[auth.oidc] secret", beside)).transpose()?;
    let host = issuer.url().host_str().unwrap_or_default().to_owned();
    let or = |given: Option<String>, default: &str| given.unwrap_or_else(|| default.to_owned());
    Ok(OidcConfig {
        name: given.name.unwrap_or(host),
        issuer,
        client: given.client,
        secret,
        scopes: given.scopes.unwrap_or_else(|| ["profile", "email"].map(str::to_owned).to_vec()),
        person: or(given.person, "preferred_username"),
        display: or(given.display, "name"),
        groups: or(given.groups, "groups"),
        ca: given.ca_file.map(|path| certificates(&beside.join(path))).transpose()?,
        admission: Admission { admit: given.admit, teams: given.teams },
    })
}

fn issuer(text: &str) -> Result<IssuerUrl, String> {
    let parsed = IssuerUrl::new(text.to_owned())
        .map_err(|error| format!("[auth.oidc] issuer `{text}` is no URL ({error}); write it like https://sso.example.org/realms/staff"))?;
    let url = parsed.url();
    if !is_safe(url.scheme(), url.host_str()) {
        return Err(format!(
            "[auth.oidc] issuer `{text}` would be asked in the clear, where anybody on the way could answer in its place; it must begin with https:// (http only on loopback, for trying out)"
        ));
    }
    let plain = url.query().is_none() && url.fragment().is_none();
    if !plain || !url.username().is_empty() || url.password().is_some() {
        return Err(format!("[auth.oidc] issuer `{text}` must have no ?query, #fragment or user@ part"));
    }
    Ok(parsed)
}

/// Whether what is asked there is asked of the right one: by https, or on this machine.
pub(crate) fn is_safe(scheme: &str, host: Option<&str>) -> bool {
    match (scheme, host) {
        ("https", Some(host)) => !host.is_empty(),
        ("http", Some(host)) => {
            let plain = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost"
                || plain.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        _ => false,
    }
}

fn certificates(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let pem = std::fs::read(path).map_err(|error| ConfigError::Unreadable(path.into(), error))?;
    if ureq::tls::Certificate::from_pem(&pem).is_err() {
        return Err(ConfigError::Contradiction(format!(
            "[auth.oidc] ca_file {} holds no certificate; it must be PEM",
            path.display()
        )));
    }
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_asked_by_https_or_on_this_machine() {
        for good in [
            "https://sso.example.org",
            "https://sso.example.org/realms/staff",
            "http://127.0.0.1:9000",
            "http://localhost:9000/x",
            "http://[::1]:9000",
        ] {
            assert!(issuer(good).is_ok(), "{good}");
        }
        for (bad, says) in [
            ("sso.example.org", "no URL"),
            ("", "no URL"),
            ("http://sso.example.org", "in the clear"),
            ("http://localhost.example.org", "in the clear"),
            ("http://10.0.0.1", "in the clear"),
            ("ftp://sso.example.org", "in the clear"),
            ("https://sso.example.org/?tenant=x", "no ?query"),
            ("https://me:pass@sso.example.org", "user@"),
        ] {
            let why = issuer(bad).unwrap_err();
            assert!(why.contains(says), "{bad}: {why}");
        }
    }
}
