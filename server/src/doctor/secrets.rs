//! Whether the secrets that targets name can be read, by whoever runs this command.

use std::os::unix::fs::PermissionsExt as _;

use super::{Finding, Verdict};
use crate::config::{Config, SecretSource, Target};
use crate::secrets;

/// One line for each that can't be read or is read too easily; one in all if there is nothing to say.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let ways = config.targets.values().flat_map(Target::ways);
    let mut all: Vec<_> = ways
        .flat_map(|target| target.secrets.iter().map(|(name, source)| (&target.view.name, name, source)))
        .collect();
    // Checks may have theirs in common with all else.
    all.dedup();
    if all.is_empty() {
        return Vec::new();
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return vec![Finding::new("secrets", Verdict::Bad, error.to_string())],
    };
    let finding = |(target, name, source): &(&String, &String, &SecretSource)| {
        let (verdict, text) = match runtime.block_on(secrets::look(source)) {
            Err(why) => {
                (Verdict::Bad, format!("can't be read: {why}. Actions that take it can't start on {target}"))
            }
            Ok(()) if is_open(source) => {
                (Verdict::Limited, "everybody on this machine can read it".to_owned())
            }
            Ok(()) => return None,
        };
        Some(Finding::new(format!("secret {name}"), verdict, text))
    };
    let findings: Vec<_> = all.iter().filter_map(finding).collect();
    if findings.is_empty() {
        return vec![Finding::new("secrets", Verdict::Ok, format!("all {} can be read", all.len()))];
    }
    findings
}

/// What is wrong with a secret of the server's own; `None` if nothing is.
pub(super) fn problem(source: &SecretSource) -> Option<(Verdict, String)> {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Some((Verdict::Bad, error.to_string())),
    };
    match runtime.block_on(secrets::look(source)) {
        Err(why) => Some((Verdict::Bad, format!("can't be read: {why}"))),
        Ok(()) if is_open(source) => {
            Some((Verdict::Limited, "can be read by everybody on this machine".to_owned()))
        }
        Ok(()) => None,
    }
}

fn is_open(source: &SecretSource) -> bool {
    let SecretSource::File(path) = source else { return false };
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o004 != 0)
}
