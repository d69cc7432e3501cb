//! Where a request comes from, to count who asks how much. Identity never rests on it but in `proxy` mode, which looks at the
//! connection alone.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::{AppState, Failure};
use crate::config::Networks;

/// The other end of the connection; the accept loop puts it into each request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// The address that asks: the peer's, or what reverse proxies of the config say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sender(pub(super) IpAddr);

impl Sender {
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, behind: &Networks) -> Self {
        if !behind.contain(peer) {
            return Self(peer);
        }
        // The last entry is what the nearest proxy saw; only those of our own proxies are to be skipped.
        let entries =
            headers.get_all("x-forwarded-for").iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        let mut hops: Vec<_> = entries.flat_map(|value| value.split(',')).map(str::trim).collect();
        while let Some(hop) = hops.pop() {
            match hop.parse::<IpAddr>() {
                Ok(address) if behind.contain(address) => {}
                Ok(address) => return Self(address.to_canonical()),
                Err(_) => break,
            }
        }
        Self(peer)
    }

    /// Whoever has one IPv6 address has 2^64 of them: they count as one.
    pub(super) fn counted(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
        }
    }
}

pub(super) fn peer_of(parts: &axum::http::Extensions) -> Option<IpAddr> {
    parts.get::<Peer>().map(|peer| peer.0.to_canonical())
}

impl FromRequestParts<AppState> for Sender {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        // Without an accept loop of ours (a test of the router) everybody is this machine.
        let peer = peer_of(&parts.extensions).unwrap_or(IpAddr::from([127, 0, 0, 1]));
        Ok(Self::of(peer, &parts.headers, &state.config.auth.behind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&'static str]) -> String {
        let behind = Networks::of(&["10.0.0.0/8"]);
        let headers = forwarded.iter().map(|value| {
            (axum::http::HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(value))
        });
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(name, value);
        }
        Sender::of(peer.parse().unwrap(), &all, &behind).0.to_string()
    }

    #[test]
    fn only_a_proxy_of_the_config_is_believed_and_only_as_far_as_it_saw() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.7"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4, nonsense"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_network_of_one_household_counts_as_one() {
        let counted = |text: &str| Sender(text.parse().unwrap()).counted();
        assert_eq!(counted("2001:db8:1:2:aaaa::1"), counted("2001:db8:1:2:bbbb::2"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
    }
}
