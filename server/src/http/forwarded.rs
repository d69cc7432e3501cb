//! What the reverse proxy of mode `proxy` says of whoever sends a request. Only its own connections are believed.

use std::net::IpAddr;

use axum::http::HeaderMap;
use lastmile_protocol::PersonId;

use super::peer::peer_of;
use crate::config::{Config, ProxyConfig};
use crate::people::{Told, Unforwarded, id_of};

/// What it says.
pub(super) fn told(
    config: &Config,
    extensions: &axum::http::Extensions,
    headers: &HeaderMap,
) -> Result<Told, Unforwarded> {
    let proxy = config.auth.proxy.as_ref().ok_or(Unforwarded::Off)?;
    // Without an accept loop of ours nobody knows where it comes from.
    let peer = peer_of(extensions).unwrap_or(IpAddr::from([0, 0, 0, 0]));
    read(proxy, peer, headers)
}

/// Whom it names.
pub(super) fn person(
    config: &Config,
    extensions: &axum::http::Extensions,
    headers: &HeaderMap,
) -> Option<PersonId> {
    told(config, extensions, headers).ok().and_then(|told| id_of(&told.user))
}

fn read(proxy: &ProxyConfig, peer: IpAddr, headers: &HeaderMap) -> Result<Told, Unforwarded> {
    if !proxy.from.contain(peer) {
        return Err(Unforwarded::NotTheProxy(peer));
    }
    let optional = |name: &Option<String>| match name {
        Some(name) => one(headers, name),
        None => Ok(None),
    };
    let user = one(headers, &proxy.user)?.ok_or_else(|| Unforwarded::Missing(proxy.user.clone()))?;
    let groups = optional(&proxy.groups)?.unwrap_or_default();
    let groups = groups.split(proxy.separator).map(str::trim).filter(|group| !group.is_empty());
    Ok(Told {
        user: user.to_owned(),
        name: optional(&proxy.name)?.map(str::to_owned),
        groups: groups.map(str::to_owned).collect(),
        account: None,
    })
}

/// The only value of a header; an empty one is none.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Unforwarded> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Unforwarded::Twice(name.to_owned()));
    }
    let text =
        std::str::from_utf8(value.as_bytes()).map_err(|_| Unforwarded::Unreadable(name.to_owned()))?.trim();
    Ok((!text.is_empty()).then_some(text))
}
