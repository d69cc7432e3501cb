//! Decides who goes next: tasks stop where they could meet, and one at a time goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};

use lastmile::runs::{Point, Points};
use lastmile_protocol::RunId;
use tokio::sync::{Notify, oneshot};

use crate::random::Random;

tokio::task_local! {
    static WHO: &'static str;
}

/// Whoever takes a run from the queue to its end.
pub(crate) const DRIVER: &str = "run";

/// What somebody does.
pub(crate) type Deed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Holds everybody whom it did not let go.
#[derive(Default)]
pub(crate) struct Referee {
    stands: Mutex<Stands>,
    moved: Notify,
}

#[derive(Default)]
struct Stands {
    /// A game is on; otherwise nobody is held.
    plays: bool,
    held: BTreeMap<&'static str, (String, oneshot::Sender<()>)>,
    under_way: BTreeSet<&'static str>,
}

impl Points for Referee {
    fn reached<'a>(&'a self, point: Point, _: &'a RunId) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        let who = WHO.try_with(|who| *who).unwrap_or(DRIVER);
        Box::pin(async move {
            if point == Point::Over { self.done(who) } else { self.hold(who, format!("{point:?}")).await }
        })
    }
}

impl Referee {
    fn stands(&self) -> MutexGuard<'_, Stands> {
        self.stands.lock().unwrap()
    }

    async fn hold(&self, who: &'static str, at: String) {
        let (go, going) = oneshot::channel();
        {
            let mut stands = self.stands();
            if !stands.plays {
                return;
            }
            stands.under_way.remove(who);
            let before = stands.held.insert(who, (at, go));
            assert!(before.is_none(), "{who} stands at two places");
        }
        self.moved.notify_one();
        going.await.unwrap();
    }

    fn done(&self, who: &'static str) {
        self.stands().under_way.remove(who);
        self.moved.notify_one();
    }

    /// Lets them go on one at a time, as chosen, until all of them are done: who went on from where, in order.
    pub(crate) async fn play(
        self: &std::sync::Arc<Self>,
        deeds: Vec<(&'static str, Deed)>,
        choices: &mut Choices,
    ) -> Vec<String> {
        {
            let mut stands = self.stands();
            stands.plays = true;
            stands.under_way = deeds.iter().map(|(who, _)| *who).collect();
        }
        for (who, deed) in deeds {
            let referee = std::sync::Arc::clone(self);
            tokio::spawn(WHO.scope(who, async move {
                referee.hold(who, "Begin".to_owned()).await;
                deed.await;
                referee.done(who);
            }));
        }
        let mut order = Vec::new();
        while let Some(went) = self.next(choices).await {
            order.push(went);
        }
        self.stands().plays = false;
        order
    }

    async fn next(&self, choices: &mut Choices) -> Option<String> {
        while !self.stands().under_way.is_empty() {
            self.moved.notified().await;
        }
        let mut stands = self.stands();
        if stands.held.is_empty() {
            return None;
        }
        let chosen = choices.choose(stands.held.len());
        let who = *stands.held.keys().nth(chosen).unwrap();
        let (at, go) = stands.held.remove(who).unwrap();
        stands.under_way.insert(who);
        if at == format!("{:?}", Point::Queued) {
            stands.under_way.insert(DRIVER);
        }
        let _ = go.send(());
        Some(format!("{who}:{at}"))
    }
}

/// What is chosen of how many, each time: first every way that there is, then ways at random.
pub(crate) struct Choices {
    planned: Vec<usize>,
    taken: Vec<(usize, usize)>,
    at_random: Option<Random>,
}

impl Choices {
    pub(crate) fn new() -> Self {
        Self { planned: Vec::new(), taken: Vec::new(), at_random: None }
    }

    fn choose(&mut self, of: usize) -> usize {
        let planned = self.planned.get(self.taken.len()).copied();
        let chosen = match &mut self.at_random {
            Some(random) => usize::try_from(random.below(of as u64)).unwrap(),
            None => planned.unwrap_or(0),
        };
        self.taken.push((chosen, of));
        chosen
    }

    /// Goes on to the next game; `seed` is for when every way was gone. Gives whether they all were.
    pub(crate) fn next(&mut self, seed: u64) -> bool {
        let mut taken = std::mem::take(&mut self.taken);
        if self.at_random.is_some() {
            return true;
        }
        while taken.last().is_some_and(|(chosen, of)| chosen + 1 == *of) {
            taken.pop();
        }
        match taken.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => self.at_random = Some(Random::of(seed, 0)),
        }
        self.planned = taken.into_iter().map(|(chosen, _)| chosen).collect();
        self.at_random.is_some()
    }
}
