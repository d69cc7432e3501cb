//! Looking at runs. A [`Caller`] is asked for everywhere: nobody looks without having signed in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lastmile_protocol::{
    Approval, Approvals, Event, FileState, LogHead, MarkStep, MayDo, Millis, Need, OnCall, PendingApproval,
    Person, Run, RunFilter, RunId, RunList, RunState, RunSummary, Slug, StepMark,
};

use super::account::Asked;
use super::glass::may_review;
use super::referrals::{has_passed_on, others};
use super::{Refusal, RunSpec, Runs};
use crate::exec;
use crate::log::LogReader;
use crate::people::{Caller, InPerson};
use crate::store::StoredRun;

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl Runs {
    /// All there is to know of a run.
    ///
    /// # Errors
    /// If there is no such run, or its record is damaged.
    pub async fn get(&self, caller: &Caller, id: &RunId) -> Result<Run, Refusal> {
        let stored = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        let approvals = self.store.answers(id).await?;
        let spec = RunSpec::open(&stored.spec, &stored.digest)?;
        let (log, outputs) = self.files(id).await?;
        let answered = approvals.iter().any(|approval| approval.by.id == caller.person().id);
        let mut may = may_do(caller, &stored, answered);
        may.judge &= !approvals.is_empty();
        let file = self.file_state(&spec, stored.summary.state);
        let on_call = self.on_call_for(&stored);
        let referrals = self.store.referrals(id).await?;
        let verdicts = self.store.verdicts(id).await?;
        let retries = self.retries(caller, &stored, &spec, &approvals).await?;
        let could_answer = self.could_answer(caller.person(), &stored, may, &approvals);
        Ok(Run {
            referrals,
            could_answer,
            retries,
            verdicts,
            on_call,
            file,
            revision: spec.revision,
            digest: stored.digest,
            script: spec.script,
            language: spec.language,
            interpreter: spec.interpreter,
            target: spec.target.view,
            danger: spec.danger,
            on_fail: spec.on_fail,
            timeout: spec.limits.timeout_s,
            needs: stored.needs,
            approvals,
            token: spec.token,
            rerun_of: stored.rerun_of,
            outputs,
            log_removed: is_log_removed(&stored.summary, &self.dir(id)),
            log: LogHead { finished: log.finished || stored.summary.state.is_final(), ..log },
            may,
            summary: stored.summary,
        })
    }

    /// Who else may answer, for somebody who may.
    fn could_answer(&self, me: &Person, run: &StoredRun, may: MayDo, answers: &[Approval]) -> Vec<Person> {
        if !may.answer {
            return Vec::new();
        }
        others(&self.directory.now(), &run.needs, &run.summary.requester.id, &me.id, answers)
    }

    /// Whom to look for while a request waits.
    fn on_call_for(&self, run: &StoredRun) -> Vec<OnCall> {
        if run.summary.state != RunState::AwaitingApproval {
            return Vec::new();
        }
        let roll = self.directory.now();
        let of = |need: &Need| {
            let mut people = self.on_call.people(&need.team, &roll);
            // Nobody agrees to their own request: where only they are on call, the whole team is meant.
            people.retain(|person| person.id != run.summary.requester.id);
            (!people.is_empty()).then(|| OnCall { team: need.team.clone(), people })
        };
        run.needs.iter().filter_map(of).collect()
    }

    /// Whoever has to agree, or comes back to a request, is told if the file has moved on.
    pub(super) fn file_state(&self, spec: &RunSpec, state: RunState) -> FileState {
        if !matches!(state, RunState::AwaitingApproval | RunState::Approved | RunState::Queued) {
            return FileState::Same;
        }
        let Some(entry) = self.catalog.get(&spec.runbook) else { return FileState::Gone };
        let Some(action) = entry.runbook.action(&spec.action) else { return FileState::Gone };
        if action.digest(&entry.runbook) != spec.action_digest.0 {
            FileState::Action
        } else if entry.revision != spec.revision {
            FileState::Elsewhere
        } else {
            FileState::Same
        }
    }

    async fn files(&self, id: &RunId) -> Result<(LogHead, Vec<(String, String)>), Refusal> {
        let dir = self.dir(id);
        let read = move || -> std::io::Result<_> {
            if !dir.exists() {
                return Ok((LogHead::default(), Vec::new()));
            }
            let head = match LogReader::open(&dir) {
                Ok(reader) => reader.head()?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => LogHead::default(),
                Err(error) => return Err(error),
            };
            Ok((head, exec::outputs(&dir)?))
        };
        Ok(tokio::task::spawn_blocking(read).await.map_err(|error| Refusal::Internal(Box::new(error)))??)
    }

    /// The directory of a run that exists.
    ///
    /// # Errors
    /// If there is no such run.
    pub async fn log_dir(&self, _caller: &Caller, id: &RunId) -> Result<(PathBuf, RunState), Refusal> {
        let state = self.store.state(id).await?.ok_or(Refusal::NotFound("run"))?;
        Ok((self.dir(id), state))
    }

    /// Whether a run had a log that has been removed since.
    ///
    /// # Errors
    /// If there is no such run.
    pub async fn log_removed(&self, _caller: &Caller, id: &RunId) -> Result<bool, Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        Ok(is_log_removed(&run.summary, &self.dir(id)))
    }

    /// Runs, newest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn list(&self, _caller: &Caller, filter: &RunFilter) -> Result<RunList, Refusal> {
        Ok(self.store.list(filter).await?)
    }

    /// What waits for this person, what they asked for, and what was decided in the last day.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn approvals(&self, caller: &Caller) -> Result<Approvals, Refusal> {
        let decided = self.decided(caller.person()).await?;
        let (to_review, overdue) = self.reviews(caller.person()).await?;
        Ok(Approvals { decided, to_review, overdue, ..self.waiting(caller.person()).await? })
    }

    /// What waits for this person, and what they asked for that waits.
    async fn waiting(&self, person: &Person) -> Result<Approvals, Refusal> {
        let mut approvals = Approvals::default();
        let mut all_referrals = self.store.waiting_referrals().await?;
        for run in self.store.runs_in(&[RunState::AwaitingApproval]).await? {
            let answers = self.store.answers(&run.summary.id).await?;
            let mine = run.summary.requester.id == person.id;
            let answered = answers.iter().any(|answer| answer.by.id == person.id);
            let referrals = all_referrals.remove(&run.summary.id).unwrap_or_default();
            let passed_on = has_passed_on(person, &referrals);
            let pending =
                PendingApproval { run: run.summary, needs: run.needs, approvals: answers, referrals };
            if mine {
                approvals.asked.push(pending);
            } else if !answered && in_any(person, &pending.needs) {
                let list = if passed_on { &mut approvals.referred } else { &mut approvals.to_answer };
                list.push(pending);
            }
        }
        Ok(approvals)
    }

    /// How many requests wait for this person, as it is told.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn waiting_for(&self, caller: &Caller) -> Result<Event, Refusal> {
        let count = |runs: usize| u32::try_from(runs).unwrap_or(u32::MAX);
        // Several runs that were asked for at once are one thing to look at.
        let waiting = self.waiting(caller.person()).await?.to_answer;
        let requests: BTreeSet<_> = waiting.iter().map(|pending| pending.run.request()).collect();
        let to_answer = count(requests.len());
        let to_review = count(self.reviews(caller.person()).await?.0.len());
        Ok(Event::Approvals { to_answer, to_review })
    }

    async fn decided(&self, person: &Person) -> Result<Vec<RunSummary>, Refusal> {
        let since = Millis(self.clock.now().0 - DAY_MS);
        let mut decided = Vec::new();
        for id in self.store.answered_by(&person.id, since).await? {
            decided.extend(self.store.run(&id).await?.map(|run| run.summary));
        }
        let filter =
            RunFilter { person: Some(person.id.clone()), since: Some(since), ..RunFilter::default() };
        let own = self.store.list(&filter).await?.runs;
        let was_asked =
            |run: &RunSummary| run.times.expires.is_some() && run.state != RunState::AwaitingApproval;
        decided.extend(own.into_iter().filter(was_asked));
        decided.sort_by(|a, b| b.id.cmp(&a.id));
        decided.dedup_by(|a, b| a.id == b.id);
        Ok(decided)
    }

    /// The newest run of each of a runbook's actions within the last day.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn recent(&self, _caller: &Caller, runbook: &Slug) -> Result<Vec<RunSummary>, Refusal> {
        Ok(self.store.newest_of_actions(runbook, Millis(self.clock.now().0 - DAY_MS)).await?)
    }

    /// Ticks of a runbook's steps within the last hour.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn steps(&self, _caller: &Caller, runbook: &Slug) -> Result<Vec<StepMark>, Refusal> {
        Ok(self.store.step_marks(runbook, Some(Millis(self.clock.now().0 - HOUR_MS)), None).await?)
    }

    /// Ticks a manual step, or takes the tick back.
    ///
    /// # Errors
    /// If there is no such step, or the record can't be written.
    pub async fn mark_step(&self, caller: &InPerson, mark: &MarkStep) -> Result<(), Refusal> {
        let mut asked = Asked::of("step.tick", caller);
        asked.detail = serde_json::json!({ "runbook": mark.runbook, "step": mark.step });
        let done = self.tick(caller, mark).await;
        self.note_refusal(asked, done).await
    }

    async fn tick(&self, caller: &InPerson, mark: &MarkStep) -> Result<(), Refusal> {
        let entry = self.catalog.get(&mark.runbook).ok_or(Refusal::NotFound("runbook"))?;
        entry.runbook.step(&mark.step).ok_or(Refusal::NotFound("step"))?;
        let now = self.clock.now();
        Ok(self.store.mark_step(mark, caller.person(), now, Millis(now.0 - HOUR_MS)).await?)
    }
}

/// Its process ran, so it had a log.
fn is_log_removed(run: &RunSummary, dir: &Path) -> bool {
    run.state.is_final() && run.times.running.is_some() && !dir.exists()
}

fn in_any(person: &Person, needs: &[Need]) -> bool {
    needs.iter().any(|need| person.teams.contains(&need.team))
}

pub(super) fn may_do(caller: &Caller, run: &StoredRun, answered: bool) -> MayDo {
    let (person, in_person) = (caller.person(), caller.token().is_none());
    let state = run.summary.state;
    let own = run.summary.requester.id == person.id;
    let may = MayDo {
        cancel: !state.is_final(),
        answer: in_person
            && state == RunState::AwaitingApproval
            && !own
            && !answered
            && in_any(person, &run.needs),
        start: state == RunState::Approved && own,
        review: in_person && may_review(person, &run.summary).is_ok(),
        judge: in_person && state.is_final() && (own || answered),
        allow_retries: false,
    };
    // A typed secret is kept for one start only.
    MayDo { allow_retries: may.answer && !run.has_secrets, ..may }
}
