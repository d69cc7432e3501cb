//! What is refused at load, and what denies at the decision because it can't be judged.

use lastmile::policy::{Policies, PolicyFile, Says};
use lastmile_protocol::Decision;

use crate::organisation::{ask, known, line, policies};

pub(crate) fn refused(text: &str) -> String {
    let file = PolicyFile { name: "test.cedar".into(), text: text.into() };
    let faults = Policies::load(&[file], &known()).expect_err(text);
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn whatever_could_take_a_gate_away_by_mistake_is_refused_and_located() {
    let run = r#"permit (principal, action == Action::"run", resource)"#;
    let gate = r#"permit (principal, action == Action::"requireApproval", resource)"#;
    for (text, says) in [
        (format!("{run};\npermit (principal"), "test.cedar:2: "),
        (format!("{gate};"), "not who"),
        (format!("@approve(\"0 net\")\n{gate};"), "can't be read"),
        (format!("@approve(\"nett\")\n{gate};"), "the team `nett`"),
        (format!("@approve(\"net\")\n{run};"), "belongs to policies of"),
        (format!("@approve(\"net\") @why(\"{{taem}}\")\n{gate};"), "unknown place"),
        (r#"forbid (principal, action == Action::"requireApproval", resource);"#.into(), "forbidden away"),
        ("permit (principal, action, resource);".into(), "which question"),
        (
            r#"permit (principal, action in [Action::"run", Action::"requireApproval"], resource);"#.into(),
            "which question",
        ),
        (r#"permit (principal == ?principal, action == Action::"run", resource);"#.into(), "template"),
        (format!("{run} when {{ principal in Team::\"nett\" }};"), "no team `nett`"),
        (format!("{run} when {{ resource in Target::\"bar\" }};"), "no target `bar`"),
        (
            format!("@approve(\"net\") {gate} when {{ resource in Environment::\"prd\" }};"),
            "no environment `prd`",
        ),
        (format!("{run} when {{ resource.getTag(\"pool\") == \"blue\" }};"), "test.cedar:1: "),
        (format!("{run} when {{ context.errorBudget > 0 }};"), "errorBudget"),
        (format!("{run} when {{ context.hour == \"ten\" }};"), "test.cedar:1: "),
        (format!("@approve(\"net\") {gate} when {{ context.hour > 1 && false }};"), "test/1"),
        (format!("@id(\"a\") {run};\n@id(\"a\") {run};"), "the id `test/a`"),
    ] {
        let said = refused(&text);
        assert!(said.contains(says), "{text}\n{said}");
    }
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let file = |name: &str, text: &str| PolicyFile { name: name.into(), text: text.into() };
    let files = [file("a.cedar", "permit ("), file("b.cedar", "permit (principal, action, resource);")];
    let faults = Policies::load(&files, &known()).unwrap_err();
    assert!(faults.iter().any(|it| it.file == "a.cedar") && faults.iter().any(|it| it.file == "b.cedar"));
}

#[test]
fn a_forbid_that_fails_to_evaluate_denies_though_cedar_would_allow() {
    let policies = policies(
        r#"
        @id("everybody") permit (principal, action == Action::"run", resource);
        @id("overflow") forbid (principal, action == Action::"run", resource)
        when { context.hour + 9223372036854775807 > 0 };
        "#,
    );
    let verdict = ask("mia", "bar-prod").of(&policies);
    assert!(line(&verdict.decision).starts_with("deny: The policy can't be evaluated"), "{verdict:?}");
    let failure = verdict.failure().unwrap();
    assert_eq!(failure.rule, "test/overflow");
    assert!(matches!(&failure.says, Says::Fails(cause) if cause.contains("overflow")));
    let mut midnight = ask("mia", "bar-prod");
    midnight.at.hour = 0;
    let at_midnight = line(&midnight.of(&policies).decision);
    assert_eq!(at_midnight, "deny: The policy `test/overflow` forbids it.");
}

#[test]
fn a_gate_that_fails_to_evaluate_denies_too() {
    let policies = policies(
        r#"
        permit (principal, action == Action::"run", resource);
        @id("gate") @approve("net") permit (principal, action == Action::"requireApproval", resource)
        when { context.hour * 9223372036854775807 < 0 };
        "#,
    );
    let verdict = ask("mia", "bar-prod").of(&policies);
    assert!(matches!(verdict.decision, Decision::Deny { .. }));
    assert_eq!(verdict.failure().unwrap().rule, "test/gate");
}

#[test]
fn without_any_policy_everything_is_refused_with_a_reason() {
    let nothing = Policies::load(&[], &known()).unwrap();
    let said = line(&ask("noa", "bar-prod").of(&nothing).decision);
    assert_eq!(said, "deny: No policy lets you run this on bar-prod. Ask one of bar.");
    let said = line(&ask("mia", "bar-prod").of(&nothing).decision);
    assert_eq!(said, "deny: No policy lets you run this on bar-prod. Ask whoever runs this server.");
}

#[test]
fn inputs_hours_paths_and_several_gates_decide_together() {
    let policies = policies(
        r#"
        @id("everybody") permit (principal, action == Action::"run", resource);
        @id("office") @approve("2 bar, sre") @why("business hours in {environment}")
        permit (principal, action == Action::"requireApproval", resource in Environment::"prod")
        when { context.weekday <= 5 && context.hour >= 9 && context.hour < 17 };
        @id("blue") @approve("bar") @why("the blue pool")
        permit (principal, action == Action::"requireApproval", resource)
        when { resource.hasTag("pool") && resource.getTag("pool") == "blue" };
        @id("path") @why("{runbook} is closed")
        forbid (principal, action == Action::"run", resource)
        when { resource.runbook.slug like "some/*" && resource.hasTag("pool") && resource.getTag("pool") == "red" };
        "#,
    );
    let with = |hour: i64, pool: &str| {
        let mut ask = ask("noa", "bar-prod");
        ask.at.hour = hour;
        ask.inputs = vec![("pool", pool.to_owned())];
        let verdict = ask.of(&policies);
        let by: Vec<_> = verdict.grounds.iter().map(|ground| ground.rule.clone()).collect();
        (line(&verdict.decision), by.join(" "))
    };
    let office = "2 bar (business hours in prod), 1 sre (business hours in prod)";
    assert_eq!(with(10, "green"), (office.into(), "test/everybody test/office".into()));
    assert_eq!(with(10, "blue"), (office.into(), "test/everybody test/blue test/office".into()));
    assert_eq!(with(20, "blue"), ("1 bar (the blue pool)".into(), "test/everybody test/blue".into()));
    assert_eq!(with(20, "red"), ("deny: some/runbook is closed".into(), "test/path".into()));
    assert_eq!(with(20, "green").0, "allow");
}

#[test]
fn the_digest_names_the_very_texts() {
    let of = |name: &str, text: &str| {
        let file = PolicyFile { name: name.into(), text: text.into() };
        Policies::load(&[file], &known()).unwrap().digest().clone()
    };
    let text = "permit (principal, action == Action::\"run\", resource);";
    assert_eq!(of("a.cedar", text), of("a.cedar", text));
    assert_ne!(of("a.cedar", text), of("b.cedar", text));
    assert_ne!(of("a.cedar", text), of("a.cedar", &format!("{text}\n")));
}
