//! Answers to run specs. An answer and what follows from it are one transaction.

use lastmile_protocol::{
    Answer, Approval, Digest, Judgement, Millis, Outcome, Person, PersonId, RetryGrant, RunId, RunState,
    TeamName,
};

use super::runs::{apply, fetch, write_event};
use super::{Store, StoreError, StoredEvent, StoredRun, Transition, audit, rows};
use crate::audit::Deed;

/// One person's answer, to be recorded.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    /// The run.
    pub run: &'a RunId,
    /// The digest that the person saw.
    pub digest: &'a Digest,
    /// Who.
    pub by: &'a Person,
    /// What they say.
    pub answer: Answer,
    /// What it rests on.
    pub judgement: Judgement,
    /// In their words.
    pub comment: Option<&'a str>,
    /// When.
    pub at: Millis,
    /// The retries that they allow with it.
    pub retries: Option<RetryGrant>,
}

impl Store {
    /// Records an answer and moves the run on as `next` says, in one transaction.
    ///
    /// `team` gets the answers before this one and says for which team it counts: of two who answer at the same moment, the
    /// second sees the first. `next` gets the run as it is and all its answers, the new one included; it gives the states to pass
    /// through, or none if the run goes on waiting. `None` is answered if the run no longer waits, the digest
    /// is another, or the person has answered already.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn answer(
        &self,
        new: &NewAnswer<'_>,
        team: impl FnOnce(&[Approval]) -> TeamName + Send,
        next: impl FnOnce(&StoredRun, &[Approval]) -> Vec<RunState> + Send,
    ) -> Result<Option<Vec<StoredEvent>>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let Some(events) = record(&mut tx, new, team, next).await? else { return Ok(None) };
        tx.commit().await?;
        Ok(Some(events))
    }

    /// Records answers to several runs as [`Store::answer`] does each, all in one transaction: none if one of them can't be
    /// recorded, which is then told by its index.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn answer_all<T, N>(
        &self,
        all: Vec<(NewAnswer<'_>, T, N)>,
    ) -> Result<Result<Vec<Vec<StoredEvent>>, usize>, StoreError>
    where
        T: FnOnce(&[Approval]) -> TeamName + Send,
        N: FnOnce(&StoredRun, &[Approval]) -> Vec<RunState> + Send,
    {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let mut told = Vec::new();
        for (index, (new, team, next)) in all.into_iter().enumerate() {
            let Some(events) = record(&mut tx, &new, team, next).await? else { return Ok(Err(index)) };
            told.push(events);
        }
        tx.commit().await?;
        Ok(Ok(told))
    }

    /// Moves an approved run into the queue and uses its approvals up, in one transaction.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn start_approved(&self, run: &RunId, at: Millis) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let step = Transition { run, from: &[RunState::Approved], to: RunState::Queued, at, outcome: None };
        let event = apply(&mut tx, &step).await?;
        if event.is_some() {
            use_up(&mut tx, run, at).await?;
        }
        tx.commit().await?;
        Ok(event)
    }

    /// The answers to a run, in order.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn answers(&self, run: &RunId) -> Result<Vec<Approval>, StoreError> {
        answers_of(&mut *self.read.acquire().await?, run).await
    }

    /// Runs of the last while that the person has answered.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn answered_by(&self, person: &PersonId, since: Millis) -> Result<Vec<RunId>, StoreError> {
        let found: Vec<String> =
            sqlx::query_scalar("SELECT run FROM approvals WHERE person = ? AND at >= ? ORDER BY at DESC")
                .bind(person.as_str())
                .bind(since.0)
                .fetch_all(&self.read)
                .await?;
        Ok(found.into_iter().map(RunId).collect())
    }
}

/// One answer and what follows from it, within a transaction; `None`: nothing was written.
async fn record(
    tx: &mut sqlx::SqliteConnection,
    new: &NewAnswer<'_>,
    team: impl FnOnce(&[Approval]) -> TeamName + Send,
    next: impl FnOnce(&StoredRun, &[Approval]) -> Vec<RunState> + Send,
) -> Result<Option<Vec<StoredEvent>>, StoreError> {
    let Some(run) = fetch(&mut *tx, new.run).await? else { return Ok(None) };
    if run.summary.state != RunState::AwaitingApproval || run.digest != *new.digest {
        return Ok(None);
    }
    let team = team(&answers_of(&mut *tx, new.run).await?);
    let inserted = sqlx::query(
        "INSERT INTO approvals (run, person, person_json, team, answer, judgement, comment, digest, at, retries,
           retries_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(new.run.as_str())
    .bind(new.by.id.as_str())
    .bind(serde_json::to_string(new.by)?)
    .bind(team.as_str())
    .bind(if new.answer == Answer::Yes { "yes" } else { "no" })
    .bind(new.judgement.as_str())
    .bind(new.comment)
    .bind(new.digest.as_str())
    .bind(new.at.0)
    .bind(new.retries.map(|grant| grant.count))
    .bind(new.retries.map(|grant| grant.until.0))
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(None);
    }
    audit::append(&mut *tx, answered(new, &team), new.at).await?;
    let answers = answers_of(&mut *tx, new.run).await?;
    let states = next(&run, &answers);
    let mut events = Vec::new();
    let mut from = run.summary.state;
    for to in states {
        let outcome = (to == RunState::Rejected).then(|| said_no(new));
        let step = Transition { run: new.run, from: &[from], to, at: new.at, outcome };
        events.extend(apply(&mut *tx, &step).await?);
        if to == RunState::Queued {
            use_up(&mut *tx, new.run, new.at).await?;
        }
        from = to;
    }
    if events.is_empty() {
        // The run waits on, but those who look at it see the new answer.
        events.push(write_event(&mut *tx, &run.summary, new.at).await?);
    }
    Ok(Some(events))
}

/// Who refused it, for wherever a run is shown by its state alone; their words stand with the answer.
fn said_no(new: &NewAnswer<'_>) -> Outcome {
    Outcome { exit_code: None, signal: None, message: Some(format!("{} said no.", new.by.name)) }
}

/// The answer as the audit record keeps it.
fn answered(new: &NewAnswer<'_>, team: &TeamName) -> Deed {
    let detail = serde_json::json!({
        "answer": new.answer, "judgement": new.judgement, "team": team, "digest": new.digest,
        "comment": new.comment, "retries": new.retries,
    });
    Deed::by(&new.by.id, "run.answered", detail).to(new.run)
}

async fn use_up(db: &mut sqlx::SqliteConnection, run: &RunId, at: Millis) -> Result<(), StoreError> {
    sqlx::query("UPDATE approvals SET used_at = ? WHERE run = ? AND used_at IS NULL")
        .bind(at.0)
        .bind(run.as_str())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn answers_of(
    db: &mut sqlx::SqliteConnection,
    run: &RunId,
) -> Result<Vec<Approval>, StoreError> {
    let found = sqlx::query(
        "SELECT a.*, l.seen_at, l.script_at, l.checks_at FROM approvals a
           LEFT JOIN looks l ON l.run = a.run AND l.person = a.person WHERE a.run = ? ORDER BY a.at, a.person",
    )
    .bind(run.as_str())
    .fetch_all(db)
    .await?;
    found.iter().map(rows::approval).collect()
}
