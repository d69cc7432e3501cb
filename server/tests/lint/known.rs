use crate::harness::{Place, places};

const RUNBOOK: &str = "---
owner: noc
inputs:
  environment: {type: choice, options: [qa, prod]}
---

- [ ] Tell them <!-- step: {team: nocc} -->

```sh
#| action: Restart
#| target: bar-$environment
#| approve: middelware if environment=prod
echo
```

```lua
--| action: Look
print(1)
```
";

const CONFIG: &str = "runbooks = 'runbooks'
[teams.noc]
owns = ['net/']
[teams.middleware]
[targets.local]
environment = 'qa'
[targets.bar-qa]
environment = 'qa'
";

#[test]
fn with_the_servers_config_its_teams_targets_and_languages_are_known() {
    let place = Place::new();
    place.write("runbooks/x.md", RUNBOOK);
    place.write("lastmile.toml", CONFIG);
    assert_eq!(place.lint(&[]), (0, place.lint(&[]).1));
    let (code, lint) = place.lint(&["--config", "lastmile.toml"]);
    assert_eq!(code, 1);
    let expected = ["7 unknown-team", "11 unknown-target", "12 unknown-team", "16 no-interpreter"];
    assert_eq!(places(&lint), expected.map(|it| format!("runbooks/x.md:{it}")));
    let target = &lint["problems"][1];
    assert!(target["message"].as_str().unwrap().contains("`bar-prod`"), "{target}");
    assert_eq!(lint["problems"][2]["mend"], "Did you mean `middleware`? Else add it to the config.");
    assert_eq!((&target["column"], &target["action"]), (&12.into(), &"restart".into()));
}

#[test]
fn an_owner_stands_in_front_matter_config_owners_or_codeowners() {
    let place = Place::new();
    let slack = "---\nowner_slack: '#ops'\n---\n\n# X\n";
    for (path, text) in [
        ("runbooks/net/a.md", "# A\n"),
        ("runbooks/b.md", slack),
        ("runbooks/c/d/e.md", "# E\n"),
        ("runbooks/f/g.md", "# G\n"),
        ("runbooks/h.md", "# H\n"),
    ] {
        place.write(path, text);
    }
    place.write("runbooks/c/OWNERS", "approvers: [ann]\n");
    place.write(".git/HEAD", "");
    place.write(".github/CODEOWNERS", "/runbooks/f/ @team\n");
    place.write("lastmile.toml", CONFIG);
    assert_eq!(places(&place.lint(&["--config", "lastmile.toml"]).1), ["runbooks/h.md:1 no-owner"]);
    assert_eq!(places(&place.lint(&[]).1), ["runbooks/h.md:1 no-owner", "runbooks/net/a.md:1 no-owner"]);
}

#[test]
fn links_and_anchors_are_followed_through_the_folder() {
    let place = Place::new();
    place.write("runbooks/img/a.png", "");
    place.write("runbooks/deep/other.md", "---\nowner: x\n---\n\n## Restart it\n\n<a id=\"own\"></a>\n");
    let text = "---\nowner: x\n---\n\n[a](deep/other.md#restart-it) [b](deep/other.md#Restart-It) [c](deep) [d](/deep/other.md) ![e](img/a.png)\n\
                [f](../outside.md) [g](https://x.example/#z) [h](#top) [i](deep/other.md#own) [j](deep/other)\n\n\
                [k](deep/othr.md)\n[l](deep/other.md#restrat-it)\n![m](img/A.png)\n[n](#nowhere)\n[o](slack:x)\n<img src=\"img/b.png\">\n";
    place.write("runbooks/x.md", text);
    let (_, lint) = place.lint(&[]);
    let expected = [
        "8 broken-link",
        "9 broken-anchor",
        "10 broken-link",
        "11 broken-anchor",
        "12 broken-link",
        "13 broken-link",
    ];
    assert_eq!(places(&lint), expected.map(|it| format!("runbooks/x.md:{it}")));
    let mends: Vec<_> =
        lint["problems"].as_array().unwrap().iter().take(3).map(|it| it["mend"].as_str().unwrap()).collect();
    assert_eq!(
        mends,
        ["Did you mean `deep/other.md`?", "Did you mean `#restart-it`?", "Did you mean `img/a.png`?"]
    );
}

#[test]
fn the_shipped_runbooks_have_no_errors() {
    let place = Place::new();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../runbooks");
    let (code, lint) = place.lint(&["--runbooks", shipped]);
    assert_eq!((code, &lint["errors"]), (0, &0.into()));
    // Without the demo's config nobody owns some of them; the tour shows `eval` on purpose.
    let expected = ["no-owner", "missing-section", "format-tour.md:142 eval"];
    let others: Vec<_> =
        places(&lint).into_iter().filter(|it| !expected.iter().any(|end| it.ends_with(end))).collect();
    assert_eq!(others, [""; 0]);
}
