//! Presses and withdrawals at the same moment, in every order that there is: never one retry too many, and none after it was
//! withdrawn.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use lastmile::runs::{Point, Points};
use lastmile_protocol::{RetryRequest, RunId};
use tokio::sync::Notify;

use crate::referee::{Choices, DRIVER, Deed, Referee};
use crate::retries::Scene;
use crate::world::House;

/// So many games of each kind: more than there are orders, which is checked.
const GAMES: usize = 200;
/// The same games each time; `LASTMILE_SEED` gives others.
const SEED: u64 = 20_261_127;

/// The referee, and who is over: a game begins when nothing of the run before it is still on its way.
#[derive(Default)]
struct Watched {
    referee: Arc<Referee>,
    over: Mutex<BTreeSet<RunId>>,
    moved: Notify,
}

impl Points for Watched {
    fn reached<'a>(&'a self, point: Point, run: &'a RunId) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            self.referee.reached(point, run).await;
            if point == Point::Over {
                self.over.lock().unwrap().insert(run.clone());
                self.moved.notify_one();
            }
        })
    }
}

impl Watched {
    async fn until_over(&self, run: &RunId) {
        while !self.over.lock().unwrap().contains(run) {
            self.moved.notified().await;
        }
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
    let watched = Arc::new(Watched::default());
    let scene = Scene::of(House::new("1 net", ""), Some(Arc::clone(&watched) as _)).await;
    let seed = std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let (begun, mut choices, mut orders) = (Instant::now(), Choices::new(), BTreeMap::new());
    let mut all = None;
    for game in 0..GAMES {
        let run = scene.over(count).await;
        watched.until_over(&run).await;
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
        let order = watched.referee.play(acts, &mut choices).await;
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
