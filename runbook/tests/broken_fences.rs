//! Broken action fences: each is still shown, names its fault and its line, and is disabled.

use lastmile_runbook::{Runbook, Severity, parse};

/// Ten lines of front matter; the fence under test begins in line 11.
const TOP: &str = "---
inputs:
  environment: {type: choice, options: [qa, prod], default: qa}
  pool: {type: string, default: blue}
  force: {type: boolean}
  spare: {type: choice, options: [a, b], required: false}
  token: {type: secret}
  broken: {type: choise}
  note: {type: text, required: false}
---
";

fn fence(header: &str, script: &str) -> Runbook {
    let lines: String = header.lines().flat_map(|line| ["#| ", line, "\n"]).collect();
    parse(&format!("{TOP}```sh\n{lines}{script}\n```\n"))
}

#[track_caller]
fn is_disabled_by(runbook: &Runbook, code: &str, line: usize) {
    assert!(!runbook.actions.is_empty(), "a broken action is shown all the same");
    let action = &runbook.actions[0];
    let mut errors = runbook.problems_of(&action.name).filter(|problem| problem.severity == Severity::Error);
    assert!(
        errors.any(|problem| problem.code == code && problem.line == line),
        "no {code} in line {line}: {:#?}",
        runbook.problems
    );
    assert!(action.disabled);
}

/// Keys of a header whose first line is `action: Go` in line 12; the fault is in line 13.
const KEYS: &[(&str, &str)] = &[
    ("aprove: middleware", "unknown-key"),
    ("Approve: middleware", "unknown-key"),
    ("action: Twice", "duplicate-key"),
    ("name: a b", "bad-name"),
    ("name: -x", "bad-name"),
    ("name:", "bad-value"),
    ("kind: chek", "bad-value"),
    ("kind: [check]", "bad-value"),
    ("inputs: [poool]", "unknown-input"),
    ("inputs: [broken]", "broken-input"),
    ("inputs: {pool: 1}", "bad-value"),
    ("target: bar-$nowhere", "unknown-input"),
    ("target: bar-$pool", "target-input"),
    ("target: bar-$spare", "target-input"),
    ("target: bar $environment", "bad-target"),
    ("target: bar-${environment", "bad-target"),
    ("after: check-acme", "unknown-after"),
    ("after: [go]", "after-circle"),
    ("after: []", "bad-value"),
    ("approve:", "bad-value"),
    ("approve: []", "bad-value"),
    ("approve: none if environment=staging", "unknown-option"),
    ("approve: 0 middleware", "bad-approve"),
    ("approve: middleware unless environment=qa", "bad-approve"),
    ("approve: middleware, netsec", "bad-approve"),
    ("approve: middleware if", "bad-approve"),
    ("approve: middleware if environment", "bad-approve"),
    ("approve: middleware if enviroment=prod", "unknown-input"),
    ("approve: middleware if pool=blue", "bad-condition"),
    ("approve: middleware if force=yes", "unknown-option"),
    ("danger: ''", "bad-value"),
    ("retype: $pol", "unknown-input"),
    ("retype: $token", "bad-retype"),
    ("retype: $spare", "bad-retype"),
    ("retype: $note", "bad-retype"),
    ("on_fail: #pool-does-not-come-back", "bad-value"),
    ("on_fail: javascript:alert(1)", "bad-link"),
    ("timeout: soon", "bad-duration"),
    ("timeout: 0", "bad-duration"),
    ("grace: 5 m", "bad-duration"),
    ("toil: -1m", "bad-duration"),
    ("output: lots", "bad-size"),
    ("memory: 1.5G", "bad-size"),
    ("processes: 0", "bad-value"),
    ("concurrency: parallel", "bad-value"),
    ("workdir: [a]", "bad-value"),
    ("tty: yes", "bad-value"),
    ("leaves_running: 'true'", "bad-value"),
    ("danger: Drops: sessions", "yaml"),
    ("danger: &anchor x", "yaml-feature"),
    ("danger: *alias", "yaml"),
    ("inputs: !!seq [pool]", "yaml-feature"),
];

#[test]
fn a_broken_key_is_located_and_disables_the_action() {
    for (key, code) in KEYS {
        let runbook = fence(&format!("action: Go\n{key}"), "echo");
        println!("{key}");
        is_disabled_by(&runbook, code, 13);
        assert_eq!(runbook.actions.len(), 1);
        assert!(runbook.actions[0].name == "go" || key.starts_with("name"));
    }
}

#[test]
fn the_column_is_that_of_the_value() {
    let runbook = parse("1. x\n\n   ```sh\n   #| action: Gö\n   #| after: [ö, nobody]\n   echo\n   ```\n");
    let columns: Vec<_> = runbook.problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(columns, [(5, 15), (5, 18)]);
}

#[test]
fn an_unknown_key_says_which_one_was_meant() {
    let runbook = fence("action: Go\naprove: middleware", "echo");
    assert!(runbook.problems.iter().any(|problem| problem.message.contains("did you mean `approve`?")));
}

#[test]
fn an_unclosed_fence_is_disabled_wherever_it_ends() {
    for source in [
        "```sh\n#| action: Go\necho\n",
        "```sh\n#| action: Go\necho",
        "````sh\n#| action: Go\necho\n```\n",
        "```sh\n#| action: Go\n    ```\n",
        "```sh\n#| action: Go\n~~~\n",
        "- x\n\n  ```sh\n  #| action: Go\n  echo\n\nafter\n",
        "> ```sh\n> #| action: Go\n> echo\n\nafter\n",
        "```sh\n#| action: Go",
    ] {
        let line = source.lines().position(|line| line.contains("``sh")).unwrap() + 1;
        println!("{source}");
        is_disabled_by(&parse(source), "unclosed-fence", line);
    }
}

#[test]
fn a_closed_fence_is_known_as_closed_wherever_it_stands() {
    for source in [
        "```sh\n#| action: Go\necho\n```",
        "~~~~ sh\n#| action: Go\n~~~\n~~~~~  \n",
        "  ```sh\n  #| action: Go\n    ```\n ```\nafter\n",
        "- x\n\n  ```sh\n  #| action: Go\n  echo\n  ```\n\nafter\n",
        "> 1. > ```sh\n>    > #| action: Go\n>    >\n>    > ```\n",
        "```sh\r\n#| action: Go\r\necho\r\n```\r\n",
        "- ```sh\n  #| action: Go\n  ```\n- next\n",
    ] {
        let runbook = parse(source);
        assert_eq!(runbook.problems, [], "{source}");
        assert!(!runbook.actions[0].disabled);
    }
}

#[test]
fn a_header_that_is_no_yaml_is_still_an_action_by_its_label() {
    for header in ["action: Go\n kind: check", " action: Go\nkind: check", "action: Go\n- x"] {
        let runbook = fence(header, "echo");
        println!("{header}");
        is_disabled_by(&runbook, "yaml", 13);
        assert_eq!(runbook.actions[0].label, "Go");
    }
}

#[test]
fn a_nul_in_the_script_disables_it() {
    is_disabled_by(&fence("action: Go", "echo \0"), "nul-in-script", 11);
}

#[test]
fn two_actions_of_one_name_are_both_disabled_and_told_apart() {
    let runbook = parse("```sh\n#| action: Go\n```\n\n```sh\n#| action: Other\n#| name: go\n```\n");
    let places: Vec<_> =
        runbook.problems.iter().map(|problem| (problem.code.as_str(), problem.line)).collect();
    assert_eq!(places, [("duplicate-name", 1), ("duplicate-name", 7)]);
    assert!(runbook.actions.iter().all(|action| action.disabled));
    assert_ne!(runbook.actions[0].name, runbook.actions[1].name);
}

#[test]
fn a_label_without_a_letter_needs_a_name() {
    is_disabled_by(&fence("action: '!!!'", "echo"), "bad-name", 11);
    assert!(!fence("action: '!!!'\nname: bang", "echo").actions[0].disabled);
}

#[test]
fn an_empty_label_is_an_error() {
    is_disabled_by(&fence("action:", "echo"), "bad-value", 12);
}

#[test]
fn a_header_line_below_the_script_would_be_lost_and_is_an_error() {
    for script in [
        "echo\n#| approve: middleware",
        "\n#| approve: middleware",
        "\n  #| approve: middleware",
        "echo\n#|approve: middleware",
        "echo\n# | approve: middleware",
    ] {
        let runbook = fence("action: Go", script);
        is_disabled_by(&runbook, "stray-header", 14);
    }
    is_disabled_by(&fence("action: Go", "# approve: middleware"), "stray-header", 13);
}

#[test]
fn an_ordinary_comment_is_left_alone() {
    for script in [
        "# Note: this is slow\necho",
        "echo\n# approve: by hand",
        "cat <<E\n#| a table | row\nE",
        "#!/bin/sh",
    ] {
        assert!(!fence("action: Go", script).actions[0].disabled, "{script}");
    }
}

#[test]
fn the_comment_must_be_the_languages_own() {
    is_disabled_by(&parse("```sh\n//| action: Go\necho\n```\n"), "wrong-comment", 2);
    is_disabled_by(&parse("```sql\n--| action: Go\n#| approve: dba\nselect 1\n```\n"), "wrong-comment", 3);
    for source in
        ["```sql\n--| action: Go\nselect 1\n```", "```js\n//| action: Go\n```", "```foo\n//| action: Go\n```"]
    {
        assert!(!parse(source).actions[0].disabled, "{source}");
    }
}

#[test]
fn an_input_that_the_script_uses_must_be_listed() {
    is_disabled_by(&fence("action: Go\ninputs: [environment]", "echo \"$pool\""), "input-not-listed", 11);
    assert!(!fence("action: Go\ninputs: []", "for pool in a b; do echo \"$pool\"; done").actions[0].disabled);
}

#[test]
fn a_script_that_names_a_broken_input_is_disabled() {
    is_disabled_by(&fence("action: Go", "echo \"$broken\""), "broken-input", 11);
}

#[test]
fn a_circle_of_after_disables_all_in_it() {
    let action = |name: &str, after: &str| format!("```sh\n#| action: {name}\n#| after: {after}\n```\n\n");
    let runbook =
        parse(&(action("a", "b") + &action("b", "c") + &action("c", "a") + "```sh\n#| action: d\n```\n"));
    let disabled: Vec<_> = runbook.actions.iter().map(|action| action.disabled).collect();
    assert_eq!(disabled, [true, true, true, false]);
}

#[test]
fn front_matter_that_cannot_be_read_disables_every_action() {
    for (top, code, line) in [
        ("inputs: [", "yaml", 2),
        ("inputs: none", "bad-value", 2),
        ("inputs:\n  a: {}\n  a: {}", "duplicate-key", 4),
        ("inputs: {}\ninputs: {}", "duplicate-key", 3),
    ] {
        let runbook = parse(&format!("---\n{top}\n---\n```sh\n#| action: Go\necho\n```\n"));
        assert!(runbook.actions[0].disabled, "{top}");
        assert!(
            runbook.problems.iter().any(|problem| problem.code == code && problem.line == line),
            "{top}: {:#?}",
            runbook.problems
        );
        assert!(runbook.problems_of("go").any(|problem| problem.code == "front-matter"));
    }
}

#[test]
fn a_twice_given_title_stops_nobody() {
    let runbook = parse("---\ntitle: a\ntitle: b\n---\n```sh\n#| action: Go\necho\n```\n");
    assert!(!runbook.actions[0].disabled);
    assert_eq!(runbook.problems[0].code, "duplicate-key");
}

#[test]
fn what_only_looks_like_an_action_makes_no_button_and_is_reported() {
    for (source, line) in [
        ("<details>\n```sh\n#| action: Go\n```\n</details>\n", 3),
        ("    #| action: Go\n    echo\n", 1),
        ("```sh\n#!/bin/sh\n#| action: Go\necho\n```\n", 3),
        ("```sh\n\n#| action: Go\necho\n```\n", 3),
        ("``sh\n#| action: Go\n``\n", 2),
        ("> text\n> #| action: Go\n", 2),
        ("```sh\n#| acton: Go\necho\n```\n", 2),
        ("```sh\n#| Action: Go\necho\n```\n", 2),
    ] {
        let runbook = parse(source);
        let problems: Vec<_> = runbook.problems.iter().map(|it| (it.code.as_str(), it.line)).collect();
        assert_eq!(problems, [("not-an-action", line)], "{source}");
        assert_eq!(runbook.problems[0].severity, Severity::Warning);
        assert!(runbook.actions.is_empty());
    }
}

#[test]
fn examples_and_other_tools_headers_are_no_problem() {
    for source in [
        "````md\n```sh\n#| action: Go\n```\n````\n",
        "```python\n#| label: fig-1\n#| echo: false\nprint()\n```\n",
        "```sh\n#| not yaml: [\n```\n",
        "<!--\n```sh\n#| action: Go\n```\n-->\n",
        "```\n+---+\n#| x |\n```\n",
    ] {
        let runbook = parse(source);
        assert_eq!((runbook.problems.as_slice(), runbook.actions.len()), (&[][..], 0), "{source}");
    }
}
