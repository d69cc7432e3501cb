//! Teams, targets and languages that the server's config must have.

use super::{
    File, Report, Server,
    place::{find_word, in_header},
    report,
};
use crate::{Action, DEFAULT_TARGET, Step, names::nearest, position::Position};

pub(super) fn check(file: &File<'_>, reports: &mut Vec<Report>) {
    let Some(server) = file.known.server else { return };
    for action in &file.runbook.actions {
        targets(action, server, file, reports);
        let mut named: Vec<&str> = action.approve.iter().map(|rule| rule.team.as_str()).collect();
        named.sort_unstable();
        named.dedup();
        for team in named.into_iter().filter(|team| !server.teams.contains(*team)) {
            let at = in_header(action, "approve", team, file.lines);
            reports.push(unknown_team(team, at, server).of_action(&action.name));
        }
        if !server.languages.contains(&action.language) {
            let at = Position { line: action.line, column: 1 };
            let message =
                format!("The server has no interpreter for `{}`, so this can't run.", action.language);
            reports.push(report("no-interpreter", at, message).of_action(&action.name));
        }
    }
    for step in &file.runbook.steps {
        if let Some(team) = step.team.as_deref().filter(|team| !server.teams.contains(*team)) {
            reports.push(unknown_team(team, in_step(step, team, file), server));
        }
    }
}

fn targets(action: &Action, server: &Server, file: &File<'_>, reports: &mut Vec<Report>) {
    let names = action.target_names(file.runbook);
    let unknown: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !server.targets.contains(*name)).collect();
    let Some(&first) = unknown.first() else { return };
    let written = action.target.as_deref().unwrap_or(DEFAULT_TARGET);
    let at = in_header(action, "target", written, file.lines);
    let all = unknown.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = match &action.target {
        Some(target) if target.contains('$') => {
            format!("`{target}` can lead to {all}, which the server does not have.")
        }
        Some(_) => format!("The server has no target {all}."),
        None => format!("It names no target, and the server has no target {all}."),
    };
    let report = report("unknown-target", at, message).of_action(&action.name);
    reports.push(hint(report, first, server.targets.iter()));
}

fn unknown_team(team: &str, at: Position, server: &Server) -> Report {
    let report = report("unknown-team", at, format!("The server has no team `{team}`."));
    hint(report, team, server.teams.iter())
}

fn hint<'a>(report: Report, name: &str, all: impl Iterator<Item = &'a String>) -> Report {
    // A set has no order: without one the hint would change from run to run.
    let mut all: Vec<&str> = all.map(String::as_str).collect();
    all.sort_unstable();
    match nearest(name, all) {
        Some(near) => report.mend(format!("Did you mean `{near}`? Else add it to the config.")),
        None => report,
    }
}

/// The comment may stand in a later line of the item.
fn in_step(step: &Step, team: &str, file: &File<'_>) -> Position {
    let lines = step.line..=(step.line + 20).min(file.lines.count());
    let found = lines.filter_map(|line| {
        let text = file.lines.text(line);
        let comment = text.find("<!--")?;
        let at = find_word(&text[comment..], team)? + comment;
        Some(Position { line, column: text[..at].chars().count() + 1 })
    });
    { found }.next().unwrap_or(Position { line: step.line, column: 1 })
}
