//! Every shipped set as a table: who asks, where, when, and what they are told.

use lastmile::policy::Glass;

use crate::organisation::{Ask, PEOPLE, TARGETS, ask, at_least_as_strict, line, shipped};

fn frozen(who: &'static str, target: &'static str) -> Ask {
    let mut ask = ask(who, target);
    ask.at.freezes = vec!["year end".to_owned()];
    ask
}

fn budget(who: &'static str, target: &'static str, left: Option<i64>) -> Ask {
    let mut ask = ask(who, target);
    ask.at.error_budget = left;
    ask
}

fn of(owner: Option<&'static str>, ask: Ask) -> Ask {
    Ask { owner, ..ask }
}

/// Each row holds as it stands, for a change and for what its author calls a check.
fn holds(set: &str, table: &[(Ask, &str)]) {
    let policies = shipped(set);
    for (ask, expected) in table {
        for check in [false, true] {
            let said = line(&Ask { check, ..ask.clone() }.of(&policies).decision);
            assert_eq!(said, *expected, "{set}: {ask:?}");
        }
    }
}

#[test]
fn default_whoever_is_signed_in_may_run() {
    holds(
        "default",
        &[
            (ask("mia", "bar-prod"), "allow"),
            (ask("eve", "net-prod"), "allow"),
            (ask("eve", "shared"), "allow"),
            (of(None, ask("eve", "bar-prod")), "allow"),
            (budget("eve", "bar-prod", None), "allow"),
            (frozen("eve", "bar-prod"), "1 bar (change freeze: year end)"),
            (frozen("mia", "bar-prod"), "1 bar (change freeze: year end)"),
            (
                frozen("mia", "shared"),
                "deny: Somebody must agree (change freeze: year end), but the target shared has no team in the server's config, so nobody can.",
            ),
        ],
    );
}

#[test]
fn you_build_it_you_run_it_a_team_runs_on_its_own_targets() {
    holds(
        "you-build-it-you-run-it",
        &[
            (ask("mia", "bar-prod"), "allow"),
            (ask("mia", "bar-qa"), "allow"),
            (of(Some("net"), ask("mia", "bar-prod")), "allow"),
            (ask("mia", "net-prod"), "1 net (net-prod belongs to net)"),
            (of(Some("bar"), ask("mia", "net-prod")), "1 net (net-prod belongs to net)"),
            (ask("sam", "bar-qa"), "1 bar (bar-qa belongs to bar)"),
            (ask("eve", "bar-prod"), "1 bar (bar-prod belongs to bar)"),
            (
                ask("mia", "shared"),
                "deny: No policy lets you run this on shared. Ask whoever runs this server.",
            ),
            (frozen("mia", "bar-prod"), "1 bar (change freeze: year end)"),
            (frozen("noa", "bar-prod"), "1 bar (change freeze: year end)"),
        ],
    );
}

#[test]
fn ops_run_what_developers_wrote() {
    let not_theirs = "1 bar (some/runbook is not bar's own runbook, and they answer for bar-prod)";
    holds(
        "ops-run-what-developers-wrote",
        &[
            (ask("olu", "bar-prod"), "allow"),
            (ask("olu", "bar-qa"), "allow"),
            (of(Some("ops"), ask("olu", "bar-prod")), not_theirs),
            (of(None, ask("olu", "bar-prod")), not_theirs),
            (of(Some("ops"), ask("olu", "shared")), "allow"),
            (ask("mia", "bar-qa"), "allow"),
            (of(None, ask("mia", "bar-qa")), "allow"),
            (ask("mia", "bar-prod"), "deny: In prod, ops run what developers wrote. Ask one of ops."),
            (ask("noa", "bar-qa"), "deny: No policy lets you run this on bar-qa. Ask one of bar."),
            (ask("eve", "bar-prod"), "deny: In prod, ops run what developers wrote. Ask one of ops."),
            (frozen("olu", "bar-prod"), "1 bar (change freeze: year end)"),
            (frozen("olu", "shared"), "1 ops (change freeze: year end)"),
        ],
    );
}

#[test]
fn product_teams_with_sre_ask_once_the_budget_is_spent() {
    holds(
        "product-teams-with-sre",
        &[
            (ask("mia", "bar-prod"), "allow"),
            (budget("mia", "bar-prod", Some(1)), "allow"),
            (budget("mia", "bar-prod", Some(0)), "1 sre (the error budget of bar-prod is spent (0 % left))"),
            (
                budget("mia", "bar-prod", Some(-7)),
                "1 sre (the error budget of bar-prod is spent (-7 % left))",
            ),
            (budget("mia", "bar-prod", None), "1 sre (nobody knows the error budget of bar-prod)"),
            (budget("mia", "bar-qa", Some(0)), "allow"),
            (budget("mia", "bar-qa", None), "allow"),
            (budget("sam", "bar-prod", Some(0)), "allow"),
            (ask("sam", "shared"), "allow"),
            (ask("noa", "bar-prod"), "deny: No policy lets you run this on bar-prod. Ask one of bar."),
            (ask("eve", "bar-prod"), "deny: No policy lets you run this on bar-prod. Ask one of bar."),
            (
                ask("mia", "shared"),
                "deny: No policy lets you run this on shared. Ask whoever runs this server.",
            ),
            (frozen("mia", "bar-qa"), "1 sre (change freeze: year end)"),
            (frozen("sam", "bar-prod"), "1 sre (change freeze: year end)"),
        ],
    );
}

#[test]
fn copying_a_runbook_into_one_s_own_folder_gains_nothing_in_any_set() {
    for set in lastmile::policy::shipped::ALL {
        let policies = shipped(set.name);
        for (who, team) in PEOPLE {
            for (target, ..) in TARGETS {
                for owner in [None, Some("bar"), Some("net"), Some("ops"), Some("sre")] {
                    for left in [None, Some(0), Some(50)] {
                        let original = of(owner, budget(who, target, left));
                        let copy = of(Some(team), original.clone());
                        let (original, copy) = (original.of(&policies).decision, copy.of(&policies).decision);
                        assert!(
                            at_least_as_strict(&copy, &original),
                            "{}: {who} on {target}, owner {owner:?}: {} became {}",
                            set.name,
                            line(&original),
                            line(&copy)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_config_s_own_gate_holds_in_every_set() {
    let gate =
        vec![lastmile_protocol::Need { team: "net".into(), count: 2, why: "the target asks for it".into() }];
    for set in lastmile::policy::shipped::ALL {
        let policies = shipped(set.name);
        for (who, _) in PEOPLE {
            let gated = Ask { gate: gate.clone(), ..ask(who, "bar-prod") };
            let said = line(&gated.of(&policies).decision);
            assert!(said.starts_with("deny") || said.contains("2 net (the target asks for it)"), "{said}");
        }
    }
}

#[test]
fn who_may_break_the_glass_in_each_set_and_who_reviews_it() {
    let spent = |who, target| budget(who, target, Some(0));
    for (set, ask, expected) in [
        ("default", frozen("mia", "bar-prod"), None),
        ("you-build-it-you-run-it", ask("noa", "bar-prod"), None),
        ("ops-run-what-developers-wrote", of(None, ask("olu", "bar-prod")), Some("bar")),
        ("ops-run-what-developers-wrote", frozen("mia", "bar-qa"), None),
        ("product-teams-with-sre", spent("mia", "bar-prod"), Some("sre")),
        ("product-teams-with-sre", frozen("sam", "bar-prod"), None),
        ("product-teams-with-sre", spent("noa", "bar-prod"), None),
    ] {
        let reviewers = match ask.glass_of(&shipped(set)) {
            Glass::Breaks { reviewers, .. } => reviewers.first().map(ToString::to_string),
            Glass::Stays { .. } => None,
        };
        assert_eq!(reviewers.as_deref(), expected, "{set}: {ask:?}");
    }
}
