//! What a request can be judged by, put together from what was found. Pure: it asks no store and no clock.

use lastmile_protocol::{
    Alternative, CheckResult, Evidence, InputChange, InputUse, InputValue, Precedent, RunSummary,
};
use lastmile_runbook::{Kind, Runbook};

use super::RunSpec;
use crate::policy::Circumstances;

/// What was found about a request.
pub(super) struct Found<'a> {
    /// What would run.
    pub(super) spec: &'a RunSpec,
    /// The action's newest success, and its run spec if that can be read.
    pub(super) last_success: Option<(RunSummary, Option<RunSpec>)>,
    /// Runs of the action that started, newest first.
    pub(super) recent: Vec<RunSummary>,
    /// What is under way on the target.
    pub(super) there: Vec<RunSummary>,
    /// What had to be done first.
    pub(super) after: Vec<CheckResult>,
    /// How things stand, or why it would not be allowed any more.
    pub(super) stands: Result<Circumstances, String>,
    /// The runbook as it is now, if there still is one.
    pub(super) runbook: Option<&'a Runbook>,
}

pub(super) fn assemble(found: Found<'_>) -> Evidence {
    let Found { spec, last_success, recent, there, after, stands, runbook } = found;
    let last_use = recent.first().cloned();
    let before = last_use.as_ref().map_or(&[][..], |run| &run.inputs);
    let inputs = spec.inputs.iter().map(|now| input_use(now, before)).collect();
    let (at, refused) = match stands {
        Ok(at) => (at, None),
        Err(why) => (Circumstances::default(), Some(why)),
    };
    Evidence {
        last_success: last_success.map(|(run, then)| precedent(run, then, spec)),
        inputs,
        last_use,
        there,
        recent,
        after,
        freezes: at.freezes,
        error_budget: at.error_budget,
        refused,
        alternatives: runbook.map(|runbook| alternatives(runbook, &spec.action)).unwrap_or_default(),
    }
}

fn precedent(run: RunSummary, then: Option<RunSpec>, now: &RunSpec) -> Precedent {
    let differs = then.as_ref().map(|then| differences(then, now)).unwrap_or_default();
    Precedent { run, script: then.map(|then| then.script), differs }
}

/// What decides what a run does, besides script and inputs, and was different.
fn differences(then: &RunSpec, now: &RunSpec) -> Vec<String> {
    let (was, is) = (&then.target, &now.target);
    let parts = [
        ("the interpreter", then.interpreter != now.interpreter),
        ("the target", was.view.name != is.view.name),
        ("the target's command", was.view.command != is.view.command),
        ("the user that it runs as", was.view.user != is.view.user),
        ("the target's variables", was.env != is.env),
        ("the working folder", was.workdir != is.workdir),
        ("the time limit", then.limits.timeout_s != now.limits.timeout_s),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what.to_owned()).collect()
}

/// An input beside its last use. Secrets are told apart by their versions only, and a typed one not at all.
fn input_use(now: &InputValue, before: &[InputValue]) -> InputUse {
    let before = before.iter().find(|it| it.name == now.name).cloned();
    let change = match &before {
        None => InputChange::New,
        Some(was) if was.secret || now.secret => match (&was.version, &now.version) {
            (Some(was), Some(now)) if was == now => InputChange::Same,
            (Some(_), Some(_)) => InputChange::Changed,
            _ => InputChange::Withheld,
        },
        Some(was) if was.value == now.value => InputChange::Same,
        Some(_) => InputChange::Changed,
    };
    // What is a secret now may have been an open value then: it is not told.
    let before = before.map(|was| {
        let hidden = now.secret && !was.secret;
        if hidden { InputValue { value: String::new(), typed: None, secret: true, ..was } } else { was }
    });
    InputUse { now: now.clone(), before, change }
}

fn alternatives(runbook: &Runbook, this: &str) -> Vec<Alternative> {
    let others = runbook.actions.iter().filter(|action| action.name != this && !action.disabled);
    let alternative = |action: &lastmile_runbook::Action| Alternative {
        name: action.name.clone(),
        label: action.label.clone(),
        check: action.kind == Kind::Check,
        danger: action.danger.clone(),
    };
    others.map(alternative).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(name: &str, value: &str) -> InputValue {
        InputValue { name: name.into(), value: value.into(), secret: false, typed: None, version: None }
    }

    fn secret(version: Option<&str>) -> InputValue {
        let version = version.map(str::to_owned);
        InputValue { secret: true, version, ..input("token", "") }
    }

    #[test]
    fn each_input_says_how_it_stands_to_its_last_use() {
        use InputChange::{Changed, New, Same, Withheld};
        for (now, before, change) in [
            (input("pool", "blue"), vec![input("pool", "blue")], Same),
            (input("pool", "blue"), vec![input("pool", "green")], Changed),
            (input("pool", ""), vec![input("pool", "green")], Changed),
            (input("pool", "blue"), vec![input("host", "blue")], New),
            (secret(Some("v1")), vec![secret(Some("v1"))], Same),
            (secret(Some("v2")), vec![secret(Some("v1"))], Changed),
            (secret(None), vec![secret(None)], Withheld),
            (secret(None), vec![input("token", "hunter2")], Withheld),
        ] {
            assert_eq!(input_use(&now, &before).change, change, "{now:?} after {before:?}");
        }
    }

    #[test]
    fn a_runbook_s_other_actions_are_offered_in_its_order_and_disabled_ones_are_not() {
        let runbook = lastmile_runbook::parse(
            "```sh\n#| action: Look\n#| kind: check\ntrue\n```\n```sh\n#| action: Restart\n#| danger: Drops sessions\ntrue\n```\n```sh\n#| action: Broken\n#| aprove: net\ntrue\n```\n```sh\n#| action: Drain\ntrue\n```\n",
        );
        let labels = |this| {
            let all = alternatives(&runbook, this).into_iter();
            all.map(|it| (it.label, it.check, it.danger.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(labels("restart"), [("Look".into(), true, false), ("Drain".into(), false, false)]);
        assert_eq!(labels("drain"), [("Look".into(), true, false), ("Restart".into(), false, true)]);
    }

    proptest! {
        #[test]
        fn what_is_a_secret_now_is_never_told_whatever_it_was_then(
            value in "[a-z]{8,20}", then_secret: bool, version in proptest::option::of("[a-f0-9]{4}"),
        ) {
            let then = InputValue { secret: then_secret, value: if then_secret { String::new() } else { value.clone() },
                typed: (!then_secret).then(|| value.clone()), ..input("token", "") };
            let told = serde_json::to_string(&input_use(&secret(version.as_deref()), &[then])).unwrap();
            prop_assert!(!told.contains(&value), "{told}");
        }
    }
}
