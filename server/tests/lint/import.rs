use std::fs;
use std::process::Command;

use lastmile_runbook::{Severity, import::propose, lint, parse};

use crate::harness::{Place, corpora, markdown};

const RUNBOOK: &str = "# Pod hangs

1. Look:

   ```console
   $ oc logs <pod-name> -n $NAMESPACE
   some output
   ```

2. Delete it:

   ```bash
   oc delete pod \"<pod-name>\" \\
     -n $NAMESPACE
   ```

```sh
ssh <host> reboot
```

```yaml
kind: Pod
```
";

const PROPOSED: &str = "---
inputs:
  NAMESPACE:
    type: string
    pattern: '[^-].*'
    description: '$NAMESPACE'
  pod_name:
    type: string
    pattern: '[^-].*'
    description: '<pod-name>'
---

# Pod hangs

1. Look:

   ```sh
   #| action: oc logs
   #| kind: check
   #| inputs: [NAMESPACE, pod_name]
   oc logs \"${pod_name}\" -n \"${NAMESPACE}\"
   ```

2. Delete it:

   ```bash
   #| action: oc delete pod
   #| inputs: [NAMESPACE, pod_name]
   oc delete pod \"${pod_name}\" \\
     -n \"${NAMESPACE}\"
   ```

```sh
ssh <host> reboot
```

```yaml
kind: Pod
```
";

#[test]
fn placeholders_become_inputs_and_nothing_is_changed_before_somebody_applies_the_diff() {
    let place = Place::new();
    place.write("a/x.md", RUNBOOK);
    let output = place.lastmile(&["import", "a/x.md"]);
    assert!(output.status.success());
    assert_eq!(fs::read_to_string(place.path().join("a/x.md")).unwrap(), RUNBOOK);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(notes.contains("a/x.md:17: left out: a value in it would be read as code"), "{notes}");
    place.write("x.diff", output.stdout);
    let applied = Command::new("git").current_dir(place.path()).args(["apply", "x.diff"]).output().unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(fs::read_to_string(place.path().join("a/x.md")).unwrap(), PROPOSED);
}

#[test]
fn front_matter_that_is_there_is_added_to() {
    for (top, expected) in [
        (
            "---\ntitle: X\n---\n",
            "---\ntitle: X\ninputs:\n  pod:\n    type: string\n    pattern: '[^-].*'\n    description: '<pod>'\n---\n",
        ),
        (
            "---\ninputs:\n   a: {}\nowner: x\n---\n",
            "---\ninputs:\n   pod:\n      type: string\n      pattern: '[^-].*'\n      description: '<pod>'\n   a: {}\nowner: x\n---\n",
        ),
    ] {
        let source = format!("{top}\n```sh\noc logs <pod>\n```\n");
        let text = propose(&source).apply(&source);
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(parse(&text).problems, []);
    }
    for top in ["---\ninputs: {a: {}}\n---\n", "+++\na = 1\n+++\n", "---\n{a: 1}\n---\n"] {
        let source = format!("{top}\n```sh\noc logs <pod>\n```\n");
        assert_eq!(propose(&source).apply(&source), source);
    }
}

#[test]
fn every_proposal_for_a_real_runbook_parses_and_lints_without_errors_and_can_be_applied() {
    let (mut proposed, mut left_out, mut inputs) = (0, 0, 0);
    let place = Place::new();
    for path in markdown(&corpora()) {
        let source = fs::read_to_string(&path).unwrap();
        let proposal = propose(&source);
        let text = proposal.apply(&source);
        let runbook = parse(&text);
        let reports = lint::lint(&text, &runbook, &lint::Known::default());
        let errors: Vec<_> = reports.iter().filter(|it| it.problem.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}\n{text}", path.display());
        let careless: Vec<_> = reports
            .iter()
            .filter(|it| ["unquoted-input", "unused-input"].contains(&it.problem.code.as_str()))
            .collect();
        assert!(careless.is_empty(), "{}: {careless:#?}\n{text}", path.display());
        proposed += proposal.actions;
        left_out += proposal.left_out.len();
        inputs += runbook.meta.inputs.len();
        assert_eq!(runbook.actions.len(), proposal.actions + parse(&source).actions.len());
        if proposal.actions > 0 {
            place.write("x.md", &source);
            place.write("x.diff", proposal.diff(&source, "x.md"));
            let applied =
                Command::new("git").current_dir(place.path()).args(["apply", "x.diff"]).output().unwrap();
            assert!(
                applied.status.success(),
                "{}: {}",
                path.display(),
                String::from_utf8_lossy(&applied.stderr)
            );
            assert_eq!(fs::read_to_string(place.path().join("x.md")).unwrap(), text);
        }
    }
    println!("{proposed} actions with {inputs} inputs proposed, {left_out} shell fences left out");
}
