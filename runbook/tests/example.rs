//! The format's example, read exactly.

use std::collections::BTreeMap;

use lastmile_runbook::{
    Action, ApproveRule, Block, Inline, InputSpec, InputType, Kind, Runbook, Step, Task, parse, value,
};

const EXAMPLE: &str = include_str!("fixtures/bar-pool.md");

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn example() -> Runbook {
    parse(EXAMPLE)
}

#[test]
fn the_front_matter_is_read() {
    let meta = example().meta;
    assert_eq!(meta.title.as_deref(), Some("Bar pool will not start"));
    assert_eq!(meta.service.as_deref(), Some("bar"));
    assert_eq!(meta.tags, ["restart", "incident"]);
    assert_eq!(meta.alerts, ["BarPoolDown"]);
    assert_eq!(meta.last_reviewed_on.as_deref(), Some("2026-11-01"));
    assert_eq!(meta.review_in.as_deref(), Some("6 months"));
    let environment = InputSpec {
        name: "environment".into(),
        kind: InputType::Choice,
        required: true,
        default: Some("qa".into()),
        options: vec!["qa".into(), "prod".into()],
        line: 9,
        ..InputSpec::default()
    };
    let pool = InputSpec {
        name: "pool".into(),
        required: true,
        default: Some("blue".into()),
        pattern: Some("^[a-z][a-z0-9-]*$".into()),
        description: Some("Which pool".into()),
        line: 10,
        ..InputSpec::default()
    };
    assert_eq!(meta.inputs, [environment, pool]);
}

#[test]
fn the_actions_are_read() {
    let runbook = example();
    let check = runbook.action("check-acme").unwrap();
    let header = "#| action: Check Acme\n#| name: check-acme\n#| kind: check\n#| target: bar-$environment\n";
    assert_eq!(check.script, format!("{header}nc -zw3 \"$(acme-host)\" 7000\n"));
    assert_eq!((check.line, check.kind, check.language.as_str()), (18, Kind::Check, "sh"));
    assert_eq!(check.inputs, ["environment"]);

    let restart = runbook.action("restart-pool").unwrap();
    let expected = Action {
        name: "restart-pool".into(),
        label: "Restart the pool".into(),
        kind: Kind::Change,
        language: "sh".into(),
        script: restart.script.clone(),
        line: 30,
        target: Some("bar-$environment".into()),
        inputs: vec!["environment".into(), "pool".into()],
        after: vec!["check-acme".into(), "tell-business".into()],
        approve: vec![ApproveRule {
            count: 1,
            team: "middleware".into(),
            conditions: vec![("environment".into(), "prod".into())],
        }],
        danger: Some("Drops the pool's open sessions".into()),
        retype: Some("$pool".into()),
        on_fail: Some("#pool-does-not-come-back".into()),
        timeout: Some(300),
        toil: Some(1_500),
        grace: None,
        output: None,
        processes: None,
        memory: None,
        concurrency: None,
        workdir: None,
        tty: false,
        leaves_running: false,
        disabled: false,
    };
    assert_eq!(*restart, expected);
    assert!(restart.script.starts_with("#| action: Restart the pool\n"));
    assert!(restart.script.ends_with("#| toil: 25m\nbar-pool restart \"$pool\"\n"));
}

#[test]
fn the_step_is_read_and_its_comment_is_not_shown() {
    let runbook = example();
    let text = "Tell the business that Bar will blink";
    let step = Step {
        name: "tell-business".into(),
        text: text.into(),
        team: Some("noc".into()),
        toil: Some(600),
        line: 26,
    };
    assert_eq!(runbook.steps, [step]);
    let Block::List { start: Some(1), items } = &runbook.blocks[0] else { panic!("a numbered list") };
    assert_eq!(items[0].blocks[1], Block::Action(0));
    let Block::List { start: None, items } = &items[1].blocks[0] else { panic!("a list of bullets") };
    assert_eq!(items[0].task, Some(Task { checked: false, step: 0 }));
    assert_eq!(items[0].blocks, [Block::Plain(vec![Inline::Text(text.into())])]);
}

#[test]
fn its_one_problem_is_the_missing_heading() {
    let runbook = example();
    let problems: Vec<_> = runbook.problems.iter().map(|it| (it.code.as_str(), it.line, it.column)).collect();
    assert_eq!(problems, [("broken-anchor", 39, 16)]);
    assert_eq!(parse(&format!("{EXAMPLE}\n## Pool does not come back\n")).problems, []);
}

#[test]
fn values_decide_where_it_runs_and_who_must_agree() {
    let runbook = example();
    let restart = runbook.action("restart-pool").unwrap();
    assert_eq!(restart.target_names(&runbook), ["bar-qa", "bar-prod"]);
    let checked = value::check_all(&runbook, restart, &values(&[("environment", "prod")])).unwrap();
    assert_eq!(checked, values(&[("environment", "prod"), ("pool", "blue")]));
    assert_eq!(restart.resolve_target(&checked), "bar-prod");
    assert_eq!(restart.retype_value(&checked).as_deref(), Some("blue"));
    assert_eq!(restart.approvals(&checked, "prod"), [("middleware".to_owned(), 1)]);
    assert_eq!(restart.approvals(&checked, "qa"), []);
}

#[test]
fn a_value_that_does_not_fit_is_refused_by_name() {
    let runbook = example();
    let restart = runbook.action("restart-pool").unwrap();
    let typed = values(&[("environment", "pord"), ("pool", "Blue"), ("poool", "x")]);
    let problems = value::check_all(&runbook, restart, &typed).unwrap_err();
    let names: Vec<_> = problems.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["environment", "pool", "poool"]);
    assert_eq!(problems[0].message, "Choose one of qa, prod.");
    assert!(problems[2].message.ends_with("did you mean `pool`?"));
}
