//! Rows to values.

use lastmile_protocol::{
    Answer, Approval, BatchId, BatchPlace, Digest, Judgement, Look, Millis, Need, PersonId, RunId, RunState,
    RunSummary, RunTimes, Slug, TeamName,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::StoreError;

/// A run as it stands in the record.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// What lists show.
    pub summary: RunSummary,
    /// The run spec's bytes; [`Self::digest`] is taken of them.
    pub spec: Vec<u8>,
    /// The run spec's digest.
    pub digest: Digest,
    /// Who must agree, as decided when it was asked for.
    pub needs: Vec<Need>,
    /// The run that this one repeats.
    pub rerun_of: Option<RunId>,
    /// Whether it waits with typed secrets, which live in memory only.
    pub has_secrets: bool,
    /// SHA-256 of the request that its idempotency key came with.
    pub request_digest: String,
    /// The machine's boot in which it began to be started.
    pub boot: Option<String>,
}

fn millis(row: &SqliteRow, column: &str) -> Result<Option<Millis>, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Millis))
}

pub(super) fn summary(row: &SqliteRow) -> Result<RunSummary, StoreError> {
    let outcome: Option<String> = row.try_get("outcome_json")?;
    let broken: Option<String> = row.try_get("break_glass_json")?;
    let handed_on: Option<String> = row.try_get("handed_on_json")?;
    Ok(RunSummary {
        id: RunId(row.try_get("id")?),
        state: RunState::parse(row.try_get("state")?).unwrap_or(RunState::Unknown),
        runbook: Slug(row.try_get("runbook")?),
        runbook_title: row.try_get("runbook_title")?,
        action: row.try_get("action")?,
        label: row.try_get("label")?,
        check: row.try_get("is_check")?,
        target: row.try_get("target")?,
        environment: row.try_get("environment")?,
        service: row.try_get("service")?,
        requester: serde_json::from_str(row.try_get("requester_json")?)?,
        reason: row.try_get("reason")?,
        ticket: row.try_get("ticket")?,
        incident: row.try_get("incident")?,
        inputs: serde_json::from_str(row.try_get("inputs_json")?)?,
        times: RunTimes {
            requested: Millis(row.try_get("requested_at")?),
            expires: millis(row, "expires_at")?,
            approved: millis(row, "approved_at")?,
            queued: millis(row, "queued_at")?,
            starting: millis(row, "starting_at")?,
            running: millis(row, "running_at")?,
            cancelling: millis(row, "cancelling_at")?,
            ended: millis(row, "ended_at")?,
        },
        outcome: outcome.map(|text| serde_json::from_str(&text)).transpose()?,
        handed_on: handed_on.map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text))?,
        referral: None,
        retries_changed: false,
        batch: place(row)?,
        break_glass: broken.map(|text| serde_json::from_str(&text)).transpose()?,
    })
}

fn place(row: &SqliteRow) -> Result<Option<Box<BatchPlace>>, sqlx::Error> {
    let Some(id) = row.try_get::<Option<String>, _>("batch")? else { return Ok(None) };
    let (nth, of) = (row.try_get("batch_nth")?, row.try_get("batch_of")?);
    Ok(Some(Box::new(BatchPlace { id: BatchId(id), nth, of })))
}

pub(super) fn run(row: &SqliteRow) -> Result<StoredRun, StoreError> {
    Ok(StoredRun {
        summary: summary(row)?,
        spec: row.try_get("spec")?,
        digest: Digest(row.try_get("digest")?),
        needs: serde_json::from_str(row.try_get("needs_json")?)?,
        rerun_of: row.try_get::<Option<String>, _>("rerun_of")?.map(RunId),
        has_secrets: row.try_get("has_secrets")?,
        request_digest: row.try_get("request_digest")?,
        boot: row.try_get("boot")?,
    })
}

pub(super) fn approval(row: &SqliteRow) -> Result<Approval, StoreError> {
    let answer: String = row.try_get("answer")?;
    let judgement: Option<String> = row.try_get("judgement")?;
    Ok(Approval {
        by: serde_json::from_str(row.try_get("person_json")?)?,
        team: TeamName(row.try_get("team")?),
        // Anything but a clear yes counts as a no.
        answer: if answer == "yes" { Answer::Yes } else { Answer::No },
        judgement: judgement.as_deref().map(Judgement::parse),
        comment: row.try_get("comment")?,
        at: Millis(row.try_get("at")?),
        digest: Digest(row.try_get("digest")?),
        look: millis(row, "seen_at")?
            .map(|seen| -> Result<Look, sqlx::Error> {
                Ok(Look { seen, script: millis(row, "script_at")?, checks: millis(row, "checks_at")? })
            })
            .transpose()?,
        retries: super::retries::grant(row)?,
    })
}

pub(super) fn person_id(row: &SqliteRow, column: &str) -> Result<PersonId, sqlx::Error> {
    Ok(PersonId(row.try_get(column)?))
}
