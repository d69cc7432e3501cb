//! `[auth.proxy]`: a reverse proxy that signs people in, and says by a header who they are.

use std::collections::BTreeMap;

use lastmile_protocol::TeamName;
use serde::Deserialize;

use super::{Admission, Admit, ConfigError, Networks};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Given {
    from: Vec<String>,
    user: String,
    name: Option<String>,
    groups: Option<String>,
    separator: Option<char>,
    sign_out: Option<String>,
    #[serde(default)]
    admit: Admit,
    #[serde(default)]
    teams: BTreeMap<String, Vec<TeamName>>,
}

/// A reverse proxy that says who somebody is.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// Where its connections come from. From anywhere else no header is believed.
    pub from: Networks,
    /// The header with the person's id, in lower case as all header names here.
    pub user: String,
    /// The header with their name.
    pub name: Option<String>,
    /// The header with their groups.
    pub groups: Option<String>,
    /// What stands between two groups.
    pub separator: char,
    /// Where one signs out at the proxy.
    pub sign_out: Option<String>,
    /// Whom it lets in, and in which teams they are.
    pub admission: Admission,
}

pub(super) fn check(given: Given) -> Result<ProxyConfig, ConfigError> {
    let wrong = |what: String| Err(ConfigError::Contradiction(format!("[auth.proxy] {what}")));
    if given.from.is_empty() {
        return wrong("from is empty, so no header would be believed; list the proxy's addresses".to_owned());
    }
    let headers = [Some(&given.user), given.name.as_ref(), given.groups.as_ref()];
    for header in headers.into_iter().flatten() {
        if !is_header_name(header) {
            return wrong(format!("names the header `{header}`; write one like X-Forwarded-User"));
        }
    }
    if !given.teams.is_empty() && given.groups.is_none() {
        return wrong("has teams for groups, but no `groups` header that would name them".to_owned());
    }
    if given.sign_out.as_ref().is_some_and(|to| !is_address(to)) {
        return wrong("sign_out must be a path like /oauth2/sign_out, or begin with https://".to_owned());
    }
    Ok(ProxyConfig {
        from: Networks::parse(&given.from, "[auth.proxy] from")?,
        user: given.user.to_ascii_lowercase(),
        name: given.name.map(|name| name.to_ascii_lowercase()),
        groups: given.groups.map(|name| name.to_ascii_lowercase()),
        separator: given.separator.unwrap_or(','),
        sign_out: given.sign_out,
        admission: Admission { admit: given.admit, teams: given.teams },
    })
}

/// A token of RFC 9110, as far as anybody names headers so.
fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_address(text: &str) -> bool {
    let is_path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    is_path || text.starts_with("https://")
}
