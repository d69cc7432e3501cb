//! A decision with 1,000 policies and 10,000 people: `cargo xtask bench policy`.
//!
//! The whole of what the server does for one: config and policies from files as they would be, everything through
//! `PolicyFiles::decide`. Every decision is checked against what the policies were made to say.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lastmile::config::{Config, Overrides};
use lastmile::people::Directory;
use lastmile::policy_files::{Asker, PolicyFiles, subject};
use lastmile_protocol::{Decision, Millis, PersonId};

use crate::figures::{Delays, Random};

const PEOPLE: usize = 10_000;
const TEAMS: usize = 200;
const TARGETS: usize = 400;
/// For each team two permits and three gates.
const POLICIES: usize = TEAMS * 5;
const DECISIONS: usize = 20_000;
/// What the design asks for.
const WANTED: Duration = Duration::from_millis(1);

/// How the policies say where they hold.
#[derive(Clone, Copy)]
enum Heads {
    /// In their heads where that is possible, as people write them.
    Scoped,
    /// In conditions only: each of them is evaluated for every request.
    Open,
}

pub(crate) fn bench() {
    println!("{POLICIES} policies, {PEOPLE} people in {TEAMS} teams, {TARGETS} targets");
    let mut random = Random::seeded();
    for (heads, words) in [(Heads::Scoped, "with scopes"), (Heads::Open, "without any scope")] {
        let delays = delays(heads, &mut random);
        let verdict = if delays.p99() <= WANTED { "as wanted" } else { "TOO SLOW" };
        println!("a decision, policies {words}: {delays}; p99 of at most 1 ms is wanted: {verdict}");
    }
}

fn delays(heads: Heads, random: &mut Random) -> Delays {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), heads);
    let config = Config::load(Some(&folder.path().join("lastmile.toml")), Overrides::default()).unwrap();
    let config = Arc::new(config);
    let started = Instant::now();
    let policies = PolicyFiles::open(Arc::clone(&config), Directory::of(&config)).unwrap();
    println!("read and validated in {:.0} ms", started.elapsed().as_secs_f64() * 1000.0);
    let mut decide = || one(&config, &policies, random);
    for _ in 0..DECISIONS / 20 {
        decide();
    }
    Delays::new((0..DECISIONS).map(|_| decide()).collect())
}

/// One person of any team, one target: their own in half of the cases.
fn one(config: &Config, policies: &PolicyFiles, random: &mut Random) -> Duration {
    let who = random.below(PEOPLE as u64) as usize;
    let own = random.below(2) == 0;
    let team = if own { who % TEAMS } else { random.below(TEAMS as u64) as usize };
    let person = &config.people[&PersonId(format!("person-{who}"))];
    let target = &config.targets[&format!("target-{team}-prod")];
    let pool = if random.below(2) == 0 { "blue" } else { "green" };
    // A Tuesday, at ten.
    let now = Millis(1_795_514_400_000);
    let started = Instant::now();
    let what = (format!("team-{team}/restart"), "restart");
    let subject =
        subject(config, (&what.0, what.1, false), target, vec![("pool", pool), ("reason", "bench")]);
    let decided = policies.decide(Asker { person, token: false }, &subject, (&[], &[]), now);
    let took = started.elapsed();
    let expected = match (who % TEAMS == team, pool) {
        (false, _) => 0,
        (true, "green") => 1,
        (true, _) => 2,
    };
    let asked = match &decided.verdict.decision {
        Decision::Deny { .. } => 0,
        Decision::Allow => panic!("business hours are gated"),
        Decision::NeedsApproval { needs } => needs.iter().map(|need| need.count).sum(),
    };
    assert_eq!(asked, expected, "{who} on {team}: {:?}", decided.verdict);
    took
}

fn write(folder: &Path, heads: Heads) {
    let mut config = String::from("policies = \"policies\"\n");
    for person in 0..PEOPLE {
        let team = person % TEAMS;
        writeln!(config, "[people.person-{person}]\nteams = [\"team-{team}\"]").unwrap();
    }
    for team in 0..TEAMS {
        writeln!(config, "[teams.team-{team}]\nowns = [\"team-{team}/\"]").unwrap();
        for environment in ["prod", "qa"] {
            writeln!(
                config,
                "[targets.target-{team}-{environment}]\nenvironment = \"{environment}\"\nteam = \"team-{team}\""
            )
            .unwrap();
        }
    }
    std::fs::write(folder.join("lastmile.toml"), config).unwrap();
    std::fs::create_dir(folder.join("policies")).unwrap();
    for team in 0..TEAMS {
        std::fs::write(folder.join(format!("policies/team-{team}.cedar")), of_team(team, heads)).unwrap();
    }
}

fn of_team(team: usize, heads: Heads) -> String {
    // A scope in the head, or the same as a condition.
    let within = |scope: String| match heads {
        Heads::Scoped => (scope, "true".to_owned()),
        Heads::Open => ("resource".to_owned(), scope),
    };
    let (own, own_if) = within(format!("resource in Target::\"target-{team}-prod\""));
    let (qa, qa_if) = within(format!("resource in Target::\"target-{team}-qa\""));
    let (prod, prod_if) = within("resource in Environment::\"prod\"".to_owned());
    format!(
        r#"
@id("own") permit (principal, action == Action::"run", {own})
when {{ {own_if} && principal in Team::"team-{team}" }};
@id("qa") permit (principal, action == Action::"run", {qa})
when {{ {qa_if} && principal in Team::"team-{team}" }};
@id("office") @approve("team-{team}") @why("business hours")
permit (principal, action == Action::"requireApproval", {own})
when {{ {own_if} && context.weekday <= 5 && context.hour >= 9 && context.hour < 17 }};
@id("blue") @approve("2 team-{team}") @why("the blue pool")
permit (principal, action == Action::"requireApproval", {prod})
when {{ {prod_if} && resource.target has team && resource.target.team == Team::"team-{team}"
  && resource.hasTag("pool") && resource.getTag("pool") == "blue" }};
@id("freeze") @approve("team-{team}") @why("change freeze: {{freezes}}")
permit (principal, action == Action::"requireApproval", {qa})
when {{ {qa_if} && !context.freezes.isEmpty() }};
"#
    )
}
