//! Declared inputs: what is refused, what an action takes, and what a script gets.

use std::collections::BTreeMap;

use lastmile_runbook::{Runbook, Severity, parse, value};

fn declare(inputs: &str) -> Runbook {
    let inputs: String = inputs.lines().map(|line| format!("  {line}\n")).collect();
    parse(&format!("---\ninputs:\n{inputs}---\n"))
}

/// Declarations with a fault in the given line of them.
const BROKEN: &[(&str, &str, usize)] = &[
    ("a-b: {}", "bad-name", 1),
    ("1a: {}", "bad-name", 1),
    ("PATH: {}", "reserved-name", 1),
    ("LD_PRELOAD: {type: string}", "reserved-name", 1),
    ("LASTMILE_X: {}", "reserved-name", 1),
    ("a: string", "bad-value", 1),
    ("a: {typ: string}", "unknown-key", 1),
    ("a: {type: strnig}", "bad-value", 1),
    ("a: {type: choice}", "missing-options", 1),
    ("a: {type: choice, options: []}", "bad-value", 1),
    ("a: {type: choice, options: [x, x]}", "bad-value", 1),
    ("a: {type: string, options: [x]}", "key-does-not-fit", 1),
    ("a: {type: choice, options: [x], default: y}", "bad-default", 1),
    ("a: {type: integer, default: 1.5}", "bad-default", 1),
    ("a: {type: integer, min: 3, default: 1}", "bad-default", 1),
    ("a: {min: 3, max: 1}", "bad-range", 1),
    ("a: {min: many}", "bad-value", 1),
    ("a: {type: date, min: 1}", "key-does-not-fit", 1),
    ("a: {type: integer, pattern: x}", "key-does-not-fit", 1),
    ("a:\n  pattern: '('", "bad-pattern", 2),
    ("a: {pattern: 'a)|(b'}", "bad-pattern", 1),
    ("a: {type: secret, default: x}", "secret-default", 1),
    ("a: {required: no}", "bad-value", 1),
    ("a: {when: b=1}\nb: {type: boolean}", "unknown-input", 1),
    ("b: {type: boolean}\na: {when: b=1}", "unknown-option", 2),
    ("b: {}\na: {when: b=1}", "bad-condition", 2),
    ("b: {type: boolean}\na: {when: b}", "bad-condition", 2),
];

#[test]
fn a_broken_declaration_is_located_and_left_out() {
    for (inputs, code, line) in BROKEN {
        let runbook = declare(inputs);
        let found: Vec<_> =
            runbook.problems.iter().map(|it| (it.severity, it.code.as_str(), it.line)).collect();
        assert_eq!(found, [(Severity::Error, *code, line + 2)], "{inputs}");
    }
}

#[test]
fn yes_and_no_are_strings() {
    let runbook = declare("a: {type: choice, options: [yes, no, on, off, null-ish], default: no}");
    assert_eq!(runbook.problems, []);
    assert_eq!(runbook.meta.inputs[0].options, ["yes", "no", "on", "off", "null-ish"]);
    assert_eq!(runbook.meta.inputs[0].default.as_deref(), Some("no"));
}

#[test]
fn a_boolean_is_false_unless_an_answer_is_demanded() {
    let runbook =
        declare("a: {type: boolean}\nb: {type: boolean, required: true}\nc: {type: boolean, default: true}");
    let defaults: Vec<_> = runbook.meta.inputs.iter().map(|spec| spec.default.as_deref()).collect();
    assert_eq!(defaults, [Some("false"), None, Some("true")]);
}

#[test]
fn a_multichoice_takes_a_list_as_default() {
    let runbook = declare("a: {type: multichoice, options: [x, y, z], default: [z, x]}");
    assert_eq!(runbook.meta.inputs[0].default.as_deref(), Some("z\nx"));
    assert_eq!(value::check(&runbook.meta.inputs[0], "z\nx").as_deref(), Ok("x\nz"));
}

#[test]
fn bounds_of_a_duration_are_durations() {
    let runbook = declare("a: {type: duration, min: 1m, max: 2h}");
    assert_eq!((runbook.meta.inputs[0].min, runbook.meta.inputs[0].max), (Some(60.0), Some(7_200.0)));
}

const TAKING: &str = "---
inputs:
  environment: {type: choice, options: [qa, prod], default: qa}
  force: {type: boolean}
  why: {type: string, when: force=true}
  pool: {type: string}
  token: {type: secret}
  note: {type: text, required: false}
  other: {type: string}
---
";

fn taken(fence: &str) -> Vec<String> {
    let runbook = parse(&format!("{TAKING}{fence}"));
    assert_eq!(runbook.problems, [], "{fence}");
    runbook.actions[0].inputs.clone()
}

#[test]
fn an_action_takes_what_its_script_names() {
    assert_eq!(taken("```sh\n#| action: Go\necho \"$pool ${token:?}\" other\n```\n"), ["pool", "token"]);
    assert_eq!(taken("```python\n#| action: Go\nos.environ['pool']; poolside\n```\n"), ["pool"]);
    assert!(taken("```sh\n#| action: Go\n#| danger: uses $pool\necho\n```\n").is_empty());
}

#[test]
fn an_action_always_takes_what_its_gates_look_at() {
    let fence = |keys: &str| format!("```sh\n#| action: Go\n#| inputs: []\n{keys}\necho\n```\n");
    assert_eq!(taken(&fence("#| target: x-$environment")), ["environment"]);
    assert_eq!(taken(&fence("#| retype: $pool")), ["pool"]);
    assert_eq!(taken(&fence("#| approve: noc if force=true")), ["force"]);
}

#[test]
fn an_action_takes_what_the_conditions_of_its_inputs_look_at() {
    assert_eq!(taken("```sh\n#| action: Go\n#| inputs: [why]\n```\n"), ["force", "why"]);
}

fn check(typed: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Vec<String>> {
    let runbook = parse(&format!("{TAKING}```sh\n#| action: Go\n#| inputs: [why, pool, token, note]\n```\n"));
    let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let names =
        |problems: Vec<lastmile_runbook::InputProblem>| problems.into_iter().map(|it| it.name).collect();
    value::check_all(&runbook, &runbook.actions[0], &typed).map_err(names)
}

#[test]
fn a_hidden_or_empty_optional_input_is_set_and_empty() {
    let values = check(&[("pool", "blue"), ("why", "typed before it was hidden")]).unwrap();
    let expected = [("force", "false"), ("note", ""), ("pool", "blue"), ("why", "")];
    assert!(values.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected));
}

#[test]
fn an_input_whose_condition_holds_is_required() {
    assert_eq!(check(&[("pool", "blue"), ("force", "true")]), Err(vec!["why".to_owned()]));
    assert_eq!(check(&[("pool", "b"), ("force", "true"), ("why", "x")]).unwrap()["why"], "x");
}

#[test]
fn a_default_does_not_stand_in_for_what_was_emptied() {
    let runbook = parse("---\ninputs:\n  pool: {default: blue}\n---\n```sh\n#| action: Go\n$pool\n```\n");
    let check = |typed: BTreeMap<_, _>| value::check_all(&runbook, &runbook.actions[0], &typed);
    assert_eq!(check(BTreeMap::new()).unwrap()["pool"], "blue");
    assert!(check(BTreeMap::from([("pool".to_owned(), String::new())])).is_err());
}

#[test]
fn inputs_that_the_action_does_not_take_are_refused() {
    assert_eq!(
        check(&[("pool", "b"), ("other", "x"), ("nope", "y")]),
        Err(vec!["nope".into(), "other".into()])
    );
}

#[test]
fn secrets_are_named_and_never_among_the_values() {
    let runbook = parse(&format!("{TAKING}```sh\n#| action: Go\n$token\n```\n"));
    let action = &runbook.actions[0];
    assert_eq!(value::secrets_of(&runbook, action).len(), 1);
    let typed = BTreeMap::from([("token".to_owned(), "hunter2".to_owned())]);
    assert_eq!(value::check_all(&runbook, action, &typed), Ok(BTreeMap::new()));
}

#[test]
fn a_problem_with_an_input_travels_as_json() {
    let spec = &declare("a: {type: integer}").meta.inputs[0];
    let problem = value::check(spec, "x").unwrap_err();
    let json = serde_json::to_string(&problem).unwrap();
    assert_eq!(serde_json::from_str::<lastmile_runbook::InputProblem>(&json).unwrap(), problem);
}
