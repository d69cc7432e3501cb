//! Whether scripts can run as the users that targets name, and the data folder made fit for it.

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use crate::config::{Config, Target};
use crate::exec::Account;

/// Why the users of some targets can't be had, a sentence for each; empty if they can.
#[must_use]
pub fn problems(config: &Config) -> Vec<String> {
    let ways = config.targets.values().flat_map(Target::ways);
    let named: BTreeSet<_> =
        ways.filter_map(|target| Some((&target.view.name, target.view.user.as_ref()?))).collect();
    let problem = |(target, user): (&String, &String)| {
        let why = problem(user, &config.data)?;
        Some(format!("target `{target}` has user = \"{user}\", {why}"))
    };
    named.into_iter().filter_map(problem).collect()
}

fn problem(user: &str, data: &Path) -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("and only a server that is root can run scripts as somebody else".to_owned());
    }
    let account = match Account::of(user) {
        Ok(Some(account)) => account,
        Ok(None) => return Some("and this machine has no such user".to_owned()),
        Err(error) => return Some(format!("and this machine's users can't be looked up: {error}")),
    };
    if account.is_root() {
        return Some("which is root: leave it out, scripts of this server run as root anyway".to_owned());
    }
    let closed = data.ancestors().find(|folder| {
        std::fs::metadata(folder)
            .is_ok_and(|found| !account.may_enter(found.uid(), found.gid(), found.mode()))
    });
    closed.map(|folder| {
        format!(
            "who can't get to the run directories through {0}; allow it with `chmod o+x {0}` (StateDirectoryMode=0711 under systemd)",
            folder.display()
        )
    })
}

/// Lets those users through to their run directories, and to nothing else in the data folder.
///
/// # Errors
/// When modes can't be changed.
pub fn make_way(config: &Config) -> std::io::Result<()> {
    if config.targets.values().flat_map(Target::ways).all(|target| target.view.user.is_none()) {
        return Ok(());
    }
    // From here on nothing that is made is for others; what was made before is closed.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    for entry in std::fs::read_dir(&config.data)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o600))?;
        }
    }
    let runs = config.data.join("runs");
    std::fs::create_dir_all(&runs)?;
    std::fs::set_permissions(runs, std::fs::Permissions::from_mode(0o711))
}
