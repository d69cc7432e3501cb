//! Retries: what runs again is what was agreed to, to the byte; and never more often, nor later, nor by anybody else.

use std::sync::Arc;

use lastmile::people::InPerson;
use lastmile::runs::{Points, Refusal, RetryOf, RunSpec};
use lastmile_protocol::{AllowRetries, Answer, AnswerRequest, Judgement, RetryRequest, RunId, RunState};
use serde_json::{Map, Value};

use crate::full::everything_else;
use crate::world::{House, MINUTE, World, audit_of};

/// A house with its world, and a run of ann's that bob has agreed to and that is over.
pub(crate) struct Scene {
    pub(crate) house: Arc<House>,
    pub(crate) world: Arc<World>,
    pub(crate) ann: InPerson,
    pub(crate) bob: InPerson,
}

impl Scene {
    pub(crate) async fn of(house: House, points: Option<Arc<dyn Points>>) -> Self {
        let house = Arc::new(house);
        let world = Arc::new(World::open(&house, points).await);
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        Self { house, world, ann, bob }
    }

    async fn yes(&self, who: &InPerson, run: &RunId, retries: Option<AllowRetries>) {
        let digest = self.world.stored(run).await.digest;
        let judgement = Some(Judgement::Checked);
        let answer = AnswerRequest { digest, answer: Answer::Yes, judgement, comment: None, retries };
        self.world.runs.answer(who, run, &answer).await.unwrap();
    }

    /// With so many retries within ten minutes.
    pub(crate) async fn over(&self, count: u32) -> RunId {
        let run = self.world.ask(&self.house, &self.ann).await;
        self.yes(&self.bob, &run, Some(AllowRetries { count, minutes: 10 })).await;
        self.world.end_of(&run).await;
        run
    }

    pub(crate) async fn press(&self, run: &RunId) -> RetryRequest {
        let digest = self.world.stored(run).await.digest;
        RetryRequest { digest, idempotency_key: self.world.press(&self.house).idempotency_key }
    }

    async fn retry(&self, who: &InPerson, run: &RunId) -> Result<RunId, Refusal> {
        let request = self.press(run).await;
        self.world.runs.retry(who, run, &request).await.map(|begun| begun.id)
    }

    /// How often the script has run in all, as it says itself.
    pub(crate) fn starts(&self) -> usize {
        self.house.starts().values().sum()
    }
}

fn json(spec: &RunSpec) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(spec).unwrap() else { panic!("it is an object") };
    fields
}

#[test]
fn a_retry_s_run_spec_differs_from_what_was_agreed_to_in_its_name_and_in_what_it_repeats_and_nothing_else() {
    let mut agreed = RunSpec { retry_of: None, ..everything_else() };
    for (name, value) in [("LASTMILE_RUN_ID", "another"), ("LASTMILE_RUN_URL", "http://x.test/runs/another")]
    {
        agreed.context.insert(name.to_owned(), value.to_owned());
    }
    let (_, digest) = agreed.seal().unwrap();
    let retry = agreed.retried(&"the-retry".into(), &digest);
    let (before, mut after) = (json(&agreed), json(&retry));
    let context = after["context"].as_object_mut().unwrap();
    assert_eq!(context["LASTMILE_RUN_ID"], "the-retry");
    assert_eq!(context["LASTMILE_RUN_URL"], "http://x.test/runs/the-retry");
    context["LASTMILE_RUN_ID"] = "another".into();
    context["LASTMILE_RUN_URL"] = "http://x.test/runs/another".into();
    assert_eq!(retry.retry_of, Some(RetryOf { run: agreed.run.clone(), digest: digest.clone() }));
    let differs: Vec<_> = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).collect();
    let names: Vec<_> = differs.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(names, ["run", "expires", "retry_of"]);
    assert_eq!((retry.expires, retry.run.as_str()), (None, "the-retry"));
    assert_eq!(agreed.retried(&"the-retry".into(), &digest), retry, "it is made of nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_as_often_as_was_allowed_whatever_the_file_says_by_now_and_also_after_a_restart() {
    let mut scene = Scene::of(House::new("1 net", ""), None).await;
    let run = scene.over(2).await;
    let file = scene.house.folder.path().join("runbooks/open.md");
    std::fs::write(&file, "# Open\n\n```sh\n#| action: Act\n#| target: guarded\nexit 9\n```\n").unwrap();
    let first = scene.retry(&scene.ann, &run).await.unwrap();
    assert_eq!(scene.world.end_of(&first).await.summary.state, RunState::Succeeded);
    scene.world = Arc::new(World::open(&scene.house, None).await);
    let second = scene.retry(&scene.ann, &run).await.unwrap();
    assert_eq!(scene.world.end_of(&second).await.summary.state, RunState::Succeeded);
    let said = scene.retry(&scene.ann, &run).await;
    assert!(matches!(said, Err(Refusal::WrongState(_))), "{said:?}");
    let starts = [&run, &first, &second].map(|run| (run.0.clone(), 1));
    assert_eq!(scene.house.starts(), starts.into());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_once_the_time_is_over_or_all_are_used_or_they_are_withdrawn_or_by_anybody_else() {
    let scene = Scene::of(House::new("1 net", ""), None).await;
    let run = scene.over(1).await;
    for other in ["bob", "cid", "dan"] {
        let said = scene.retry(&scene.world.person(other).await, &run).await;
        assert!(matches!(said, Err(Refusal::Forbidden(_))), "{other}: {said:?}");
    }
    scene.house.pass(10 * MINUTE);
    let said = scene.retry(&scene.ann, &run).await.unwrap_err().to_string();
    assert!(said.starts_with("The time for retries is over"), "{said}");
    let run = scene.over(1).await;
    scene.world.end_of(&scene.retry(&scene.ann, &run).await.unwrap()).await;
    let said = scene.retry(&scene.ann, &run).await.unwrap_err().to_string();
    assert!(said.starts_with("The one retry"), "{said}");
    let run = scene.over(3).await;
    scene.world.runs.withdraw_retries(&scene.bob, &run).await.unwrap();
    let said = scene.retry(&scene.ann, &run).await.unwrap_err().to_string();
    assert!(said.starts_with("Bob has withdrawn"), "{said}");
    assert_eq!(scene.starts(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_has_become_stricter_counts_at_the_press_and_at_the_start() {
    let scene = Scene::of(House::new("1 net", ""), None).await;
    let tighten = |gate: &str| {
        scene.house.write_policy(gate);
        scene.world.policies.reload();
    };
    let run = scene.over(3).await;
    tighten("2 net");
    let said = scene.retry(&scene.ann, &run).await;
    assert!(matches!(said, Err(Refusal::Forbidden(_))), "{said:?}");
    tighten("1 net");
    // Somebody else's run is ahead, and the policy changes while the retry waits for its turn.
    std::fs::write(scene.house.stop(), "").unwrap();
    let ahead = scene.world.ask(&scene.house, &scene.bob).await;
    scene.world.yes(&scene.world.person("cid").await, &ahead).await.unwrap();
    scene.world.until(&ahead, |state| state == RunState::Running).await;
    let mut request = scene.press(&run).await;
    request.idempotency_key.push('x');
    // The same under way is another's, so the way in is the record's own: made different here.
    sqlx::query("UPDATE runs SET same = 'other' WHERE id = ?")
        .bind(ahead.as_str().to_owned())
        .execute(&mut scene.house.record().await)
        .await
        .unwrap();
    let waits = scene.world.runs.retry(&scene.ann, &run, &request).await.unwrap().id;
    assert_eq!(scene.world.state(&waits).await, RunState::Queued);
    tighten("2 net");
    std::fs::remove_file(scene.house.stop()).unwrap();
    let ended = scene.world.end_of(&waits).await.summary;
    assert_eq!(ended.state, RunState::Cancelled, "{:?}", ended.outcome);
    assert_eq!(scene.starts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_what_was_agreed_to_can_be_changed_before_a_retry() {
    let scene = Scene::of(House::new("1 net", ""), None).await;
    let run = scene.over(10).await;
    let stored = scene.world.stored(&run).await;
    let mut record = scene.house.record().await;
    let put = "UPDATE runs SET spec = ?, digest = ? WHERE id = ?";
    for at in 0..stored.spec.len() {
        let mut bytes = stored.spec.clone();
        bytes[at] ^= 1;
        let query = sqlx::query(put).bind(bytes).bind(stored.digest.0.clone()).bind(run.0.clone());
        query.execute(&mut record).await.unwrap();
        let said = scene.retry(&scene.ann, &run).await;
        assert!(matches!(said, Err(Refusal::Altered(_))), "byte {at}: {said:?}");
    }
    // With a digest that fits, which is the most that somebody with the file can do to that row: nobody agreed to it.
    let other =
        RunSpec { script: "echo another".to_owned(), ..RunSpec::open(&stored.spec, &stored.digest).unwrap() };
    let (bytes, digest) = other.seal().unwrap();
    let query = sqlx::query(put).bind(bytes).bind(digest.0.clone()).bind(run.0.clone());
    query.execute(&mut record).await.unwrap();
    let said = scene.retry(&scene.ann, &run).await;
    assert!(matches!(said, Err(Refusal::Forbidden(_))), "{said:?}");
    let told = audit_of(&mut record, &run).await;
    assert!(told.iter().any(|entry| entry.contains("changed the record")), "{told:?}");
    assert_eq!(scene.starts(), 1);
    // As it was, it can be retried.
    let query = sqlx::query(put).bind(stored.spec).bind(stored.digest.0.clone()).bind(run.0.clone());
    query.execute(&mut record).await.unwrap();
    scene.world.end_of(&scene.retry(&scene.ann, &run).await.unwrap()).await;
    assert_eq!(scene.starts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_waits_and_is_made_something_else_does_not_start() {
    let mut scene = Scene::of(House::new("1 net", ""), None).await;
    let run = scene.over(3).await;
    let retry = scene.retry(&scene.ann, &run).await.unwrap();
    scene.world.end_of(&retry).await;
    let stored = scene.world.stored(&retry).await;
    let spec = RunSpec::open(&stored.spec, &stored.digest).unwrap();
    let mut record = scene.house.record().await;
    let forged = [
        RunSpec { script: "echo another".to_owned(), ..spec.clone() },
        RunSpec { retry_of: None, ..spec.clone() },
        RunSpec { run: "another".into(), ..spec },
    ];
    for spec in forged {
        // As if the server had gone down while it waited for its turn.
        let (bytes, digest) = spec.seal().unwrap();
        let sql = "UPDATE runs SET spec = ?, digest = ?, state = 'queued', ended_at = NULL WHERE id = ?";
        let query = sqlx::query(sql).bind(bytes).bind(digest.0.clone()).bind(retry.0.clone());
        query.execute(&mut record).await.unwrap();
        scene.world = Arc::new(World::open(&scene.house, None).await);
        let ended = scene.world.end_of(&retry).await.summary;
        assert_eq!(ended.state, RunState::Cancelled, "{:?}", ended.outcome);
        assert_eq!(scene.starts(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_the_team_allows_nothing_any_more() {
    let mut scene = Scene::of(House::new("1 net", ""), None).await;
    let run = scene.over(3).await;
    let file = scene.house.folder.path().join("config.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let bob = "name = \"Bob\"\nteams = [\"net\"]";
    for (teams, allows) in [("sre", false), ("net", true)] {
        let moved = bob.replace("net", teams);
        std::fs::write(&file, config.replace(bob, &moved)).unwrap();
        scene.world = Arc::new(World::open(&scene.house, None).await);
        match scene.retry(&scene.ann, &run).await {
            Ok(retry) => drop(scene.world.end_of(&retry).await),
            Err(why) => assert!(matches!(why, Refusal::Forbidden(_)), "{why}"),
        }
        assert_eq!(scene.starts(), 1 + usize::from(allows), "bob is in {teams}");
    }
}
