//! `[auth]`: how people sign in, how long that holds, and how much anybody may ask for.

mod admission;
pub(crate) mod oidc;
mod proxy;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use ipnet::IpNet;
use lastmile_protocol::AuthMode;
use serde::Deserialize;

use super::ConfigError;
use super::duration::Seconds;

pub use admission::{Admission, Admit};
pub use oidc::OidcConfig;
pub use proxy::ProxyConfig;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    pub(super) modes: Option<Vec<AuthMode>>,
    idle: Option<Seconds>,
    absolute: Option<Seconds>,
    behind: Vec<String>,
    limits: GivenLimits,
    proxy: Option<proxy::Given>,
    oidc: Option<oidc::Given>,
    tokens: GivenTokens,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenTokens {
    default: Option<Seconds>,
    longest: Option<Seconds>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenLimits {
    sign_ins: Option<u32>,
    failures: Option<u32>,
    posts: Option<u32>,
    bad_tokens: Option<u32>,
}

/// How people sign in.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// Ways to sign in.
    pub modes: Vec<AuthMode>,
    /// A session ends after so many milliseconds without use.
    pub idle_ms: i64,
    /// A session ends so many milliseconds after it began.
    pub absolute_ms: i64,
    /// Reverse proxies whose `X-Forwarded-For` is believed when it is counted who asks how much.
    pub behind: Networks,
    /// How much anybody may ask for.
    pub limits: Limits,
    /// How long API tokens hold.
    pub tokens: TokenRules,
    /// The reverse proxy of mode `proxy`; there if and only if that is on.
    pub proxy: Option<ProxyConfig>,
    /// The provider of mode `oidc`; there if and only if that is on.
    pub oidc: Option<OidcConfig>,
}

/// How long API tokens hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRules {
    /// Milliseconds, unless it is asked otherwise.
    pub default_ms: i64,
    /// Most milliseconds.
    pub longest_ms: i64,
}

impl AuthConfig {
    /// Whom a way to sign in lets in, where somebody else says who people are.
    #[must_use]
    pub fn admission(&self, mode: AuthMode) -> Option<&Admission> {
        match mode {
            AuthMode::Proxy => self.proxy.as_ref().map(|proxy| &proxy.admission),
            AuthMode::Oidc => self.oidc.as_ref().map(|oidc| &oidc.admission),
            AuthMode::Demo | AuthMode::Password | AuthMode::Unknown => None,
        }
    }
}

/// Most of something a minute.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Attempts to sign in, of one address.
    pub sign_ins: u32,
    /// Attempts that failed, for one name.
    pub failures: u32,
    /// Requests that change something, of one person; ten times as many of one address.
    pub posts: u32,
    /// Requests with an API token that is refused, of one address or through one token.
    pub bad_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_ins: 30, failures: 10, posts: 600, bad_tokens: 30 }
    }
}

/// Addresses and networks.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    fn parse(given: &[String], place: &str) -> Result<Self, ConfigError> {
        let net = |text: &String| {
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| {
                ConfigError::Contradiction(format!(
                    "{place} holds `{text}`; write an address like 10.0.0.5 or a network like 10.0.0.0/8"
                ))
            })
        };
        given.iter().map(net).collect::<Result<_, _>>().map(Self)
    }

    /// These and those.
    fn and(mut self, others: Option<&Self>) -> Self {
        self.0.extend(others.into_iter().flat_map(|others| &others.0));
        self
    }

    /// These, for a test.
    #[cfg(test)]
    pub(crate) fn of(given: &[&str]) -> Self {
        Self(given.iter().map(|net| net.parse().unwrap()).collect())
    }

    /// Whether the address is one of these. An IPv4 address that came over IPv6 is the IPv4 address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// `beside`: the folder that paths are relative to.
pub(super) fn check(given: Given, beside: &Path) -> Result<AuthConfig, ConfigError> {
    let millis = |given: Option<Seconds>, hours: u64| super::file::millis(given, hours * 60 * 60);
    let (idle_ms, absolute_ms) = (millis(given.idle, 8), millis(given.absolute, 24));
    if idle_ms == 0 || absolute_ms == 0 {
        return Err(ConfigError::Contradiction(
            "a session of no length signs nobody in; write [auth] idle and absolute like 8h".to_owned(),
        ));
    }
    let most = Limits::default();
    let limit = |given: Option<u32>, most: u32, name| match given {
        Some(0) => {
            Err(ConfigError::Contradiction(format!("[auth.limits] {name} = 0 would shut everybody out")))
        }
        given => Ok(given.unwrap_or(most)),
    };
    let modes = given.modes.unwrap_or_else(|| vec![AuthMode::Demo]);
    if modes.is_empty() || modes.contains(&AuthMode::Unknown) {
        return Err(ConfigError::Contradiction(
            "[auth] modes must name at least one way to sign in, out of \"demo\", \"password\", \"proxy\" and \"oidc\""
                .to_owned(),
        ));
    }
    check_pair(&modes, AuthMode::Proxy, given.proxy.is_some())?;
    check_pair(&modes, AuthMode::Oidc, given.oidc.is_some())?;
    let proxy = given.proxy.map(proxy::check).transpose()?;
    let behind = Networks::parse(&given.behind, "[auth] behind")?;
    Ok(AuthConfig {
        modes,
        idle_ms,
        absolute_ms,
        // Whoever is believed to say who somebody is, is believed to say where they are.
        behind: behind.and(proxy.as_ref().map(|proxy| &proxy.from)),
        oidc: given.oidc.map(|given| oidc::check(given, beside)).transpose()?,
        proxy,
        limits: Limits {
            sign_ins: limit(given.limits.sign_ins, most.sign_ins, "sign_ins")?,
            failures: limit(given.limits.failures, most.failures, "failures")?,
            posts: limit(given.limits.posts, most.posts, "posts")?,
            bad_tokens: limit(given.limits.bad_tokens, most.bad_tokens, "bad_tokens")?,
        },
        tokens: token_rules(&given.tokens)?,
    })
}

/// No token holds for ever, nor for more than a year: whoever uses it has to look at it again.
fn token_rules(given: &GivenTokens) -> Result<TokenRules, ConfigError> {
    const DAY_S: u64 = 24 * 60 * 60;
    let longest = given.longest.map_or(365 * DAY_S, |longest| longest.0);
    let default = given.default.map_or_else(|| longest.min(30 * DAY_S), |default| default.0);
    if !(DAY_S..=365 * DAY_S).contains(&longest) {
        return Err(ConfigError::Contradiction(
            "[auth.tokens] longest must be between 1d and 365d".to_owned(),
        ));
    }
    if !(DAY_S..=longest).contains(&default) {
        return Err(ConfigError::Contradiction(
            "[auth.tokens] default must be at least 1d and no longer than longest".to_owned(),
        ));
    }
    let millis = |seconds| super::file::millis(Some(Seconds(seconds)), 0);
    Ok(TokenRules { default_ms: millis(default), longest_ms: millis(longest) })
}

/// A mode and what it needs belong together: one without the other is a slip, and nobody should find out at the door.
fn check_pair(modes: &[AuthMode], mode: AuthMode, configured: bool) -> Result<(), ConfigError> {
    let name = if mode == AuthMode::Oidc { "oidc" } else { "proxy" };
    match (modes.contains(&mode), configured) {
        (true, false) => Err(ConfigError::Contradiction(format!(
            "[auth] modes has \"{name}\", which needs a table [auth.{name}]; docs/PEOPLE.md says what belongs there"
        ))),
        (false, true) => Err(ConfigError::Contradiction(format!(
            "there is a table [auth.{name}], but [auth] modes does not have \"{name}\"; add it, or take the table out"
        ))),
        _ => Ok(()),
    }
}

/// Proofs of who one is must not travel in the clear: https, or nowhere but on this machine.
pub(super) fn check_reach(
    auth: &AuthConfig,
    listen: SocketAddr,
    url: Option<&str>,
) -> Result<(), ConfigError> {
    if auth.modes.iter().all(|mode| *mode == AuthMode::Demo) {
        return Ok(());
    }
    match url {
        Some(url) if url.starts_with("https://") => Ok(()),
        Some(url) if is_on_loopback(url) => Ok(()),
        None if listen.ip().is_loopback() => Ok(()),
        _ => Err(ConfigError::Contradiction(
            "people would sign in over plain http, where anybody on the way reads along; put a reverse proxy with TLS in front and give its address, url = \"https://…\"".to_owned(),
        )),
    }
}

fn is_on_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    host == "localhost"
        || host.starts_with("localhost:")
        || host.parse::<SocketAddr>().is_ok_and(|it| it.ip().is_loopback())
        || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses_in_either_family_s_words() {
        let given = ["10.1.0.0/16".to_owned(), "::1".to_owned()];
        let networks = Networks::parse(&given, "x").unwrap();
        for (address, inside) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("::1", true),
            ("127.0.0.1", false),
        ] {
            assert_eq!(networks.contain(address.parse().unwrap()), inside, "{address}");
        }
        assert!(Networks::parse(&["proxy.example.org".to_owned()], "x").is_err());
    }

    #[test]
    fn tokens_hold_a_month_unless_the_config_says_otherwise_and_never_more_than_a_year() {
        const DAY_MS: i64 = 86_400_000;
        let rules = |default: Option<u64>, longest: Option<u64>| {
            let days = |days: Option<u64>| days.map(|days| Seconds(days * 86_400));
            token_rules(&GivenTokens { default: days(default), longest: days(longest) })
                .map(|rules| (rules.default_ms / DAY_MS, rules.longest_ms / DAY_MS))
                .ok()
        };
        assert_eq!(rules(None, None), Some((30, 365)));
        assert_eq!(rules(None, Some(7)), Some((7, 7)));
        assert_eq!(rules(Some(90), Some(180)), Some((90, 180)));
        for (default, longest) in [(None, Some(366)), (None, Some(0)), (Some(0), None), (Some(8), Some(7))] {
            assert_eq!(rules(default, longest), None, "{default:?} {longest:?}");
        }
    }

    #[test]
    fn only_an_address_of_this_machine_may_be_reached_in_the_clear() {
        for (url, local) in [
            ("http://localhost:7777", true),
            ("http://127.0.0.1:7777", true),
            ("http://[::1]:7777", true),
            ("http://localhost.example.org", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_on_loopback(url), local, "{url}");
        }
    }
}
