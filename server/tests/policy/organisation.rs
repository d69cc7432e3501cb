//! A small company to decide about, and decisions as one line of text.

use lastmile::policy::{
    Circumstances, Glass, Known, Place, Policies, PolicyFile, Question, Subject, Verdict, shipped,
};
use lastmile_protocol::{Decision, Need, Person, TeamName};

pub(crate) const TEAMS: [&str; 4] = ["bar", "net", "ops", "sre"];
/// Name, environment and team of each target.
pub(crate) const TARGETS: [(&str, &str, Option<&str>); 4] = [
    ("bar-prod", "prod", Some("bar")),
    ("bar-qa", "qa", Some("bar")),
    ("net-prod", "prod", Some("net")),
    ("shared", "prod", None),
];
/// Everybody by name, and their team.
pub(crate) const PEOPLE: [(&str, &str); 9] = [
    ("mia", "bar"),
    ("max", "bar"),
    ("noa", "net"),
    ("nik", "net"),
    ("olu", "ops"),
    ("ora", "ops"),
    ("sam", "sre"),
    ("sue", "sre"),
    ("eve", "guests"),
];

/// What somebody asks for; the owner is the runbook's.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) who: &'static str,
    pub(crate) target: &'static str,
    pub(crate) owner: Option<&'static str>,
    pub(crate) check: bool,
    pub(crate) at: Circumstances,
    pub(crate) document: Vec<(String, u32)>,
    pub(crate) gate: Vec<Need>,
    /// What was asked for when it was decided on before.
    pub(crate) before: Vec<Need>,
    pub(crate) inputs: Vec<(&'static str, String)>,
}

/// Tuesday, ten o'clock, with a healthy budget.
pub(crate) fn ask(who: &'static str, target: &'static str) -> Ask {
    let at =
        Circumstances { hour: 10, weekday: 2, freezes: Vec::new(), error_budget: Some(40), token: false };
    let owner = TARGETS.iter().find(|(name, ..)| *name == target).and_then(|(.., team)| *team);
    Ask {
        who,
        target,
        owner,
        check: false,
        at,
        document: Vec::new(),
        gate: Vec::new(),
        before: Vec::new(),
        inputs: Vec::new(),
    }
}

pub(crate) fn known() -> Known {
    Known {
        teams: TEAMS.iter().map(ToString::to_string).collect(),
        targets: TARGETS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        environments: ["prod".to_owned(), "qa".to_owned()].into(),
    }
}

pub(crate) fn shipped(name: &str) -> Policies {
    let set = shipped::ALL.into_iter().find(|set| set.name == name).expect("the set is shipped");
    Policies::load(&set.files(), &known()).unwrap()
}

/// Policies of one file `test.cedar`.
pub(crate) fn policies(text: &str) -> Policies {
    let file = PolicyFile { name: "test.cedar".into(), text: text.into() };
    Policies::load(&[file], &known()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

impl Ask {
    pub(crate) fn of(&self, policies: &Policies) -> Verdict {
        self.put(|question| policies.decide(question))
    }

    pub(crate) fn glass_of(&self, policies: &Policies) -> Glass {
        self.put(|question| policies.glass(question, &policies.decide(question).decision))
    }

    fn put<T>(&self, question: impl FnOnce(&Question<'_>) -> T) -> T {
        let team = PEOPLE.iter().find(|(name, _)| *name == self.who).unwrap().1;
        let requester = Person { id: self.who.into(), name: self.who.into(), teams: vec![team.into()] };
        let (_, environment, target_team) = TARGETS.iter().find(|(name, ..)| *name == self.target).unwrap();
        let (target_team, owner) = (target_team.map(TeamName::from), self.owner.map(TeamName::from));
        let subject = Subject {
            runbook: "some/runbook",
            owner: owner.as_ref(),
            action: "act",
            check: self.check,
            target: Place {
                name: self.target,
                environment,
                team: target_team.as_ref(),
                may_run: &[],
                gate: &self.gate,
            },
            inputs: self.inputs.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        };
        let others = |team: &TeamName| {
            let members = || PEOPLE.iter().filter(|(_, of)| *of == team.as_str());
            TEAMS.contains(&team.as_str()).then(|| members().filter(|(name, _)| *name != self.who).count())
        };
        let (document, before) = (&self.document, &self.before);
        question(&Question {
            requester: &requester,
            subject: &subject,
            at: &self.at,
            document,
            before,
            others: &others,
        })
    }
}

/// `allow`, `deny: WHY`, `1 bar (WHY), 2 net (WHY)`.
pub(crate) fn line(decision: &Decision) -> String {
    match decision {
        Decision::Allow => "allow".to_owned(),
        Decision::Deny { why } => format!("deny: {why}"),
        Decision::NeedsApproval { needs } => {
            let need = |need: &Need| format!("{} {} ({})", need.count, need.team, need.why);
            needs.iter().map(need).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Whether whatever `strict` lets through, `loose` does too.
pub(crate) fn at_least_as_strict(strict: &Decision, loose: &Decision) -> bool {
    match (strict, loose) {
        (Decision::Deny { .. }, _) | (_, Decision::Allow) => true,
        (Decision::NeedsApproval { needs: strict }, Decision::NeedsApproval { needs: loose }) => {
            loose.iter().all(|need| strict.iter().any(|it| it.team == need.team && it.count >= need.count))
        }
        _ => false,
    }
}
