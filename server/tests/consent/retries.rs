//! Retries: what runs again is what was agreed to, to the byte; and never more often, nor later, nor by anybody else.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use lastmile::people::InPerson;
use lastmile::runs::{Refusal, RetryOf, RunSpec};
use lastmile_protocol::{AllowRetries, Answer, AnswerRequest, Judgement, RetryRequest, RunId, RunState};
use serde_json::{Map, Value};

use crate::full::everything_else;
use crate::referee::{Choices, DRIVER, Deed, Referee};
use crate::world::{House, MINUTE, World, audit_of};

/// So many games of each kind: more than there are orders, which is checked.
const GAMES: usize = 200;
/// The same games each time; `LASTMILE_SEED` gives others.
const SEED: u64 = 20_261_127;

/// A house with its world, and a run of ann's that bob has agreed to and that is over.
struct Scene {
    house: Arc<House>,
    world: Arc<World>,
    ann: InPerson,
    bob: InPerson,
}

impl Scene {
    async fn of(house: House, referee: Option<Arc<Referee>>) -> Self {
        let house = Arc::new(house);
        let world = Arc::new(World::open(&house, referee.map(|referee| referee as _)).await);
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
    async fn over(&self, count: u32) -> RunId {
        let run = self.world.ask(&self.house, &self.ann).await;
        self.yes(&self.bob, &run, Some(AllowRetries { count, minutes: 10 })).await;
        self.world.end_of(&run).await;
        run
    }

    async fn press(&self, run: &RunId) -> RetryRequest {
        let digest = self.world.stored(run).await.digest;
        RetryRequest { digest, idempotency_key: self.world.press(&self.house).idempotency_key }
    }

    async fn retry(&self, who: &InPerson, run: &RunId) -> Result<RunId, Refusal> {
        let request = self.press(run).await;
        self.world.runs.retry(who, run, &request).await.map(|begun| begun.id)
    }

    /// How often the script has run in all, as it says itself.
    fn starts(&self) -> usize {
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

/// What one of those who act at the same moment does.
#[derive(Clone)]
enum Act {
    Retry(RetryRequest),
    Withdraw,
}

/// Plays in every order, and then at random, with a new run each time that has `count` retries; `judge` is told the order, who
/// went well, and how often the script ran in that game.
async fn play(
    (what, count): (&str, u32),
    deeds: impl AsyncFn(&Scene, &RunId) -> Vec<(&'static str, Act)>,
    judge: impl Fn(&[String], &[&'static str], usize),
) {
    let referee = Arc::new(Referee::default());
    let scene = Scene::of(House::new("1 net", ""), Some(Arc::clone(&referee))).await;
    let seed = std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let (begun, mut choices, mut orders) =
        (Instant::now(), Choices::new(), std::collections::BTreeMap::new());
    let mut all = None;
    for game in 0..GAMES {
        let run = scene.over(count).await;
        let before = scene.starts();
        let (well, mut acts) = (Arc::new(Mutex::new(Vec::new())), Vec::<(&str, Deed)>::new());
        for (who, act) in deeds(&scene, &run).await {
            let (runs, run, well) = (scene.world.runs.clone(), run.clone(), Arc::clone(&well));
            let (ann, bob) = (scene.ann.clone(), scene.bob.clone());
            acts.push((
                who,
                Box::pin(async move {
                    let done = match act {
                        Act::Retry(request) => runs.retry(&ann, &run, &request).await.map(drop),
                        Act::Withdraw => runs.withdraw_retries(&bob, &run).await,
                    };
                    if done.is_ok() {
                        well.lock().unwrap().push(who);
                    }
                }),
            ));
        }
        let order = referee.play(acts, &mut choices).await;
        judge(&order, &well.lock().unwrap(), scene.starts() - before);
        *orders.entry(order.join(" ")).or_insert(0) += 1;
        if choices.next(seed) {
            all.get_or_insert(game + 1);
        }
    }
    let seconds = begun.elapsed().as_secs_f32();
    println!(
        "{what}: {GAMES} games, {} orders, seed {seed} (LASTMILE_SEED={seed} repeats them), {seconds:.1} s",
        orders.len()
    );
    orders.iter().for_each(|(order, times)| println!("  {times:>4} × {order}"));
    assert!(all.is_some(), "there are fewer orders than games");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_with_one_retry_left_in_every_order_start_one() {
    let deeds = async |scene: &Scene, run: &RunId| {
        vec![("one", Act::Retry(scene.press(run).await)), ("two", Act::Retry(scene.press(run).await))]
    };
    let judge = |order: &[String], well: &[&str], starts: usize| {
        assert_eq!((well.len(), starts), (1, 1), "{order:?}: {well:?}");
    };
    play(("two presses with one retry left", 1), deeds, judge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_that_is_sent_twice_in_every_order_is_one_retry() {
    let deeds = async |scene: &Scene, run: &RunId| {
        let request = scene.press(run).await;
        vec![("one", Act::Retry(request.clone())), ("two", Act::Retry(request))]
    };
    let judge = |order: &[String], well: &[&str], starts: usize| {
        assert_eq!((well.len(), starts), (2, 1), "{order:?}: {well:?}");
    };
    play(("one press, sent twice", 2), deeds, judge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_and_its_withdrawal_in_every_order() {
    let deeds = async |scene: &Scene, run: &RunId| {
        vec![("ann", Act::Retry(scene.press(run).await)), ("bob", Act::Withdraw)]
    };
    let judge = |order: &[String], well: &[&str], starts: usize| {
        let place = |step: &str| order.iter().position(|went| went == step).unwrap_or(usize::MAX);
        let withdrawn = place("bob:Withdrawing");
        // Whether it is recorded before, and whether it starts before.
        let begins = place("ann:Retrying") < withdrawn;
        let goes = place(&format!("{DRIVER}:Allowed")) < withdrawn;
        assert_eq!(well.contains(&"ann"), begins, "{order:?}: {well:?}");
        assert!(well.contains(&"bob"), "{order:?}: {well:?}");
        assert_eq!(starts, usize::from(goes), "{order:?}: {well:?}");
    };
    play(("a retry and its withdrawal", 1), deeds, judge).await;
}
