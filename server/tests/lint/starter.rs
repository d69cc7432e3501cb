use std::fs;

use crate::harness::{Place, places};

#[test]
fn a_new_runbook_lints_clean_with_and_without_the_config() {
    let place = Place::new();
    let output = place.lastmile(&["new", "runbooks/net/link-is-down"]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "runbooks/net/link-is-down.md\n");
    place.write("lastmile.toml", "[targets.local]\nenvironment = 'qa'\n");
    for arguments in [&[][..], &["--config", "lastmile.toml"]] {
        let (code, lint) = place.lint(arguments);
        assert_eq!((code, places(&lint)), (0, Vec::new()));
    }
    let text = fs::read_to_string(place.path().join("runbooks/net/link-is-down.md")).unwrap();
    assert!(text.contains("# Link is down\n"), "{text}");
    assert_eq!(lastmile_runbook::parse(&text).actions.len(), 2);
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let place = Place::new();
    place.write("x.md", "mine");
    for path in ["x.md", "x"] {
        let output = place.lastmile(&["new", path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("can't be written"));
    }
    assert_eq!(fs::read_to_string(place.path().join("x.md")).unwrap(), "mine");
}

#[test]
fn any_name_makes_a_runbook_without_problems() {
    for name in ["a: b", "yes", "\"quoted\"", "#x", "[x]", "---", "日本", "1"] {
        let place = Place::new();
        assert!(place.lastmile(&["new", &format!("./{name}.md")]).status.success(), "{name}");
        assert_eq!(places(&place.lint(&["."]).1), [""; 0], "{name}");
    }
}
