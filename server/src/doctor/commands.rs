//! Which programs are there: interpreters of the configured languages, wrappers of targets, git, ssh.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Finding, Verdict};
use crate::config::{Config, Target};

/// One line for each interpreter, with the languages that use it. Only a language that an action uses needs it.
pub(super) fn interpreters(languages: &BTreeMap<String, Vec<String>>) -> Vec<Finding> {
    let mut by_program: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (language, words) in languages {
        let Some(program) = words.first() else { continue };
        by_program.entry(program).or_default().push(if language.is_empty() { "(none)" } else { language });
    }
    let finding = |(program, languages): (&str, Vec<&str>)| {
        let of = languages.join(", ");
        match find(program) {
            Some(path) => Finding::new(program, Verdict::Ok, format!("{} runs {of}", path.display())),
            None => Finding::new(
                program,
                Verdict::Limited,
                format!("not there: actions in {of} can't run on this machine"),
            ),
        }
    };
    by_program.into_iter().map(finding).collect()
}

/// Without its wrapper's program a target can't be reached.
pub(super) fn wrappers(config: &Config) -> Vec<Finding> {
    let ways = config.targets.values().flat_map(Target::ways);
    let wrapped = ways.filter_map(|target| Some((target.view.command.first()?, &target.view.name)));
    let missing: BTreeSet<_> = wrapped.filter(|(program, _)| find(program).is_none()).collect();
    missing
        .into_iter()
        .map(|(program, target)| {
            let text = format!("its command `{program}` is not there: nothing can run on it");
            Finding::new(format!("target {target}"), Verdict::Bad, text)
        })
        .collect()
}

/// A program that some set-ups need.
pub(super) fn tool(program: &str, version: &[&str], what_for: &str) -> Finding {
    let Some(path) = find(program) else {
        return Finding::new(program, Verdict::Limited, format!("not there; with it, {what_for}"));
    };
    let answer = Command::new(path).args(version).stdin(Stdio::null()).output();
    // ssh tells its version on standard error.
    let words = answer.map(|answer| [answer.stdout, answer.stderr].concat()).unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    let version = words.lines().next().unwrap_or_default().to_owned();
    Finding::new(program, Verdict::Ok, format!("{version}; {what_for}"))
}

fn find(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(Path::new(program).to_owned()).filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}
