//! Inputs that are asked for and never used.

use std::collections::HashSet;

use super::{File, Report, place::in_header, report};
use crate::{Action, position::Position, taken, template};

/// Beginnings of names that tools read from their environment, whatever the script says.
const TOOLS: [&str; 24] = [
    "AWS_",
    "AZURE_",
    "ARM_",
    "GOOGLE_",
    "CLOUDSDK_",
    "KUBE",
    "HELM_",
    "TF_",
    "ANSIBLE_",
    "VAULT_",
    "CONSUL_",
    "NOMAD_",
    "DOCKER_",
    "COMPOSE_",
    "PG",
    "MYSQL_",
    "REDIS",
    "ETCDCTL_",
    "ARGOCD_",
    "GITHUB_",
    "GH_",
    "TZ",
    "LANG",
    "LC_",
];

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    for action in &file.runbook.actions {
        let needed = needed(action, file);
        for name in action.inputs.iter().filter(|name| !needed.contains(name.as_str())) {
            if passes_environment(action) || TOOLS.iter().any(|tool| name.starts_with(tool)) {
                continue;
            }
            let message = format!("`{name}` is listed, and neither the script nor another key uses it.");
            let at = in_header(action, "inputs", name, file.lines);
            reports.push(
                report("unused-input", at, message)
                    .mend(format!("Use `${name}` in the script, or take it off the list."))
                    .of_action(&action.name),
            );
        }
    }
    declared(file, reports);
}

/// What the script, the target and the gates look at.
fn needed<'a>(action: &'a Action, file: &'a File<'_>) -> HashSet<&'a str> {
    let header =
        action.script.lines().take_while(|line| ["#|", "//|", "--|"].iter().any(|it| line.starts_with(it)));
    let body = taken::body(&action.script, header.count());
    let mut needed: HashSet<&str> = taken::words(body);
    for text in [&action.target, &action.retype].into_iter().flatten() {
        needed.extend(template::inputs(text));
    }
    needed.extend(action.approve.iter().flat_map(crate::ApproveRule::inputs));
    for spec in file.runbook.meta.inputs.iter().rev() {
        if needed.contains(spec.name.as_str()) {
            needed.extend(spec.when.iter().map(|(name, _)| name.as_str()));
        }
    }
    needed
}

/// Whether another program may read the variables: the script hands them on without naming them.
fn passes_environment(action: &Action) -> bool {
    let handed_on = [
        "envsubst",
        "printenv",
        "os.environ",
        "process.env",
        "ENV.",
        "%ENV",
        "export -p",
        "./",
        ".sh",
        ".py",
        ".rb",
        ".pl",
        "make ",
        "ansible",
        "terraform",
    ];
    let words = taken::words(&action.script);
    words.contains("env")
        || words.contains("set")
        || handed_on.iter().any(|mark| action.script.contains(mark))
}

/// Declarations that no action takes. In a file without actions they may be another tool's.
fn declared(file: &File<'_>, reports: &mut Vec<Report>) {
    if file.runbook.actions.is_empty() || file.runbook.actions.iter().any(|action| action.disabled) {
        return;
    }
    for spec in &file.runbook.meta.inputs {
        let used = file.runbook.actions.iter().any(|action| action.inputs.contains(&spec.name));
        if !used {
            let message = format!("`{}` is declared, and no action takes it.", spec.name);
            let text = file.lines.text(spec.line);
            let column = text.chars().take_while(|c| c.is_whitespace()).count() + 1;
            reports.push(report("unused-input", Position { line: spec.line, column }, message));
        }
    }
}
