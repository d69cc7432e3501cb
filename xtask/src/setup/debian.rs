//! Packages of Debian and its relatives.

use crate::process;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;
use std::sync::Once;

static INDEX: Once = Once::new();

/// Installs packages; those already there cost nothing.
///
/// # Errors
/// On other systems, and without the right to install: the message names the packages.
pub(super) fn ensure(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_debian() {
        bail!(
            "missing, and this is no Debian: install what Debian calls {list} in your system's way, then again"
        );
    }
    super::announce(&format!("installing the Debian packages {list}"), "1 to 4 minutes");
    INDEX.call_once(|| {
        // A stale index is only a problem if the installation then fails, and that says so.
        if let Err(why) = as_root("apt-get update -qq").and_then(|mut command| process::run(&mut command)) {
            println!("set-up: the package index stays as it was: {why:#}");
        }
    });
    process::run(&mut as_root(&install_script(&missing))?)
}

/// Whether packages can be had here at all.
pub(super) fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists() && process::find("apt-get").is_some()
}

/// The version of an installed package.
pub(super) fn version(package: &str) -> Option<String> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status} ${Version}", package]);
    let answer = process::output(&mut query).ok()?;
    answer.strip_prefix("installed ").map(str::to_owned)
}

fn is_installed(package: &str) -> bool {
    version(package).is_some()
}

/// Some packages start a daemon (openssh-server does). A machine that only wants to run tests must not begin to
/// listen because of it: policy-rc.d is Debian's way to say so while installing.
fn install_script(packages: &[&str]) -> String {
    let list = packages.join(" ");
    let mut script = format!(
        "set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends {list} >/dev/null
"
    );
    if packages.contains(&"openssh-server") {
        script.push_str("if [ -d /run/systemd/system ]; then systemctl --quiet disable ssh; fi\n");
    }
    script
}

/// A shell script run as root: directly, or by sudo.
///
/// # Errors
/// When neither is possible.
pub(super) fn as_root(script: &str) -> Result<Command> {
    let is_root = process::output(Command::new("id").arg("-u"))? == "0";
    let mut command = if is_root {
        Command::new("sh")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("sh");
        sudo
    } else {
        bail!("this needs root, and there is no sudo. As root, run:\n{script}");
    };
    command.arg("-c").arg(script);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_the_ssh_server_leaves_no_daemon_behind() {
        assert!(install_script(&["openssh-server"]).contains("disable ssh"));
        assert!(!install_script(&["gcc"]).contains("disable ssh"));
    }
}
