//! `[auth]`: how people sign in, how long that holds, and how much anybody may ask for.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use lastmile_protocol::AuthMode;
use serde::Deserialize;

use super::ConfigError;
use super::duration::Seconds;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    pub(super) modes: Option<Vec<AuthMode>>,
    idle: Option<Seconds>,
    absolute: Option<Seconds>,
    behind: Vec<String>,
    limits: GivenLimits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GivenLimits {
    sign_ins: Option<u32>,
    failures: Option<u32>,
    posts: Option<u32>,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { sign_ins: 30, failures: 10, posts: 600 }
    }
}

/// Addresses and networks.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub(super) fn parse(given: &[String], place: &str) -> Result<Self, ConfigError> {
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

pub(super) fn check(given: Given) -> Result<AuthConfig, ConfigError> {
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
            "[auth] modes must name at least one way to sign in, out of \"demo\" and \"password\"".to_owned(),
        ));
    }
    Ok(AuthConfig {
        modes,
        idle_ms,
        absolute_ms,
        behind: Networks::parse(&given.behind, "[auth] behind")?,
        limits: Limits {
            sign_ins: limit(given.limits.sign_ins, most.sign_ins, "sign_ins")?,
            failures: limit(given.limits.failures, most.failures, "failures")?,
            posts: limit(given.limits.posts, most.posts, "posts")?,
        },
    })
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
