//! The guide's sample actions and inputs.

use lastmile_runbook::{Action, InputSpec, InputType, Kind};

const RESTART: &str = "#| action: Restart the pool\n#| name: restart-pool\n#| target: bar-$environment\n#| inputs: [pool]\n#| approve: middleware if environment=prod\n#| retype: $pool\nbar-pool stop \"$pool\"\nbar-pool start \"$pool\" --env-file /etc/bar/$pool.env\n";
pub(super) const CHECK: &str =
    "#| action: Check Acme\n#| kind: check\n#| target: bar-$environment\nnc -zw3 \"$(acme-host)\" 7000\n";

/// An input of that type, with something to describe.
pub(super) fn input(name: &str, kind: InputType) -> InputSpec {
    let options = match kind {
        InputType::Choice => vec!["qa", "prod"],
        InputType::Multichoice => vec!["cache", "queue", "workers", "web"],
        _ => Vec::new(),
    };
    let (min, max) = if kind == InputType::Integer { (Some(1.0), Some(10.0)) } else { (None, None) };
    InputSpec {
        name: name.to_owned(),
        kind,
        required: !matches!(kind, InputType::Text | InputType::Date),
        options: options.into_iter().map(str::to_owned).collect(),
        description: Some("What it is for, in a sentence".to_owned()),
        placeholder: (kind == InputType::String).then(|| "blue".to_owned()),
        min,
        max,
        ..InputSpec::default()
    }
}

pub(super) fn inputs() -> Vec<InputSpec> {
    let environment = InputSpec {
        description: None,
        default: Some("qa".to_owned()),
        ..input("environment", InputType::Choice)
    };
    let pool = InputSpec {
        description: Some("Which pool".to_owned()),
        pattern: Some("^[a-z][a-z0-9-]*$".to_owned()),
        default: Some("blue".to_owned()),
        ..input("pool", InputType::String)
    };
    vec![environment, pool]
}

fn action(name: &str, label: &str, kind: Kind, script: &str) -> Action {
    Action {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        language: "sh".to_owned(),
        script: script.to_owned(),
        line: 12,
        target: Some("bar-$environment".to_owned()),
        inputs: vec!["environment".to_owned(), "pool".to_owned()],
        after: Vec::new(),
        approve: Vec::new(),
        danger: None,
        retype: None,
        on_fail: Some("#text".to_owned()),
        timeout: Some(300),
        grace: None,
        toil: None,
        output: None,
        processes: None,
        memory: None,
        concurrency: None,
        workdir: None,
        tty: false,
        leaves_running: false,
        disabled: false,
    }
}

pub(super) fn check(name: &str) -> Action {
    action(name, "Check Acme", Kind::Check, CHECK)
}

pub(super) fn long_script() -> String {
    let hosts =
        (1..=18).map(|host| format!("probe acme-{host:02}.example.net 7000 || failed=$((failed + 1))\n"));
    format!(
        "#| action: Probe every Acme host\n#| kind: check\nfailed=0\n{}exit \"$failed\"\n",
        hosts.collect::<String>()
    )
}

pub(super) fn long_check(name: &str) -> Action {
    action(name, "Probe every Acme host", Kind::Check, &long_script())
}

pub(super) fn restart(name: &str) -> Action {
    Action {
        danger: Some("Drops the pool's open sessions".to_owned()),
        retype: Some("blue".to_owned()),
        after: vec!["check-acme".to_owned(), "tell-business".to_owned()],
        toil: Some(1500),
        ..action(name, "Restart the pool", Kind::Change, RESTART)
    }
}

pub(super) fn broken(name: &str) -> Action {
    Action { disabled: true, ..action(name, "Restart the pool", Kind::Change, RESTART) }
}
