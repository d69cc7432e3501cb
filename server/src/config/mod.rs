//! The server's config: one TOML file with a default for everything.
//!
//! `file` is what may be written, [`Config`] is what holds after the check; without a file the demo's
//! people and targets of `demo` apply.

mod audit;
mod auth;
mod demo;
mod duration;
mod file;
mod language;
mod notify;
mod on_call;
mod owner;
mod policy;
mod retention;
mod secret;
mod target;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use lastmile_protocol::{Need, Person, PersonId, TargetView, TeamName};
use lastmile_runbook::Concurrency;

pub use audit::{AuditConfig, Seal};
pub(crate) use auth::oidc::is_safe;
pub use auth::{Admission, Admit, AuthConfig, Limits, Networks, OidcConfig, ProxyConfig, TokenRules};
pub use file::ConfigError;
pub use notify::{Notify, Ways};
pub use on_call::{Ask, OnCallSource};
pub use policy::{Freeze, PolicyConfig};
pub use retention::Retention;
pub use secret::SecretSource;

use crate::exec::FullOutput;

/// What flags and `LASTMILE_*` variables say; they win over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--runbooks`.
    pub runbooks: Option<PathBuf>,
    /// `--url`.
    pub url: Option<String>,
    /// `--dev-origin`.
    pub dev_origin: Option<String>,
}

/// The checked config. Immutable while the server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of everything recorded.
    pub data: PathBuf,
    /// The folder of the runbooks.
    pub runbooks: PathBuf,
    /// How people reach this server, without a final slash; for links in runs. `None`: `http://` and the address.
    pub url: Option<String>,
    /// An origin besides our own that may post: the development proxy's.
    pub dev_origin: Option<String>,
    /// How people sign in.
    pub auth: AuthConfig,
    /// The people of the file, by id. Who there is by now, the directory knows.
    pub people: BTreeMap<PersonId, Person>,
    /// What each team owns, by name.
    pub teams: BTreeMap<TeamName, Team>,
    /// What decisions rest on besides.
    pub policy: PolicyConfig,
    /// The targets, by name.
    pub targets: BTreeMap<String, Target>,
    /// Interpreters, by the fence's language.
    pub languages: BTreeMap<String, Vec<String>>,
    /// How letters to teams are sent.
    pub notify: Notify,
    /// How approvals behave.
    pub approval: ApprovalRules,
    /// Which logs stay, and as what.
    pub retention: Retention,
    /// How the audit record is read and sealed.
    pub audit: AuditConfig,
}

/// A team of the config.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// Runbooks whose slug starts with one of these, or fits it where it has a `*`, are the team's.
    pub owns: Vec<String>,
    /// Where it gets its letters.
    pub notify: Ways,
    /// The team that is told if nobody of this one answers.
    pub second: Option<TeamName>,
    /// Who tells whom of it is on call.
    pub on_call: Option<OnCallSource>,
}

/// How long requests live.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalRules {
    /// Milliseconds after which an unanswered request is void.
    pub expires_ms: i64,
    /// Milliseconds after the request within which an approved run starts by itself.
    pub auto_start_ms: i64,
    /// Milliseconds after a broken glass within which somebody else reviews it.
    pub review_ms: i64,
    /// Milliseconds after which a second team is told of a request that nobody has answered; after half of it those who are
    /// asked are reminded.
    pub hand_on_ms: i64,
    /// The same inside an incident.
    pub hand_on_incident_ms: i64,
}

/// Where and as what an action runs.
#[derive(Clone, Debug)]
pub struct Target {
    /// What people may see of it.
    pub view: TargetView,
    /// Variables for every script that runs there.
    pub env: BTreeMap<String, String>,
    /// Its store: where the values of its secrets come from, by name.
    pub secrets: BTreeMap<String, SecretSource>,
    /// Teams that may run there; empty: everybody who is signed in.
    pub may_run: Vec<TeamName>,
    /// Who must agree to anything that runs there.
    pub approve: Vec<Need>,
    /// Most seconds that a run may take; an action may ask for less.
    pub timeout_s: u64,
    /// Seconds between TERM and KILL, unless the action says otherwise.
    pub grace_s: u64,
    /// Most bytes of output kept.
    pub output_cap: u64,
    /// What happens when they are reached.
    pub full_output: FullOutput,
    /// What happens while anything else runs there; `None`: each action says for itself.
    pub concurrency: Option<Concurrency>,
    /// Most processes of a run.
    pub processes: Option<u64>,
    /// Most bytes of memory of a run.
    pub memory: Option<u64>,
    /// Working folder.
    pub workdir: Option<PathBuf>,
    /// The same target as checks have it, where they have credentials of their own.
    pub checks: Option<Box<Target>>,
}

impl Target {
    /// The target as a check has it, or anything else.
    #[must_use]
    pub fn of(&self, check: bool) -> &Self {
        self.checks.as_deref().filter(|_| check).unwrap_or(self)
    }

    /// Every way in which something runs there.
    pub fn ways(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.checks.as_deref())
    }
}

impl Config {
    /// Reads the file, if there is one, applies what the flags say, and checks the whole.
    ///
    /// # Errors
    /// Says what to change when the file can't be read, holds something unknown or contradicts itself.
    pub fn load(path: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        let file = match path {
            Some(path) => Some(file::read(path)?),
            None => None,
        };
        let beside = path.and_then(Path::parent).unwrap_or(Path::new(""));
        file::check(file, beside, overrides)
    }

    /// Whether browsers reach this server by https only, so that a cookie may say so.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The team that owns a runbook: the longest pattern that fits wins.
    #[must_use]
    pub fn owner_of(&self, slug: &str) -> Option<&TeamName> {
        owner::of(&self.teams, slug)
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::AuthMode;

    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let file = file::parse(text, Path::new("lastmile.toml"))?;
        file::check(Some(file), Path::new("/etc"), Overrides::default())
    }

    #[test]
    fn without_a_file_the_demo_applies_on_loopback() {
        let config = Config::load(None, Overrides::default()).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.auth.modes, [AuthMode::Demo]);
        assert!(config.targets.contains_key("bar-prod"));
    }

    #[test]
    fn without_a_file_another_address_than_loopback_is_refused() {
        let overrides = Overrides { listen: Some(([0, 0, 0, 0], 7777).into()), ..Overrides::default() };
        let error = Config::load(None, overrides).unwrap_err().to_string();
        assert!(error.contains("loopback"), "{error}");
    }

    #[test]
    fn demo_sign_in_on_a_public_address_is_refused() {
        let error = load("listen = '0.0.0.0:80'\n[auth]\nmodes = ['demo']\n").unwrap_err().to_string();
        assert!(error.contains("loopback"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = load("lisen = '127.0.0.1:1'\n").unwrap_err().to_string();
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn a_team_that_nobody_configured_is_refused_wherever_it_is_named() {
        let error = load("[targets.x]\nenvironment='qa'\napprove=['nobody']\n").unwrap_err().to_string();
        assert!(error.contains("nobody"), "{error}");
    }

    #[test]
    fn two_owners_of_one_path_are_refused() {
        let error = load("[teams.a]\nowns=['x/']\n[teams.b]\nowns=['x/']\n").unwrap_err().to_string();
        assert!(error.contains("a and b"), "{error}");
    }

    #[test]
    fn the_policy_s_paths_are_beside_the_config_file() {
        let config = load("policies = 'rules'\nerror_budgets = '/run/budgets.toml'\n").unwrap();
        assert_eq!(config.policy.folder.as_deref(), Some(Path::new("/etc/rules")));
        assert_eq!(config.policy.error_budgets.as_deref(), Some(Path::new("/run/budgets.toml")));
    }

    #[test]
    fn a_secret_has_exactly_one_source_and_a_file_is_beside_the_config() {
        let config = load("[targets.x]\nenvironment='qa'\nsecrets={t={file='t'}}\n").unwrap();
        assert_eq!(config.targets["x"].secrets["t"], SecretSource::File("/etc/t".into()));
        assert_eq!(config.targets["x"].view.secrets, ["t"]);
        for wrong in
            ["t={}", "t={file='t',env='T'}", "t={command=[]}", "t={value='hunter2'}", "'a-b'={env='T'}"]
        {
            let text = format!("[targets.x]\nenvironment='qa'\nsecrets={{{wrong}}}\n");
            assert!(load(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn checks_have_what_they_are_given_instead_and_else_what_the_target_has() {
        let text = "[targets.x]\nenvironment='qa'\ncommand=['sudo','-u','app','--']\nenv={A='1',B='2'}\nsecrets={t={file='t'}}\n\
                    [targets.x.checks]\n";
        let config = load(&format!("{text}env={{A='3'}}\nsecrets={{}}\n")).unwrap();
        let (all, checks) = (config.targets["x"].of(false), config.targets["x"].of(true));
        assert_eq!(
            (&*all.view.variables, &*all.view.secrets),
            (&["A".into(), "B".into()][..], &["t".into()][..])
        );
        assert_eq!((&*checks.view.variables, checks.view.secrets.len()), (&["A".into()][..], 0));
        assert_eq!((checks.env["A"].as_str(), &checks.view.command), ("3", &all.view.command));
        let config = load("[targets.x]\nenvironment='qa'\nuser='app'\nchecks={command=['env']}\n").unwrap();
        assert_eq!(
            (&config.targets["x"].of(true).view.user, &config.targets["x"].of(false).view.user),
            (&None, &Some("app".into()))
        );
        assert_eq!(load("[targets.x]\nenvironment='qa'\n").unwrap().targets["x"].of(true).view.name, "x");
        for (wrong, says) in [
            ("", "is empty"),
            ("user='ro'", "both a command and a user"),
            ("secrets={t={}}", "one source"),
            ("approve=[]", "approve"),
        ] {
            let error = load(&format!("{text}{wrong}\n")).unwrap_err().to_string();
            assert!(error.contains(says), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_freeze_or_zone_that_could_not_mean_anything_is_refused() {
        for (text, says) in [
            ("zone = 'Mars/Base'", "no time zone"),
            ("[[freezes]]\nname='x'\nfrom=2026-12-01\nuntil=2026-11-01", "ends before"),
            ("[[freezes]]\nname='x'\nfrom=2026-12-01\nuntil=2026-12-02\nenvironments=['prd']", "prd"),
            ("[[freezes]]\nname='x'\nfrom=10:00:00\nuntil=2026-12-02", "can't be read"),
        ] {
            let error = load(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_way_to_sign_in_by_another_s_word_is_configured_whole_or_refused() {
        let oidc = "[auth.oidc]\nissuer='https://sso.example.org'\nclient='x'\n";
        let proxy = "[auth.proxy]\nuser='Remote-User'\n";
        for (modes, table, says) in [
            ("oidc", String::new(), "[auth.oidc]"),
            ("proxy", String::new(), "[auth.proxy]"),
            ("demo", oidc.to_owned(), "does not have \"oidc\""),
            ("oidc", oidc.replace("https", "http"), "in the clear"),
            ("oidc", oidc.replace("='x'", "=''"), "client is empty"),
            ("oidc", format!("{oidc}secret='hunter2'"), "secret"),
            ("oidc", format!("{oidc}secret={{value='hunter2'}}"), "value"),
            ("oidc", format!("{oidc}secret={{env='A',file='b'}}"), "exactly one source"),
            ("oidc", format!("{oidc}teams={{g=['nobody']}}"), "nobody"),
            ("oidc", format!("{oidc}ca_file='/dev/null'"), "no certificate"),
            ("proxy", proxy.to_owned(), "from"),
            ("proxy", format!("{proxy}from=[]"), "no header would be believed"),
            ("proxy", format!("{proxy}from=['proxy.example.org']"), "10.0.0.0/8"),
            ("proxy", format!("{proxy}from=['::1']\nname='a b'"), "`a b`"),
            ("proxy", format!("{proxy}from=['::1']\nteams={{g=['ops']}}"), "no `groups` header"),
            ("proxy", format!("{proxy}from=['::1']\nsign_out='//evil.example'"), "sign_out"),
        ] {
            let text = format!("[teams.ops]\n[auth]\nmodes=['{modes}']\n{table}\n");
            let error = load(&text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn the_longest_prefix_owns_a_runbook() {
        let config = load("[teams.ops]\nowns=['']\n[teams.net]\nowns=['net/']\n").unwrap();
        assert_eq!(config.owner_of("net/open"), Some(&TeamName::from("net")));
        assert_eq!(config.owner_of("bar/open"), Some(&TeamName::from("ops")));
    }
}
