//! Asking somebody else to answer instead: told to them, shown to all, and no more.
//!
//! It never widens who may answer: only somebody who may by the request's own terms can be named, and whoever was asked
//! before still may.

use lastmile_protocol::{
    Approval, MAX_WORDS, Need, Person, PersonId, ReferRequest, ReferTo, Referral, ReferredTo, RunId,
    RunState, TeamName,
};

use super::account::Asked;
use super::{Refusal, RunSpec, Runs};
use crate::outbox::{self, Event, Letter};
use crate::people::{InPerson, Roll};
use crate::store::{Addressed, NewReferral, StoredRun};

impl Runs {
    /// Asks somebody else to answer instead.
    ///
    /// # Errors
    /// If the person may not answer themselves, whom they name may not, or the run waits no more.
    pub async fn refer(&self, caller: &InPerson, id: &RunId, request: &ReferRequest) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.refer", caller).to(id);
        asked.detail = serde_json::json!({ "to": request.to, "digest": request.digest });
        let done = self.record_referral(caller.person(), id, request).await;
        self.note_refusal(asked, done).await
    }

    async fn record_referral(&self, by: &Person, id: &RunId, request: &ReferRequest) -> Result<(), Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if run.digest != request.digest {
            return Err(Refusal::DigestMismatch);
        }
        if run.summary.state != RunState::AwaitingApproval {
            return Err(Refusal::WrongState("This run no longer waits for an answer.".to_owned()));
        }
        if request.comment.as_ref().is_some_and(|text| text.len() > MAX_WORDS) {
            let why = format!("The comment is too long: use at most {MAX_WORDS} bytes.");
            return Err(Refusal::BadRequest(why));
        }
        let spec =
            RunSpec::open(&run.spec, &run.digest).map_err(|error| Refusal::Internal(Box::new(error)))?;
        let needs = self.needs_now(&spec, &run)?;
        let before = self.store.answers(id).await?;
        self.may_answer(by, &run, &needs, &before)?;
        let (to, team) = self.named(by, &request.to, &run, (&needs, &before))?;
        let comment = request.comment.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let (comment, at) = (comment.map(str::to_owned), self.clock.now());
        let referral = Referral { by: by.clone(), to, comment, at };
        let letters = self.letters_of_referral(&run, &referral, team);
        let new = NewReferral { run: id, digest: &request.digest, referral: &referral, letters: &letters };
        let event = self.store.refer(&new).await?.ok_or_else(|| {
            Refusal::WrongState("You have asked them already, or this run no longer waits.".to_owned())
        })?;
        self.feed.tell(event);
        Ok(())
    }

    /// Whom the request names, and the team that they would answer for.
    fn named(
        &self,
        by: &Person,
        to: &ReferTo,
        run: &StoredRun,
        (needs, before): (&[Need], &[Approval]),
    ) -> Result<(ReferredTo, TeamName), Refusal> {
        let teams: Vec<_> = needs.iter().map(|need| need.team.as_str()).collect();
        let nobody = || {
            let teams = teams.join(" or ");
            Refusal::Forbidden(format!(
                "Only somebody who may answer this request can be asked: name another person of {teams} who has not answered."
            ))
        };
        let roll = self.directory.now();
        match to {
            ReferTo::Person(id) => {
                let person = roll.person(id).filter(|person| person.id != by.id).ok_or_else(nobody)?;
                let team = self.may_answer(person, run, needs, before).map_err(|_| nobody())?;
                Ok((ReferredTo::Person(person.clone()), team))
            }
            ReferTo::Team(team) => {
                let asked = needs.iter().filter(|need| need.team == *team);
                let others = others(&roll, asked, &run.summary.requester.id, &by.id, before);
                if others.is_empty() {
                    return Err(nobody());
                }
                Ok((ReferredTo::Team(team.clone()), team.clone()))
            }
        }
    }

    fn letters_of_referral(&self, run: &StoredRun, referral: &Referral, team: TeamName) -> Vec<Addressed> {
        let letter = Letter::about(Event::Referred, &run.summary, &self.url, self.clock.now());
        let note = format!("{} asks {} to answer", referral.by.name, referral.to.name());
        outbox::letters(&self.config, &[team], &Letter { note: Some(note), ..letter })
    }
}

/// Who else may answer: people of the asked teams but for the requester, `me`, and those who have.
pub(super) fn others<'a>(
    roll: &Roll,
    needs: impl IntoIterator<Item = &'a Need>,
    requester: &PersonId,
    me: &PersonId,
    before: &[Approval],
) -> Vec<Person> {
    let answered = |id: &PersonId| before.iter().any(|answer| answer.by.id == *id);
    let mut ids: Vec<&PersonId> = needs.into_iter().flat_map(|need| roll.members(&need.team)).collect();
    ids.sort();
    ids.dedup();
    let free = ids.into_iter().filter(|id| *id != requester && *id != me && !answered(id));
    free.filter_map(|id| roll.person(id)).cloned().collect()
}

/// Whether somebody has asked others to answer instead, and was not asked again since.
pub(super) fn has_passed_on(person: &Person, referrals: &[Referral]) -> bool {
    let about = referrals.iter().rev().find_map(|referral| {
        if referral.by.id == person.id {
            return Some(true);
        }
        referral.to.names(person).then_some(false)
    });
    about.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Answer, Digest, Judgement, Millis};

    use super::*;

    fn person(id: &str, teams: &[&str]) -> Person {
        let teams = teams.iter().map(|team| (*team).into()).collect();
        Person { id: id.into(), name: id.to_uppercase(), teams }
    }

    fn referral(by: &str, to: ReferredTo) -> Referral {
        Referral { by: person(by, &["net"]), to, comment: None, at: Millis(0) }
    }

    #[test]
    fn who_asked_somebody_else_waits_no_more_until_they_are_asked_again() {
        let (bob, cid) = (person("bob", &["net"]), person("cid", &["net"]));
        let to = |who: &Person| ReferredTo::Person(who.clone());
        let mut said = Vec::new();
        assert!(!has_passed_on(&bob, &said));
        said.push(referral("bob", to(&cid)));
        assert!(has_passed_on(&bob, &said) && !has_passed_on(&cid, &said));
        said.push(referral("cid", to(&bob)));
        assert!(!has_passed_on(&bob, &said) && has_passed_on(&cid, &said));
        // One's own team, asked by oneself, is asked without oneself.
        said.push(referral("bob", ReferredTo::Team("net".into())));
        assert!(has_passed_on(&bob, &said) && !has_passed_on(&cid, &said));
    }

    #[test]
    fn those_who_could_answer_instead_are_of_the_asked_teams_and_have_not_answered() {
        let all = [
            person("ann", &["net"]),
            person("bob", &["net", "sre"]),
            person("cid", &["sre"]),
            person("dan", &["net"]),
            person("eve", &["ops"]),
        ];
        let roll = Roll::of(all);
        let needs = ["net", "sre"].map(|team| Need { team: team.into(), count: 1, why: String::new() });
        let said = [Approval {
            by: person("dan", &["net"]),
            team: "net".into(),
            answer: Answer::Yes,
            judgement: Some(Judgement::Checked),
            comment: None,
            at: Millis(0),
            digest: Digest("d".to_owned()),
            look: None,
            retries: None,
        }];
        let ids = |me: &str| {
            let found = others(&roll, &needs, &"ann".into(), &me.into(), &said);
            found.into_iter().map(|person| person.id.0).collect::<Vec<_>>()
        };
        assert_eq!(ids("bob"), ["cid"]);
        assert_eq!(ids("cid"), ["bob"]);
    }
}
