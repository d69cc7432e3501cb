use serde_json::Value;

use crate::harness::{Place, places};

const BAD: &str = "---\nowner: noc\n---\n\n```sh\n#| action: Go\n#| aprove: noc\necho\n```\n";
const FINE: &str = "---\nowner: noc\n---\n\n# Fine\n";

#[test]
fn errors_end_it_with_1_and_warnings_only_where_they_are_denied() {
    let place = Place::new();
    place.write("runbooks/fine.md", FINE);
    assert_eq!(place.lint(&[]).0, 0);
    place.write("runbooks/nobodys.md", "# Nobody's\n");
    assert_eq!(place.lint(&[]).0, 0);
    assert_eq!(place.lint(&["--deny-warnings"]).0, 1);
    place.write("runbooks/bad.md", BAD);
    let (code, lint) = place.lint(&[]);
    assert_eq!(code, 1);
    assert_eq!(places(&lint), ["runbooks/bad.md:7 unknown-key", "runbooks/nobodys.md:1 no-owner"]);
    assert_eq!((&lint["runbooks"], &lint["errors"], &lint["warnings"]), (&3.into(), &1.into(), &1.into()));
}

#[test]
fn what_it_cannot_do_ends_it_with_2() {
    let place = Place::new();
    place.write("broken.toml", "lisen = 1\n");
    for arguments in [
        &["lint", "gone.md"][..],
        &["lint", "--format", "xml"],
        &["lint", "--config", "broken.toml"],
        &["lint", "--nope"],
        &["lint"],
    ] {
        let output = place.lastmile(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn a_person_reads_place_severity_code_message_and_mend() {
    let place = Place::new();
    place.write("a/bad.md", BAD);
    let text = String::from_utf8(place.lastmile(&["lint", "a/bad.md"]).stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "a/bad.md:7:4: error[unknown-key] `aprove` is no key of an action; did you mean `approve`?"
    );
    assert_eq!(lines.next().unwrap(), "    do: Correct the key's name or remove the line.");
    assert_eq!(lines.next().unwrap(), "1 runbook: 1 error, 0 warnings");
}

#[test]
fn a_file_that_is_no_text_is_an_error_and_hides_no_other() {
    let place = Place::new();
    place.write("runbooks/a.md", b"\xff\xfe");
    place.write("runbooks/bad.md", BAD);
    assert_eq!(places(&place.lint(&[]).1), ["runbooks/a.md:1 unreadable", "runbooks/bad.md:7 unknown-key"]);
}

#[test]
fn a_file_that_is_named_twice_is_linted_once_and_hidden_folders_not_at_all() {
    let place = Place::new();
    place.write("a/bad.md", BAD);
    place.write("a/.hidden/bad.md", BAD);
    assert_eq!(place.lint(&["a", "a/bad.md", "./a/../a"]).1["runbooks"], 1);
}

#[test]
fn github_gets_workflow_commands_that_no_text_can_break() {
    let place = Place::new();
    place.write("a,b:c%/x.md", "---\nowner: noc\n---\n\n```sh\n#| action: Go\n#| \"a%0Abc\": x\necho\n```\n");
    let text = String::from_utf8(place.lastmile(&["lint", "--format", "github", "."]).stdout).unwrap();
    assert_eq!(
        text.trim_end(),
        "::error file=a%2Cb%3Ac%25/x.md,line=7,col=4,title=unknown-key::`a%250Abc` is no key of an action. Correct the key's name or remove the line."
    );
}

#[test]
fn sarif_names_every_rule_and_points_into_the_checkout() {
    let place = Place::new();
    place.write("a b/bad.md", BAD);
    let log: Value =
        serde_json::from_slice(&place.lastmile(&["lint", "--format", "sarif", "a b"]).stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!((&result["ruleId"], &result["level"]), (&"unknown-key".into(), &"error".into()));
    assert_eq!(location["artifactLocation"]["uri"], "a%20b/bad.md");
    assert_eq!(
        (&location["region"]["startLine"], &location["region"]["startColumn"]),
        (&7.into(), &4.into())
    );
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "unknown-key");
}

#[test]
fn schemas_come_from_the_command_line() {
    let place = Place::new();
    for (name, key) in [("front-matter", "inputs"), ("action", "approve")] {
        let schema: Value = serde_json::from_slice(&place.lastmile(&["schema", name]).stdout).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["properties"][key].is_object());
    }
}
