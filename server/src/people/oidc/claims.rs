//! From the claims of a provider to what they say of a person. Pure.

use serde_json::{Map, Value};

use crate::config::OidcConfig;
use crate::people::Told;

/// Claims that were proved, by name.
pub(super) type Claims = Map<String, Value>;

/// Whether there is all that the config asks for; what is missing may stand at the provider's other place.
pub(super) fn are_complete(claims: &Claims, config: &OidcConfig) -> bool {
    let has = |name: &str| claims.contains_key(name);
    has(&config.person) && (config.admission.teams.is_empty() || has(&config.groups))
}

/// What they say.
///
/// # Errors
/// Says why they name nobody.
pub(super) fn told(claims: &Claims, config: &OidcConfig) -> Result<Told, String> {
    let claim = &config.person;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let Some(user) = text(claim) else { return Err(format!("there is no claim `{claim}`")) };
    // Whoever may type in any address must not become the person who has it.
    if claim == "email" && !is_true(claims.get("email_verified")) {
        return Err("the provider has not verified the e-mail address (email_verified)".to_owned());
    }
    let Some(account) = text("sub") else { return Err("there is no claim `sub`".to_owned()) };
    Ok(Told {
        user: user.to_owned(),
        name: text(&config.display).map(str::to_owned),
        groups: groups(claims.get(&config.groups)),
        account: Some(account.to_owned()),
    })
}

/// Some write it as text.
fn is_true(claim: Option<&Value>) -> bool {
    claim.is_some_and(|claim| *claim == Value::Bool(true) || claim.as_str() == Some("true"))
}

/// A list of names; one name alone where somebody has one group only.
fn groups(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::config::{Config, Overrides};

    fn config(more: &str) -> OidcConfig {
        let text = format!(
            "[auth]\nmodes = ['oidc']\n[auth.oidc]\nissuer = 'https://sso.example.org'\nclient = 'x'\n{more}\n[teams.net]\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let path: &Path = &folder.path().join("config.toml");
        std::fs::write(path, text).unwrap();
        Config::load(Some(path), Overrides::default()).unwrap().auth.oidc.unwrap()
    }

    fn of(claims: &Value) -> Claims {
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn a_person_is_called_by_the_claim_that_the_config_names() {
        let claims = of(
            &json!({"sub": "1", "preferred_username": "zoe", "name": "Zoe", "groups": ["a", 5, "b"], "upn": "z@x"}),
        );
        let told_by = |more| told(&claims, &config(more)).unwrap();
        let zoe = told_by("");
        assert_eq!(
            (zoe.user.as_str(), zoe.name.as_deref(), zoe.account.as_deref()),
            ("zoe", Some("Zoe"), Some("1"))
        );
        assert_eq!(zoe.groups, ["a", "b"]);
        assert_eq!(told_by("person = 'upn'\ngroups = 'upn'").user, "z@x");
        assert_eq!(told_by("groups = 'upn'").groups, ["z@x"]);
        assert!(told(&claims, &config("person = 'nick'")).unwrap_err().contains("`nick`"));
    }

    #[test]
    fn an_address_counts_only_if_the_provider_has_verified_it() {
        let config = config("person = 'email'");
        for (verified, counts) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!(1), false),
            (Value::Null, false),
        ] {
            let claims = of(&json!({"sub": "1", "email": "zoe@example.org", "email_verified": verified}));
            assert_eq!(told(&claims, &config).is_ok(), counts, "{verified}");
        }
        assert!(told(&of(&json!({"sub": "1", "email": "zoe@example.org"})), &config).is_err());
    }

    #[test]
    fn groups_are_missed_only_where_they_mean_something() {
        let claims = of(&json!({"sub": "1", "preferred_username": "zoe"}));
        assert!(are_complete(&claims, &config("")));
        assert!(!are_complete(&claims, &config("teams = { a = ['net'] }")));
        assert!(!are_complete(&of(&json!({"sub": "1"})), &config("")));
    }
}
