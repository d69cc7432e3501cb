//! The people and targets of the shipped demo: what applies when no config file is given.

use std::path::Path;

use lastmile_protocol::TeamName;

use super::file::{File, PersonEntry, TeamEntry};
use super::target::TargetEntry;

/// Who takes part, by id, name; each is a team of one.
const PEOPLE: [(&str, &str); 4] = [
    ("noc", "Nora (NOC)"),
    ("sre", "Sam (SRE)"),
    ("middleware", "Mika (Middleware)"),
    ("netsec", "Noel (Network security)"),
];

pub(super) fn fill(file: &mut File, runbooks: &Path, data: &Path) {
    for (id, name) in PEOPLE {
        let person = PersonEntry { name: Some(name.to_owned()), teams: vec![TeamName::from(id)] };
        file.people.insert(id.to_owned(), person);
    }
    for (team, prefix) in [("noc", ""), ("middleware", "bar/"), ("netsec", "network/"), ("sre", "host/")] {
        file.teams
            .insert(team.to_owned(), TeamEntry { owns: vec![prefix.to_owned()], ..TeamEntry::default() });
    }
    file.audit.may_read = vec![TeamName::from("sre")];
    let local = TargetEntry {
        environment: "demo".to_owned(),
        description: Some("This machine, as the server's user".to_owned()),
        env: [path_of(runbooks), state_of(data)].into(),
        ..TargetEntry::default()
    };
    file.targets.insert("local".to_owned(), local);
    for environment in ["qa", "prod"] {
        file.targets.insert(format!("bar-{environment}"), bar(environment, runbooks, data));
        file.targets.insert(format!("network-{environment}"), network(environment, runbooks, data));
    }
}

fn path_of(runbooks: &Path) -> (String, String) {
    let tools = runbooks.join("demo/bin");
    (
        "PATH".to_owned(),
        format!("{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", tools.display()),
    )
}

fn state_of(data: &Path) -> (String, String) {
    ("DEMO_STATE".to_owned(), data.join("demo").display().to_string())
}

fn bar(environment: &str, runbooks: &Path, data: &Path) -> TargetEntry {
    let workers = if environment == "prod" { "3" } else { "2" };
    let own = [
        ("BAR_ENVIRONMENT", environment.to_owned()),
        ("BAR_DATABASE", format!("bar-{environment}")),
        ("BAR_WORKERS", workers.to_owned()),
        ("BAR_ACME", "acme".to_owned()),
    ];
    let mut entry = base(environment, runbooks, data);
    entry.description = Some(format!("Service Bar in {environment}"));
    entry.team = Some(TeamName::from("middleware"));
    entry.env.extend(own.map(|(name, value)| (name.to_owned(), value)));
    entry
}

fn network(environment: &str, runbooks: &Path, data: &Path) -> TargetEntry {
    TargetEntry {
        description: Some(format!("The packet filter of {environment}")),
        team: Some(TeamName::from("netsec")),
        approve: vec!["netsec".to_owned()],
        ..base(environment, runbooks, data)
    }
}

fn base(environment: &str, runbooks: &Path, data: &Path) -> TargetEntry {
    TargetEntry {
        environment: environment.to_owned(),
        env: [path_of(runbooks), state_of(data), ("DEMO_ENVIRONMENT".to_owned(), environment.to_owned())]
            .into(),
        ..TargetEntry::default()
    }
}
