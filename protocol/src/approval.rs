//! Who must agree, and what they said.

use serde::{Deserialize, Serialize};

use crate::{Digest, Millis, Person, PersonId, RunSummary, TeamName};

/// So many people of a team must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The team.
    pub team: TeamName,
    /// How many of its people.
    pub count: u32,
    /// Why, in a few words: who asks for it, the runbook or the target.
    pub why: String,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It may run.
    Yes,
    /// It may not.
    No,
    /// An answer of a newer server.
    #[serde(other)]
    Unknown,
}

/// What an answer rests on, in the words of whoever gives it. It decides nothing: a yes is a yes. It tells which gates
/// make somebody look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// They looked at what will run.
    Checked,
    /// They only have to know of it.
    OnlyToKnow,
    /// They are asked because somebody's name has to stand there.
    NameWanted,
    /// They can't tell whether it is right.
    CannotJudge,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

impl Judgement {
    /// All that can be said, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Checked, Self::OnlyToKnow, Self::NameWanted, Self::CannotJudge];

    /// Its word on the wire and in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::OnlyToKnow => "only_to_know",
            Self::NameWanted => "name_wanted",
            Self::CannotJudge => "cannot_judge",
            Self::Unknown => "unknown",
        }
    }

    /// The judgement of that word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.as_str() == word).unwrap_or(Self::Unknown)
    }

    /// As people say it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Checked => "I checked it",
            Self::OnlyToKnow => "I only need to know",
            Self::NameWanted => "The process wants a name",
            Self::CannotJudge => "I can't judge this from here",
            Self::Unknown => "Something of a newer server",
        }
    }
}

/// One person's recorded answer to one run spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: Person,
    /// For which team they count.
    pub team: TeamName,
    /// What they said.
    pub answer: Answer,
    /// What it rests on; `None` of an answer from before this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// In their words.
    #[serde(default)]
    pub comment: Option<String>,
    /// When.
    pub at: Millis,
    /// The digest that they agreed to.
    pub digest: Digest,
    /// What they had looked at before; `None`: nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<crate::Look>,
    /// The retries that they allow with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<crate::RetryGrant>,
}

/// Whom somebody asks to answer instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferredTo {
    /// A person.
    Person(Person),
    /// One of the asked teams.
    Team(TeamName),
}

impl ReferredTo {
    /// As people call them.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::Team(team) => team.as_str(),
        }
    }

    /// Whether that person is asked, by themselves or with their team.
    #[must_use]
    pub fn names(&self, person: &Person) -> bool {
        match self {
            Self::Person(asked) => asked.id == person.id,
            Self::Team(team) => person.teams.contains(team),
        }
    }
}

/// Somebody who was asked for an answer asks somebody else to give it instead. Who may answer stays who it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Who asks.
    pub by: Person,
    /// Whom.
    pub to: ReferredTo,
    /// In their words.
    #[serde(default)]
    pub comment: Option<String>,
    /// When.
    pub at: Millis,
}

/// Whom to ask instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferTo {
    /// A person.
    Person(PersonId),
    /// One of the asked teams.
    Team(TeamName),
}

/// `POST /api/v1/runs/{id}/referrals`; answered with [`crate::Run`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferRequest {
    /// The digest of the run spec as the person saw it.
    pub digest: Digest,
    /// Whom to ask: only somebody who may answer this request.
    pub to: ReferTo,
    /// A comment.
    #[serde(default)]
    pub comment: Option<String>,
}

/// `GET /api/v1/approvals`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// Wait for an answer that the person may give; oldest first.
    pub to_answer: Vec<PendingApproval>,
    /// The person asked for these, and others have not answered yet.
    pub asked: Vec<PendingApproval>,
    /// The person may answer these, and has asked somebody else to; oldest first.
    #[serde(default)]
    pub referred: Vec<PendingApproval>,
    /// Decided within the last day, newest first: answered by the person, or asked for by them.
    #[serde(default)]
    pub decided: Vec<RunSummary>,
    /// The glass was broken for these, and the person may review that; oldest first.
    #[serde(default)]
    pub to_review: Vec<RunSummary>,
    /// Everybody sees these: reviews that are overdue, oldest first.
    #[serde(default)]
    pub overdue: Vec<RunSummary>,
}

/// A run that waits for somebody's yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingApproval {
    /// The run.
    pub run: RunSummary,
    /// Who must agree.
    pub needs: Vec<Need>,
    /// What has been said so far.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Who asked whom to answer instead, in order.
    #[serde(default)]
    pub referrals: Vec<Referral>,
}

/// Who of a team is on call now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCall {
    /// The team.
    pub team: TeamName,
    /// Its people who are.
    pub people: Vec<Person>,
}

#[cfg(test)]
mod tests {
    use super::Judgement;

    #[test]
    fn each_judgement_has_one_word_on_the_wire_and_in_the_record() {
        for judgement in Judgement::ALL {
            assert_eq!(serde_json::to_value(judgement).unwrap(), judgement.as_str());
            assert_eq!(Judgement::parse(judgement.as_str()), judgement);
        }
        assert_eq!(Judgement::parse("of a newer server"), Judgement::Unknown);
    }
}
