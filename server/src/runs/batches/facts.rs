//! What several run specs have in common, and in what they differ. Pure.

use lastmile_protocol::{Fact, InputValue};
use lastmile_runbook::{digest::sha256_hex, duration};

use super::super::RunSpec;

/// Several run specs beside one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    /// The same in all.
    pub(super) common: Vec<Fact>,
    /// Names of what differs.
    pub(super) columns: Vec<String>,
    /// One row a spec, one cell a column; `None`: it has nothing of that name, or is not there.
    pub(super) cells: Vec<Vec<Option<String>>>,
}

/// Compares them; `None` stands for one that can't be read, about which nothing is known.
pub(super) fn compare(specs: &[Option<RunSpec>]) -> Compared {
    let known: Vec<&RunSpec> = specs.iter().flatten().collect();
    let all: Vec<Option<Vec<Fact>>> =
        specs.iter().map(|spec| spec.as_ref().map(|spec| facts(spec, &known))).collect();
    let mut compared = Compared { cells: vec![Vec::new(); specs.len()], ..Compared::default() };
    for name in names(&all) {
        let cells: Vec<Option<String>> =
            all.iter().map(|facts| value(facts.as_deref().unwrap_or_default(), &name)).collect();
        let mut readable = cells.iter().zip(specs).filter(|(_, spec)| spec.is_some()).map(|(cell, _)| cell);
        let first = readable.next().cloned().flatten();
        match first {
            Some(value) if readable.all(|cell| cell.as_ref() == Some(&value)) => {
                compared.common.push(Fact { name, value });
            }
            _ => {
                compared.columns.push(name);
                for (row, cell) in compared.cells.iter_mut().zip(cells) {
                    row.push(cell);
                }
            }
        }
    }
    compared
}

/// Every name, in the order in which they first come.
fn names(all: &[Option<Vec<Fact>>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for fact in all.iter().flatten().flatten() {
        if !names.contains(&fact.name) {
            names.push(fact.name.clone());
        }
    }
    names
}

fn value(facts: &[Fact], name: &str) -> Option<String> {
    facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone())
}

/// What decides what a run does, as people read it: inputs first.
fn facts(spec: &RunSpec, all: &[&RunSpec]) -> Vec<Fact> {
    let (view, limits) = (&spec.target.view, &spec.limits);
    let text = |value: Option<String>| value.unwrap_or_default();
    let number = |value: Option<u64>| text(value.map(|value| value.to_string()));
    let rest = [
        ("Target", view.name.clone()),
        ("Environment", view.environment.clone()),
        ("Command", view.command.join(" ")),
        ("User", text(view.user.clone())),
        ("Folder", text(spec.target.workdir.as_ref().map(|path| path.display().to_string()))),
        ("Variables", variables(spec, all)),
        ("Interpreter", spec.interpreter.join(" ")),
        ("Time limit", duration::text(limits.timeout_s)),
        ("Output limit", format!("{} bytes", limits.output_cap)),
        ("Process limit", number(limits.processes)),
        ("Memory limit", number(limits.memory)),
        ("Done before", spec.after.join(", ")),
        ("Danger", text(spec.danger.clone())),
        ("Script", script(spec, all)),
    ];
    let rest = rest.into_iter().filter(|(_, value)| !value.is_empty());
    let rest = rest.map(|(name, value)| Fact { name: name.to_owned(), value });
    spec.inputs.iter().map(input).chain(rest).collect()
}

/// An input has its own name, whatever that is; those of ours begin with a capital and a clash is told apart.
fn input(input: &InputValue) -> Fact {
    let value = match (input.secret, &input.version, &input.typed) {
        (true, Some(version), _) => format!("secret, version {version}"),
        (true, None, _) => "secret, typed".to_owned(),
        (false, _, Some(typed)) => typed.clone(),
        (false, _, None) => input.value.clone(),
    };
    let value = if value.is_empty() { "(empty)".to_owned() } else { value };
    Fact { name: format!("${}", input.name), value }
}

/// Names of the target's variables; where their values are not the same everywhere, which set of them it is.
fn variables(spec: &RunSpec, all: &[&RunSpec]) -> String {
    let names = spec.target.env.keys().cloned().collect::<Vec<_>>().join(", ");
    let mut sets = Vec::new();
    for other in all {
        if !sets.contains(&&other.target.env) {
            sets.push(&other.target.env);
        }
    }
    match sets.iter().position(|set| **set == spec.target.env) {
        Some(place) if sets.len() > 1 => format!("{names} (values {})", place + 1),
        _ => names,
    }
}

/// Which script it is, where they are not all the same; else it is shown itself.
fn script(spec: &RunSpec, all: &[&RunSpec]) -> String {
    if all.iter().all(|other| other.script == spec.script) {
        return String::new();
    }
    sha256_hex(spec.script.as_bytes()).chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(node: &str, environment: &str, change: impl FnOnce(&mut RunSpec)) -> RunSpec {
        let input = |name: &str, value: &str, secret: bool| serde_json::json!({"name": name, "value": value, "secret": secret, "version": secret.then_some("ab12")});
        let mut spec: RunSpec = serde_json::from_value(serde_json::json!({
            "run": node, "runbook": "nodes", "revision": "r", "revision_read": "r", "action": "restart",
            "action_digest": "d", "script": "true", "script_digest": "s", "language": "sh",
            "interpreter": ["sh", "-eu"], "requester": {"id": "ann", "name": "Ann", "teams": []},
            "inputs": [input("node", node, false), input("mode", "", false), input("token", "", true)],
            "target": {"name": node, "environment": environment, "env": {"COLOUR": "blue"}},
            "limits": {"timeout_s": 300, "grace_s": 10, "output_cap": 1000, "processes": null, "memory": null},
            "tty": false, "leaves_running": false, "concurrency": null, "ticket": null, "incident": null,
            "danger": null, "on_fail": null, "after": [], "context": {}, "expires": null,
        }))
        .unwrap();
        change(&mut spec);
        spec
    }

    fn common<'a>(compared: &'a Compared, name: &str) -> Option<&'a str> {
        compared.common.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
    }

    #[test]
    fn what_is_the_same_in_all_is_told_once_and_the_rest_run_by_run() {
        let specs = [spec("node-1", "prod", |_| ()), spec("node-2", "prod", |_| ())].map(Some);
        let compared = compare(&specs);
        assert_eq!(compared.columns, ["$node", "Target"]);
        let cells = |row: usize| compared.cells[row].iter().flatten().map(String::as_str).collect::<Vec<_>>();
        assert_eq!((cells(0), cells(1)), (vec!["node-1", "node-1"], vec!["node-2", "node-2"]));
        assert_eq!(common(&compared, "Environment"), Some("prod"));
        assert_eq!(common(&compared, "$mode"), Some("(empty)"));
        assert_eq!(common(&compared, "$token"), Some("secret, version ab12"));
        assert_eq!(common(&compared, "Time limit"), Some("5m"));
        assert_eq!(common(&compared, "Script"), None);
    }

    #[test]
    fn whatever_decides_what_a_run_does_is_found_when_it_differs() {
        type Change = (&'static str, fn(&mut RunSpec));
        let changes: [Change; 12] = [
            ("Script", |spec| spec.script.push('!')),
            ("Interpreter", |spec| spec.interpreter.push("-x".to_owned())),
            ("Environment", |spec| spec.target.view.environment = "qa".to_owned()),
            ("Command", |spec| spec.target.view.command = vec!["ssh".to_owned()]),
            ("User", |spec| spec.target.view.user = Some("root".to_owned())),
            ("Folder", |spec| spec.target.workdir = Some("/srv".into())),
            ("Variables", |spec| drop(spec.target.env.insert("COLOUR".to_owned(), "red".to_owned()))),
            ("Time limit", |spec| spec.limits.timeout_s = 1),
            ("Output limit", |spec| spec.limits.output_cap = 1),
            ("Process limit", |spec| spec.limits.processes = Some(1)),
            ("Memory limit", |spec| spec.limits.memory = Some(1)),
            ("$token", |spec| spec.inputs[2].version = Some("cd34".to_owned())),
        ];
        for (name, change) in changes {
            let specs = [spec("node-1", "prod", |_| ()), spec("node-1", "prod", change)].map(Some);
            assert_eq!(compare(&specs).columns, [name]);
        }
    }

    #[test]
    fn values_of_variables_are_not_told_only_where_they_are_the_same() {
        let red = |spec: &mut RunSpec| drop(spec.target.env.insert("COLOUR".to_owned(), "red".to_owned()));
        let specs = [spec("a", "prod", |_| ()), spec("a", "prod", red), spec("a", "prod", |_| ())].map(Some);
        let compared = compare(&specs);
        let told: Vec<_> = compared.cells.iter().map(|row| row[0].as_deref().unwrap()).collect();
        assert_eq!(told, ["COLOUR (values 1)", "COLOUR (values 2)", "COLOUR (values 1)"]);
    }

    #[test]
    fn one_that_cannot_be_read_takes_nothing_from_the_others() {
        let specs = [Some(spec("node-1", "prod", |_| ())), None, Some(spec("node-2", "prod", |_| ()))];
        let compared = compare(&specs);
        assert_eq!((compared.columns.len(), &compared.cells[1]), (2, &vec![None, None]));
        assert_eq!(common(&compared, "Environment"), Some("prod"));
        assert_eq!(compare(&[None, None]), Compared { cells: vec![Vec::new(); 2], ..Compared::default() });
    }
}
