//! Fences without a language whose language is plain to see: only there does the tag matter, for colours and for Copy.

use std::collections::HashSet;

use super::{File, Report, report};

/// Commands that begin lines of real runbooks and are no English words.
const COMMANDS: &[&str] = &[
    "kubectl",
    "oc",
    "helm",
    "docker",
    "podman",
    "crictl",
    "curl",
    "wget",
    "ssh",
    "scp",
    "rsync",
    "sudo",
    "systemctl",
    "journalctl",
    "service",
    "cd",
    "ls",
    "grep",
    "egrep",
    "awk",
    "sed",
    "aws",
    "gcloud",
    "gsutil",
    "az",
    "terraform",
    "ansible",
    "ansible-playbook",
    "git",
    "psql",
    "pg_dump",
    "mysql",
    "mongo",
    "mongosh",
    "redis-cli",
    "ceph",
    "rados",
    "rbd",
    "etcdctl",
    "virtctl",
    "ip",
    "ping",
    "dig",
    "nslookup",
    "openssl",
    "tar",
    "rm",
    "mkdir",
    "cp",
    "mv",
    "chmod",
    "chown",
    "echo",
    "export",
    "ps",
    "df",
    "du",
    "nc",
    "telnet",
    "vault",
    "consul",
    "nomad",
    "knife",
    "bundle",
    "rake",
    "npm",
    "yarn",
    "pip",
    "apt",
    "apt-get",
    "yum",
    "dnf",
    "rpm",
    "gem",
    "jq",
    "yq",
    "argocd",
    "flux",
    "istioctl",
    "eksctl",
    "kops",
    "velero",
    "python3",
    "psql",
    "tcpdump",
    "iptables",
    "lsof",
    "netstat",
    "ss",
    "dmesg",
    "sysctl",
    "mount",
    "umount",
    "lsblk",
    "fdisk",
    "promtool",
    "amtool",
    "bosh",
    "cf",
    "heroku",
    "doctl",
    "tkn",
    "kustomize",
    "k9s",
    "tsh",
    "gitlab-rails",
    "gitlab-ctl",
    "chef-client",
    "sentinelctl",
];

/// Words of the shell that may stand between commands.
const KEYWORDS: &[&str] =
    &["if", "then", "else", "fi", "for", "do", "done", "while", "set", "wait", "sleep", "exit"];

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    let actions: HashSet<usize> = file.runbook.actions.iter().map(|action| action.line).collect();
    for code in file.survey.codes.iter().filter(|code| code.fenced && code.info.trim().is_empty()) {
        if actions.contains(&code.at.line) {
            let message = "This action's fence names no language: it runs as `sh`, and no host colours it.";
            reports.push(report("untagged-fence", code.at, message).mend("Write ```` ```sh ````."));
        } else if let Some((language, why)) = guess(&code.text) {
            let message = format!("This fence names no language, and holds {why}.");
            reports.push(
                report("untagged-fence", code.at, message).mend(format!("Write ```` ```{language} ````.")),
            );
        }
    }
}

/// The language of `text` where there is no doubt, and what the text is.
pub(crate) fn guess(text: &str) -> Option<(&'static str, &'static str)> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (first, last) = (*lines.first()?, *lines.last()?);
    if first
        .strip_prefix("$ ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || "./~".contains(c)))
    {
        return Some(("console", "commands behind a prompt"));
    }
    if first.starts_with("#!") && ["/sh", "bash", " sh"].iter().any(|shell| first.ends_with(shell)) {
        return Some(("sh", "a shell script"));
    }
    let starts = |key: &str| lines.iter().any(|line| line.starts_with(key));
    if starts("apiVersion: ") && starts("kind: ") {
        return Some(("yaml", "YAML"));
    }
    let braces = (first == "{" && last == "}") || (first == "[" && last == "]");
    if braces && lines.get(1).is_some_and(|line| line.starts_with('"') && line.contains("\":")) {
        return Some(("json", "JSON"));
    }
    is_shell(&lines).then_some(("sh", "shell commands"))
}

/// Whether every line is a command, a comment or goes on the line before.
fn is_shell(lines: &[&str]) -> bool {
    let (mut commands, mut goes_on) = (0, false);
    for line in lines {
        let continued = goes_on || line.starts_with(['|', '-']) || line.starts_with("&&");
        let word = line.split([' ', '\t', ';']).next().unwrap_or_default();
        let assigns = word.split_once('=').is_some_and(|(name, _)| crate::names::is_variable(name));
        if COMMANDS.contains(&word) && is_command(line) {
            commands += 1;
        } else if !(continued || assigns || line.starts_with('#') || KEYWORDS.contains(&word)) {
            return false;
        }
        goes_on = line.ends_with(['\\', '|']) || line.ends_with("&&");
    }
    commands > 0
}

/// A sentence may begin with a command's name; it ends like a sentence and has no flag or path.
fn is_command(line: &str) -> bool {
    let arguments = line.split_whitespace().count() > 1;
    let signs = [" -", "/", "|", "$", "=", "<", "\"", "'"].iter().any(|sign| line.contains(sign));
    arguments
        && (signs || (!line.ends_with(['.', ':', ',', '!', '?']) && line.split_whitespace().count() <= 5))
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn a_language_is_named_only_where_there_is_no_doubt() {
        for (text, language) in [
            ("$ kubectl get pods\nNAME\n", Some("console")),
            ("kubectl get pods \\\n  -n x | grep y\n# then\nPOD=1\n", Some("sh")),
            ("#!/bin/bash\nfoo\n", Some("sh")),
            ("apiVersion: v1\nkind: Pod\n", Some("yaml")),
            ("{\n  \"a\": 1\n}\n", Some("json")),
            ("kubectl get pods\nNAME READY\n", None),
            ("git is a tool that everybody here uses every day.\n", None),
            ("sum(rate(x[5m]))\n", None),
            ("kubectl\n", None),
            ("", None),
        ] {
            assert_eq!(guess(text).map(|it| it.0), language, "{text}");
        }
    }
}
