//! The run spec is what was agreed to, to the byte, at every stage between request and start.
//!
//! Each of its fields is changed in the record by a second connection: by a byte, with the digest as it was; and to another value
//! with a digest that fits, which is the most that somebody with the file in their hands can do to one row. What happens to
//! the files of a run directory is tested with `exec`.

use std::collections::BTreeSet;

use lastmile::people::InPerson;
use lastmile::runs::{Refusal, RunSpec};
use lastmile_protocol::{Answer, Digest, RunId, RunState};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Runtime;

use crate::full::everything_else;
use crate::world::{House, MINUTE, World, audit_of};

/// The only words that say it.
const CHANGED: &str = "changed the record";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A byte of the run spec, and the digest stays.
    Byte,
    /// Another value, and the digest of that.
    Sealed,
}

/// The run spec with one field changed.
#[derive(Clone, Debug)]
struct Change {
    path: Vec<String>,
    way: Way,
}

/// Every field that a run spec can have, once for each way.
fn changes(spec: &RunSpec) -> Vec<Change> {
    let mut paths = Vec::new();
    fields(&json(spec), &json(&everything_else()), &mut Vec::new(), &mut paths);
    let tops: BTreeSet<_> = paths.iter().map(|path| path[0].clone()).collect();
    assert!(json(&everything_else()).keys().all(|key| tops.contains(key)), "{tops:?}");
    let of = |way| paths.iter().map(move |path| Change { path: path.clone(), way });
    of(Way::Byte).chain(of(Way::Sealed)).collect()
}

fn fields(
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    at: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) {
    for key in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
        at.push(key.clone());
        match (one.get(key), other.get(key)) {
            (Some(Value::Object(one)), Some(Value::Object(other))) => fields(one, other, at, found),
            _ => found.push(at.clone()),
        }
        at.pop();
    }
}

fn json(spec: &RunSpec) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(spec).unwrap() else { panic!("it is an object") };
    fields
}

impl Change {
    fn of(&self, spec: &RunSpec) -> RunSpec {
        let other = at(&json(&everything_else()), &self.path);
        let mut fields = json(spec);
        let byte = at(&fields, &self.path).and_then(|value| by_a_byte(&value));
        let wanted = if self.way == Way::Byte { byte.or(other) } else { other.or(byte) };
        put(&mut fields, &self.path, wanted);
        // A word that is none of an enum's is not read back; then it is another of its words.
        let read = serde_json::from_value(Value::Object(fields.clone()));
        let changed: RunSpec = read.unwrap_or_else(|_| {
            put(&mut fields, &self.path, at(&json(&everything_else()), &self.path));
            serde_json::from_value(Value::Object(fields)).unwrap()
        });
        assert_ne!(changed, *spec, "{self:?} changes nothing");
        changed
    }

    /// Changes the row as somebody would who has the file.
    async fn make(&self, record: &mut SqliteConnection, run: &RunId, spec: &RunSpec) {
        let (bytes, digest) = self.of(spec).seal().unwrap();
        let digest = if self.way == Way::Byte { spec.seal().unwrap().1 } else { digest };
        let query = sqlx::query("UPDATE runs SET spec = ?, digest = ? WHERE id = ?");
        query
            .bind(bytes)
            .bind(digest.as_str().to_owned())
            .bind(run.as_str().to_owned())
            .execute(record)
            .await
            .unwrap();
    }
}

fn at(fields: &Map<String, Value>, path: &[String]) -> Option<Value> {
    let value = fields.get(&path[0])?;
    if path.len() == 1 { Some(value.clone()) } else { at(value.as_object()?, &path[1..]) }
}

fn put(fields: &mut Map<String, Value>, path: &[String], value: Option<Value>) {
    if path.len() > 1 {
        return put(fields[&path[0]].as_object_mut().unwrap(), &path[1..], value);
    }
    match value {
        Some(value) => fields.insert(path[0].clone(), value),
        None => fields.remove(&path[0]),
    };
}

fn by_a_byte(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(is) => Some(Value::Bool(!is)),
        Value::Number(number) => Some((number.as_i64()? ^ 1).into()),
        Value::String(text) => {
            let (last, rest) = text.as_bytes().split_last()?;
            Some(String::from_utf8([rest, &[last ^ 1]].concat()).unwrap().into())
        }
        Value::Array(all) => {
            let (last, rest) = all.split_last()?;
            Some(rest.iter().cloned().chain([by_a_byte(last)?]).collect())
        }
        Value::Object(_) | Value::Null => None,
    }
}

/// A house with its world and those who act in it.
struct Scene {
    house: House,
    world: World,
    ann: InPerson,
    bob: InPerson,
    cid: InPerson,
    record: SqliteConnection,
}

impl Scene {
    async fn of(house: House) -> Self {
        let world = World::open(&house, None).await;
        let (ann, bob, cid) =
            (world.person("ann").await, world.person("bob").await, world.person("cid").await);
        let record = house.record().await;
        Self { house, world, ann, bob, cid, record }
    }

    async fn spec_of(&self, run: &RunId) -> (RunSpec, Digest) {
        let stored = self.world.stored(run).await;
        (RunSpec::open(&stored.spec, &stored.digest).unwrap(), stored.digest)
    }

    /// What a run spec of this house can be changed in.
    async fn changes(&self) -> Vec<Change> {
        let run = self.world.ask(&self.house, &self.ann).await;
        let changes = changes(&self.spec_of(&run).await.0);
        self.world.runs.cancel(&self.ann, &run).await.unwrap();
        println!("{} changes", changes.len());
        assert!(changes.len() > 90);
        changes
    }

    /// It ended in this state, and both run and audit record say that somebody changed the record.
    async fn ended_as_changed(&mut self, run: &RunId, state: RunState, change: &Change) {
        let summary = self.world.end_of(run).await.summary;
        let why = summary.outcome.and_then(|outcome| outcome.message).unwrap_or_default();
        assert!(summary.state == state && why.contains(CHANGED), "{change:?}: {:?}, {why}", summary.state);
        self.audit_says(run, CHANGED, change).await;
    }

    async fn audit_says(&mut self, run: &RunId, what: &str, change: &Change) {
        let told = audit_of(&mut self.record, run).await;
        assert!(
            told.last().unwrap().contains(what) || told.iter().any(|it| it.contains(what)),
            "{change:?}: {told:?}"
        );
    }

    /// Nothing has started but these; and what nobody changed does start.
    async fn only(&self, before: &[&RunId], agree: &[&InPerson]) {
        let expected = before.iter().map(|run| (run.0.clone(), 1)).collect();
        assert_eq!(self.house.starts(), expected);
        let run = self.world.ask(&self.house, &self.ann).await;
        for who in agree {
            self.world.yes(who, &run).await.unwrap();
        }
        assert_eq!(self.world.end_of(&run).await.summary.state, RunState::Succeeded);
        assert_eq!(self.house.starts().get(run.as_str()), Some(&1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_somebody_changes_while_it_waits_is_never_agreed_to() {
    let mut scene = Scene::of(House::new("1 net", "")).await;
    for change in scene.changes().await {
        let run = scene.world.ask(&scene.house, &scene.ann).await;
        let (spec, seen) = scene.spec_of(&run).await;
        change.make(&mut scene.record, &run, &spec).await;
        let said = scene.world.answer(&scene.bob, &run, &seen, Answer::Yes).await;
        match change.way {
            Way::Byte => {
                assert!(matches!(said, Err(Refusal::Altered(_))), "{change:?}: {said:?}");
                scene.ended_as_changed(&run, RunState::Cancelled, &change).await;
            }
            Way::Sealed => {
                assert!(matches!(said, Err(Refusal::DigestMismatch)), "{change:?}: {said:?}");
                assert_eq!(scene.world.state(&run).await, RunState::AwaitingApproval, "{change:?}");
                scene.audit_says(&run, "another run spec", &change).await;
            }
        }
    }
    scene.only(&[], &[&scene.bob]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_before_somebody_changed_it_does_not_count_for_what_it_became() {
    let mut scene = Scene::of(House::new("2 net", "")).await;
    for change in scene.changes().await {
        let run = scene.world.ask(&scene.house, &scene.ann).await;
        let (spec, _) = scene.spec_of(&run).await;
        scene.world.yes(&scene.bob, &run).await.unwrap();
        change.make(&mut scene.record, &run, &spec).await;
        // Cid's page was opened after that.
        let said = scene.world.yes(&scene.cid, &run).await;
        let state = scene.world.state(&run).await;
        match change.way {
            Way::Byte => {
                assert!(matches!(said, Err(Refusal::Altered(_))), "{change:?}: {said:?}");
                scene.ended_as_changed(&run, RunState::Cancelled, &change).await;
            }
            Way::Sealed => {
                let waits = matches!(state, RunState::AwaitingApproval | RunState::Expired);
                assert!(waits, "{change:?}: {state:?} after {said:?}");
            }
        }
    }
    scene.only(&[], &[&scene.bob, &scene.cid]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_request_that_somebody_changes_is_not_started() {
    let mut scene = Scene::of(House::new("1 net", "")).await;
    for change in scene.changes().await {
        let run = scene.world.ask(&scene.house, &scene.ann).await;
        let (spec, _) = scene.spec_of(&run).await;
        scene.house.pass(16 * MINUTE);
        scene.world.yes(&scene.bob, &run).await.unwrap();
        assert_eq!(scene.world.state(&run).await, RunState::Approved);
        change.make(&mut scene.record, &run, &spec).await;
        let said = scene.world.runs.start_approved(&scene.ann, &run).await;
        match change.way {
            Way::Byte => {
                assert!(matches!(said, Err(Refusal::Altered(_))), "{change:?}: {said:?}");
                scene.ended_as_changed(&run, RunState::Cancelled, &change).await;
            }
            Way::Sealed => {
                let why = said.expect_err("an approval of something else starts nothing").to_string();
                let state = scene.world.state(&run).await;
                assert!(matches!(state, RunState::Approved | RunState::Expired), "{change:?}: {state:?}");
                scene.audit_says(&run, &why, &change).await;
            }
        }
    }
    scene.only(&[], &[&scene.bob]).await;
}

/// All of these wait in line behind a run that goes on until the stop is taken away, and are changed there.
async fn changed_in_line(scene: &mut Scene) -> (RunId, Vec<(RunId, Change)>) {
    std::fs::write(scene.house.stop(), "").unwrap();
    let changes = scene.changes().await;
    let first = scene.world.ask(&scene.house, &scene.ann).await;
    scene.world.yes(&scene.bob, &first).await.unwrap();
    scene.world.until(&first, |state| state == RunState::Running).await;
    let mut waiting = Vec::new();
    for change in changes {
        let run = scene.world.ask(&scene.house, &scene.ann).await;
        let (spec, _) = scene.spec_of(&run).await;
        scene.world.yes(&scene.bob, &run).await.unwrap();
        assert_eq!(scene.world.state(&run).await, RunState::Queued);
        change.make(&mut scene.record, &run, &spec).await;
        waiting.push((run, change));
    }
    (first, waiting)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_somebody_changes_while_it_waits_for_its_turn_does_not_start() {
    let mut scene = Scene::of(House::new("1 net", "")).await;
    let (first, waiting) = changed_in_line(&mut scene).await;
    std::fs::remove_file(scene.house.stop()).unwrap();
    for (run, change) in waiting {
        scene.ended_as_changed(&run, RunState::Failed, &change).await;
    }
    scene.only(&[&first], &[&scene.bob]).await;
}

#[test]
fn nor_does_it_when_the_server_comes_back_and_knows_the_record_only() {
    let before = Runtime::new().unwrap();
    let (house, first, waiting) = before.block_on(async {
        let mut scene = Scene::of(House::new("1 net", "")).await;
        let (first, waiting) = changed_in_line(&mut scene).await;
        (scene.house, first, waiting)
    });
    drop(before);
    Runtime::new().unwrap().block_on(async {
        let mut scene = Scene::of(house).await;
        std::fs::remove_file(scene.house.stop()).unwrap();
        for (run, change) in waiting {
            match change.way {
                Way::Byte => scene.ended_as_changed(&run, RunState::Failed, &change).await,
                Way::Sealed => {
                    let summary = scene.world.end_of(&run).await.summary;
                    let why = summary.outcome.and_then(|outcome| outcome.message).unwrap_or_default();
                    assert_eq!(summary.state, RunState::Cancelled, "{change:?}: {why}");
                    assert!(!why.is_empty() && !why.contains("Replaced"), "{change:?}: {why}");
                    scene.audit_says(&run, &why, &change).await;
                }
            }
        }
        // Nor has any of them ended the one that nobody changed.
        assert_eq!(scene.world.end_of(&first).await.summary.state, RunState::Succeeded);
        scene.only(&[&first], &[&scene.bob]).await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_is_who_the_run_spec_says_whatever_the_row_says() {
    let mut scene = Scene::of(House::new("1 net", "")).await;
    let run = scene.world.ask(&scene.house, &scene.bob).await;
    let sql = "UPDATE runs SET requester = 'ann', requester_json = '{\"id\":\"ann\",\"name\":\"Ann\"}' WHERE id = ?";
    sqlx::query(sql).bind(run.as_str().to_owned()).execute(&mut scene.record).await.unwrap();
    let said = scene.world.yes(&scene.bob, &run).await;
    assert!(matches!(said, Err(Refusal::Forbidden(_))), "{said:?}");
    scene.house.pass(16 * MINUTE);
    scene.world.yes(&scene.cid, &run).await.unwrap();
    let said = scene.world.runs.start_approved(&scene.ann, &run).await;
    assert!(matches!(said, Err(Refusal::Forbidden(_))), "{said:?}");
    assert_eq!(scene.house.starts(), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_over_can_t_be_made_longer_in_the_row_and_nobody_has_to_look_first() {
    let mut scene = Scene::of(House::new("1 net", "")).await;
    let (waits, agreed) =
        (scene.world.ask(&scene.house, &scene.ann).await, scene.world.ask(&scene.house, &scene.ann).await);
    scene.house.pass(16 * MINUTE);
    scene.world.yes(&scene.bob, &agreed).await.unwrap();
    sqlx::query("UPDATE runs SET expires_at = expires_at * 2").execute(&mut scene.record).await.unwrap();
    scene.house.pass(24 * 60 * MINUTE);
    let (answered, started) = (
        scene.world.yes(&scene.bob, &waits).await,
        scene.world.runs.start_approved(&scene.ann, &agreed).await,
    );
    for (run, said) in [(waits, answered), (agreed, started)] {
        assert!(matches!(said, Err(Refusal::WrongState(_))), "{said:?}");
        assert_eq!(scene.world.state(&run).await, RunState::Expired);
    }
    assert_eq!(scene.house.starts(), Default::default());
}
