//! One press for several runs: each is checked, decided and fixed as if it came alone, and all are recorded or none.
//!
//! From then on each run goes its own way, by its own digest. What belongs to the request as a whole is its key, its page and
//! that it is told once.

mod answers;
mod facts;
mod letters;
mod show;

use std::collections::{BTreeMap, HashMap};

use lastmile_protocol::{
    BatchId, BatchPlace, BatchPreview, BatchPreviewRequest, BatchRequest, LEAST_OF_BATCH, MOST_OF_BATCH,
    PreviewRequest, RunRequest, RunState, RunSummary,
};
use lastmile_runbook::{Concurrency, Kind, digest::sha256_hex};
use serde_json::{Value, json};

use super::account::Asked;
use super::prepare::Prepared;
use super::request::{Checked, Kept, check_shape};
use super::{Refusal, Runs};
use crate::clock::new_run_id;
use crate::people::Caller;
use crate::store::{Inserted, InsertedBatch, NewBatch, NewRun, StoredBatch};

/// A request of several runs that was made, and whether it is new.
pub struct RequestedBatch {
    /// The request.
    pub id: BatchId,
    /// Whether this post made it; otherwise its idempotency key named it already.
    pub new: bool,
}

/// What is said of a request that made nothing.
const NOTHING: &str = "Nothing was asked for,";
/// Most characters of what tells a run from the others.
const LONGEST_NAME: usize = 100;

impl Runs {
    /// Presses an action's button once for several runs.
    ///
    /// # Errors
    /// Every reason for which one of them may not run: then there is none of them.
    pub async fn request_batch(
        &self,
        caller: &Caller,
        request: BatchRequest,
    ) -> Result<RequestedBatch, Refusal> {
        let shared = &request.shared;
        let mut asked = Asked::of("run.request", caller);
        asked.detail = json!({
            "runbook": shared.runbook, "action": shared.action, "reason": shared.reason,
            "ticket": shared.ticket, "incident": shared.incident, "runs": request.each.len(),
            "inputs": self.noted(&request),
        });
        let done = self.request_batch_noting(caller, &request, &mut asked).await;
        self.note_refusal(asked, done).await
    }

    /// Inputs of each, without anything declared as a secret.
    fn noted(&self, request: &BatchRequest) -> Vec<Value> {
        let each = request.each.iter().take(MOST_OF_BATCH);
        each.map(|each| self.inputs_to_note(&request.single(each))).collect()
    }

    async fn request_batch_noting(
        &self,
        caller: &Caller,
        request: &BatchRequest,
        asked: &mut Asked,
    ) -> Result<RequestedBatch, Refusal> {
        check_shape(&request.shared)?;
        check_batch(request)?;
        let request_digest = digest_of(request)?;
        let (person, key) = (&caller.person().id, &request.shared.idempotency_key);
        if let Some(batch) = self.store.batch_by_key(person, key).await? {
            return known(batch, &request_digest);
        }
        self.check_unchanged(&request.shared).await?;
        let names = names(&self.noted(request));
        let mut all: Vec<Checked> = Vec::new();
        for (index, each) in request.each.iter().enumerate() {
            let checked = self.check(caller, request.single(each), asked).await;
            all.push(checked.map_err(|refusal| of_member(NOTHING, index, &names, refusal))?);
        }
        check_together(&all.iter().map(|checked| &checked.prepared).collect::<Vec<_>>())?;
        self.fix_batch(caller, request, all, request_digest).await
    }

    /// Fixes each as a run spec, and records them.
    async fn fix_batch(
        &self,
        caller: &Caller,
        request: &BatchRequest,
        all: Vec<Checked>,
        request_digest: String,
    ) -> Result<RequestedBatch, Refusal> {
        let now = self.clock.now();
        let id = BatchId(new_run_id(now)?.0);
        let (mut composed, of) = (Vec::new(), count(all.len()));
        for (index, checked) in all.into_iter().enumerate() {
            let (mut new, prepared, kept) = self.composed(caller, checked, &request_digest, now).await?;
            let nth = count(index + 1);
            new.batch = Some(BatchPlace { id: id.clone(), nth, of });
            // No client's key has a slash, so none can be mistaken for it.
            new.idempotency_key = format!("{}/{nth}", request.shared.idempotency_key);
            composed.push((new, prepared, kept));
        }
        let batch = NewBatch {
            id,
            requester: caller.person().id.clone(),
            idempotency_key: request.shared.idempotency_key.clone(),
            request_digest,
            at: now,
        };
        self.record_batch(batch, composed, request).await
    }

    /// Records all of them, and starts those that have to wait for nobody.
    async fn record_batch(
        &self,
        batch: NewBatch,
        composed: Vec<(NewRun, Prepared, Kept)>,
        request: &BatchRequest,
    ) -> Result<RequestedBatch, Refusal> {
        let (mut all, mut places, mut needs) = (Vec::new(), Vec::new(), HashMap::new());
        for (mut new, prepared, kept) in composed {
            // In the order of the request: where two stand in one line, the first of them goes first.
            places.push(self.line_up(&mut new, (prepared.action.concurrency, prepared.target.concurrency)));
            // Before the insert: once it is recorded, an approver may start it at any moment.
            self.keep_secrets(&new.id, kept.until_start(new.starts_in.is_some()));
            needs.insert(new.id.clone(), new.needs.clone());
            all.push(new);
        }
        let ids: Vec<_> = all.iter().map(|new| new.id.clone()).collect();
        let letters = |runs: &[RunSummary]| self.letters_of_batch(runs, &needs);
        let inserted = self.store.insert_batch(&batch, all, request.shared.separate, letters).await;
        if !matches!(inserted, Ok(InsertedBatch::New(_))) {
            ids.iter().for_each(|id| drop(self.take_secrets(id)));
        }
        match inserted? {
            InsertedBatch::New(runs) => {
                for ((run, events), place) in runs.into_iter().zip(places) {
                    events.into_iter().for_each(|event| self.feed.tell(event));
                    if matches!(run.summary.state, RunState::Queued | RunState::Starting) {
                        self.drive_from(run, place);
                    }
                }
                Ok(RequestedBatch { id: batch.id, new: true })
            }
            InsertedBatch::Known(earlier) => known(earlier, &batch.request_digest),
            InsertedBatch::Refused(index, why) => {
                let refusal = match *why {
                    Inserted::Same(run) => Refusal::AlreadyAsked(run),
                    Inserted::Busy(run) => Refusal::Busy(run),
                    // The keys of its runs are its own, and none of them is a retry.
                    Inserted::New(..) | Inserted::Known(_) | Inserted::NoRetry(_) => Refusal::KeyReused,
                };
                Err(of_member(NOTHING, index, &names(&self.noted(request)), refusal))
            }
        }
    }

    /// What would happen, without doing it: one answer a run, in order.
    ///
    /// # Errors
    /// If there is no such runbook or action, there are too many, or the record can't be read.
    pub async fn preview_batch(
        &self,
        caller: &Caller,
        request: &BatchPreviewRequest,
    ) -> Result<BatchPreview, Refusal> {
        if request.each.len() > MOST_OF_BATCH {
            return Err(Refusal::BadRequest(format!("Ask for at most {MOST_OF_BATCH} runs at once.")));
        }
        let mut each = Vec::new();
        for inputs in &request.each {
            let single = PreviewRequest {
                runbook: request.runbook.clone(),
                action: request.action.clone(),
                inputs: inputs.clone(),
                incident: request.incident.clone(),
            };
            each.push(self.preview(caller, &single).await?);
        }
        Ok(BatchPreview { each })
    }
}

fn known(batch: StoredBatch, request_digest: &str) -> Result<RequestedBatch, Refusal> {
    if batch.request_digest != request_digest {
        return Err(Refusal::KeyReused);
    }
    Ok(RequestedBatch { id: batch.id, new: false })
}

/// Secrets stay out of it: a digest of a short secret can be guessed back.
fn digest_of(request: &BatchRequest) -> Result<String, Refusal> {
    let shared = RunRequest { secrets: BTreeMap::new(), ..request.shared.clone() };
    let open = BatchRequest { shared, each: request.each.clone() };
    Ok(sha256_hex(&serde_json::to_vec(&open)?))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn check_batch(request: &BatchRequest) -> Result<(), Refusal> {
    let bad = |why: String| Err(Refusal::BadRequest(why));
    let runs = request.each.len();
    if !(LEAST_OF_BATCH..=MOST_OF_BATCH).contains(&runs) {
        return bad(format!(
            "One request takes {LEAST_OF_BATCH} to {MOST_OF_BATCH} runs, and this one has {runs}. Ask for a single run at /runs, and for more in several requests."
        ));
    }
    if request.shared.break_glass {
        return bad("The glass is broken for one run at a time: ask for each alone.".to_owned());
    }
    if request.shared.rerun_of.is_some() {
        return bad("A request of several runs repeats none: leave `rerun_of` out.".to_owned());
    }
    Ok(())
}

/// What holds among them: no two are the same, and none keeps another from running or ends it.
fn check_together(all: &[&Prepared]) -> Result<(), Refusal> {
    let pairs = all.iter().enumerate().flat_map(|(index, one)| {
        let after = all.iter().enumerate().skip(index + 1);
        after.map(move |(later, other)| (index + 1, *one, later + 1, *other))
    });
    for (first, one, second, other) in pairs {
        if one.same == other.same {
            return Err(Refusal::BadRequest(format!(
                "{NOTHING} because runs {first} and {second} are the same: their inputs have equal values. Leave one of them out."
            )));
        }
        let target = &one.target.view.name;
        if *target != other.target.view.name {
            continue;
        }
        let does = match alone(one) {
            Some(Concurrency::Refuse) => "only one run at a time is allowed",
            Some(Concurrency::Replace) => "a new run ends the one before it",
            _ => continue,
        };
        return Err(Refusal::BadRequest(format!(
            "{NOTHING} because runs {first} and {second} are both on {target}, where {does}. Ask for them one after the other."
        )));
    }
    Ok(())
}

/// What its line does with a second run, unless that simply waits. A check does not take part in its target's line.
fn alone(prepared: &Prepared) -> Option<Concurrency> {
    let of_target = prepared.target.concurrency.filter(|_| prepared.action.kind != Kind::Check);
    let both = [prepared.action.concurrency, of_target];
    let is = |wanted| both.contains(&Some(wanted)).then_some(wanted);
    is(Concurrency::Refuse).or_else(|| is(Concurrency::Replace))
}

/// What tells each run from the others, for people: " (node=node-3)", of inputs as they may be noted.
fn names(noted: &[Value]) -> Vec<String> {
    let differs = |name: &str| {
        let mut values = noted.iter().map(|inputs| inputs.get(name));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let name = |inputs: &Value| {
        let own = inputs.as_object().into_iter().flatten().filter(|(name, _)| differs(name));
        let own = own.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
        let text = own.collect::<Vec<_>>().join(", ");
        let short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        if short.is_empty() { short } else { format!(" ({short})") }
    };
    noted.iter().map(name).collect()
}

/// The refusal of the whole because of one; what concerns all of them stands for itself.
fn of_member(nothing: &'static str, index: usize, names: &[String], refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::CannotRecord(_) | Refusal::DiskFull(_) | Refusal::Internal(_) => refusal,
        refusal => {
            let name = names.get(index).cloned().unwrap_or_default();
            Refusal::OfMember { nothing, nth: index + 1, name, refusal: Box::new(refusal) }
        }
    }
}
