//! Facts about gates: what was looked at before an answer, and what was said of it afterwards.

use lastmile_protocol::{
    Answer, Judgement, LookedAt, Millis, PersonId, RightCall, RunId, Slug, TeamName, Verdict,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError, audit};
use crate::audit::Deed;

/// Most answers that one report counts, the newest.
const MOST: i64 = 100_000;

/// One answer, as the record has it. Nobody's name is in it.
#[derive(Clone, Debug)]
pub struct AnswerFact {
    /// The run.
    pub run: RunId,
    /// For which team it counted.
    pub team: TeamName,
    /// The runbook.
    pub runbook: Slug,
    /// The action's name.
    pub action: String,
    /// The action's label.
    pub label: String,
    /// Yes or no.
    pub answer: Answer,
    /// What it rested on.
    pub judgement: Option<Judgement>,
    /// Milliseconds from the request to the answer.
    pub took: i64,
    /// Whether they opened what changed in the script, or what had to be done first.
    pub looked: bool,
    /// What was said of the run afterwards.
    pub verdicts: Vec<RightCall>,
}

impl Store {
    /// Notes that somebody has looked at a request, or a part of it; only the first time counts.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn look(
        &self,
        run: &RunId,
        person: &PersonId,
        part: LookedAt,
        at: Millis,
    ) -> Result<(), StoreError> {
        let when = |wanted| (part == wanted).then_some(at.0);
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let noted = sqlx::query(
            "INSERT INTO looks (run, person, seen_at, script_at, checks_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (run, person) DO UPDATE SET
               script_at = coalesce(script_at, excluded.script_at),
               checks_at = coalesce(checks_at, excluded.checks_at)
             WHERE coalesce(script_at, excluded.script_at) IS NOT script_at
                OR coalesce(checks_at, excluded.checks_at) IS NOT checks_at",
        )
        .bind(run.as_str())
        .bind(person.as_str())
        .bind(at.0)
        .bind(when(LookedAt::Script))
        .bind(when(LookedAt::Checks))
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() > 0 {
            let detail = serde_json::json!({ "at": part });
            audit::append(&mut tx, Deed::by(person, "run.looked", detail).to(run), at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Records what somebody says of a decision afterwards; their newest word counts.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn say_verdict(&self, run: &RunId, verdict: &Verdict) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO verdicts (run, person, person_json, verdict, at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (run, person) DO UPDATE SET
               person_json = excluded.person_json, verdict = excluded.verdict, at = excluded.at",
        )
        .bind(run.as_str())
        .bind(verdict.by.id.as_str())
        .bind(serde_json::to_string(&verdict.by)?)
        .bind(verdict.verdict.as_str())
        .bind(verdict.at.0)
        .execute(&mut *tx)
        .await?;
        let detail = serde_json::json!({ "verdict": verdict.verdict });
        audit::append(&mut tx, Deed::by(&verdict.by.id, "run.judged", detail).to(run), verdict.at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was said of a run's decision, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn verdicts(&self, run: &RunId) -> Result<Vec<Verdict>, StoreError> {
        let found = sqlx::query("SELECT * FROM verdicts WHERE run = ? ORDER BY at, person")
            .bind(run.as_str())
            .fetch_all(&self.read)
            .await?;
        let verdict = |row: &SqliteRow| {
            Ok(Verdict {
                by: serde_json::from_str(row.try_get("person_json")?)?,
                verdict: RightCall::parse(row.try_get("verdict")?),
                at: Millis(row.try_get("at")?),
            })
        };
        found.iter().map(verdict).collect()
    }

    /// Answers since, with what is known of each.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn answer_facts(&self, since: Millis) -> Result<Vec<AnswerFact>, StoreError> {
        let found = sqlx::query(
            "SELECT a.run, a.team, a.answer, a.judgement, a.at - r.requested_at AS took,
                    r.runbook, r.action, r.label,
                    (SELECT count(*) FROM looks l WHERE l.run = a.run AND l.person = a.person
                       AND (l.script_at IS NOT NULL OR l.checks_at IS NOT NULL)) AS looked,
                    (SELECT group_concat(v.verdict, ' ') FROM verdicts v WHERE v.run = a.run) AS verdicts
             FROM approvals a JOIN runs r ON r.id = a.run WHERE a.at >= ? ORDER BY a.at DESC LIMIT ?",
        )
        .bind(since.0)
        .bind(MOST)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(fact).collect()
    }
}

fn fact(row: &SqliteRow) -> Result<AnswerFact, StoreError> {
    let (answer, judgement): (String, Option<String>) = (row.try_get("answer")?, row.try_get("judgement")?);
    let (looked, verdicts): (i64, Option<String>) = (row.try_get("looked")?, row.try_get("verdicts")?);
    Ok(AnswerFact {
        run: RunId(row.try_get("run")?),
        team: TeamName(row.try_get("team")?),
        runbook: Slug(row.try_get("runbook")?),
        action: row.try_get("action")?,
        label: row.try_get("label")?,
        answer: if answer == "yes" { Answer::Yes } else { Answer::No },
        judgement: judgement.as_deref().map(Judgement::parse),
        took: row.try_get("took")?,
        looked: looked > 0,
        verdicts: verdicts.unwrap_or_default().split_whitespace().map(RightCall::parse).collect(),
    })
}
