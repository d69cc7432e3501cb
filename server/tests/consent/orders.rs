//! Whoever acts at the same moment, in every order that there is: one outcome, and never two starts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use lastmile::people::InPerson;
use lastmile::runs::{Refusal, Runs};
use lastmile_protocol::{Answer, AnswerRequest, Judgement, RunId, RunState};

use crate::referee::{Choices, DRIVER, Deed, Referee};
use crate::world::{House, World};

/// So many games of each kind: more than there are orders, which is checked.
const GAMES: usize = 1_000;
/// The same games each time; `LASTMILE_SEED` gives others.
const SEED: u64 = 20_261_127;

/// What became of each deed.
type Said = Arc<Mutex<BTreeMap<&'static str, Result<(), Refusal>>>>;

/// A game that is over.
struct Played {
    run: RunId,
    order: Vec<String>,
    said: BTreeMap<&'static str, Result<(), Refusal>>,
    state: RunState,
    /// How often the script ran, as it says itself.
    starts: usize,
}

impl Played {
    /// Whether the first went on before the second, if it did at all.
    fn before(&self, first: &str, second: &str) -> bool {
        let place = |step: &str| self.order.iter().position(|went| went == step).unwrap_or(usize::MAX);
        place(first) < place(second)
    }

    fn says(&self) -> String {
        let said: Vec<_> = self.said.iter().map(|(who, said)| format!("{who}: {said:?}")).collect();
        format!("{}: {:?}, {} starts; {}", self.order.join(" "), self.state, self.starts, said.join("; "))
    }

    fn went_well(&self, who: &str) -> bool {
        self.said[who].is_ok()
    }
}

/// Where the games are played.
struct Table {
    house: Arc<House>,
    world: Arc<World>,
    referee: Arc<Referee>,
    ann: InPerson,
}

impl Table {
    async fn new(gate: &str) -> Self {
        let house = Arc::new(House::new(gate, ""));
        let referee = Arc::new(Referee::default());
        let world = Arc::new(World::open(&house, Some(Arc::clone(&referee) as _)).await);
        let ann = world.person("ann").await;
        Self { house, world, referee, ann }
    }

    /// Plays in every order, and then at random. `deeds` says who does what to a new run; `judge` looks at each game.
    async fn play(
        &self,
        (what, most): (&str, usize),
        deeds: impl Fn(&RunId) -> Vec<(&'static str, Act)>,
        mut judge: impl AsyncFnMut(&Played),
    ) {
        let seed = std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
        let (begun, mut orders, mut all) = (Instant::now(), BTreeMap::<String, usize>::new(), None);
        let mut choices = Choices::new();
        for game in 0..most {
            let played = self.game(&deeds, &mut choices).await;
            judge(&played).await;
            *orders.entry(played.order.join(" ")).or_default() += 1;
            if choices.next(seed) {
                all.get_or_insert((game + 1, orders.len()));
            }
        }
        let (games, distinct) = all.expect("there are fewer orders than games");
        println!(
            "{what}: {most} games, {distinct} orders, seed {seed} (LASTMILE_SEED={seed} repeats them), {:.1} s",
            begun.elapsed().as_secs_f32()
        );
        orders.iter().for_each(|(order, times)| println!("  {times:>4} × {order}"));
        assert_eq!(games, distinct, "each order was gone once before the random ones");
        assert_eq!(orders.len(), distinct, "chance found no order that was not known");
    }

    async fn game(
        &self,
        deeds: &impl Fn(&RunId) -> Vec<(&'static str, Act)>,
        choices: &mut Choices,
    ) -> Played {
        let run = self.world.ask(&self.house, &self.ann).await;
        let said = Said::default();
        let digest = self.world.stored(&run).await.digest;
        let deed = |(who, act): (&'static str, Act)| {
            let (runs, run, said) = (self.world.runs.clone(), run.clone(), Arc::clone(&said));
            let answer = AnswerRequest {
                digest: digest.clone(),
                answer: Answer::Yes,
                judgement: Some(Judgement::Checked),
                comment: None,
                retries: None,
            };
            let deed: Deed = Box::pin(async move {
                let done = act.of(&runs, &run, &answer).await;
                said.lock().unwrap().insert(who, done);
            });
            (who, deed)
        };
        let order = self.referee.play(deeds(&run).into_iter().map(deed).collect(), choices).await;
        let starts = self.house.starts().get(run.as_str()).copied().unwrap_or_default();
        let said = std::mem::take(&mut *said.lock().unwrap());
        Played { state: self.world.state(&run).await, run, order, said, starts }
    }
}

/// What somebody does to a run.
enum Act {
    Approve(InPerson),
    Cancel(InPerson),
    /// This gate is put in force.
    Tighten(Arc<House>, Arc<World>, &'static str),
}

impl Act {
    async fn of(self, runs: &Runs, run: &RunId, answer: &AnswerRequest) -> Result<(), Refusal> {
        match self {
            Self::Approve(caller) => runs.answer(&caller, run, answer).await,
            Self::Cancel(caller) => runs.cancel(&caller, run).await,
            Self::Tighten(house, world, gate) => {
                house.write_policy(gate);
                world.policies.reload();
                Ok(())
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_and_a_cancel_in_every_order() {
    let table = Table::new("1 net").await;
    let bob = table.world.person("bob").await;
    let deeds = |_: &RunId| vec![("ann", Act::Cancel(table.ann.clone())), ("bob", Act::Approve(bob.clone()))];
    let judge = async |played: &Played| {
        let starts = played.before(&format!("{DRIVER}:Intended"), "ann:Noted");
        let state = if starts { RunState::Succeeded } else { RunState::Cancelled };
        assert_eq!((played.state, played.starts), (state, usize::from(starts)), "{}", played.says());
        assert!(played.went_well("ann"), "{}", played.says());
        assert_eq!(played.went_well("bob"), played.before("bob:Judged", "ann:Noted"), "{}", played.says());
    };
    table.play(("a yes and a cancel", GAMES), deeds, judge).await;
}

/// Two yeses of these people, where `gate` must agree; `wanted` of them go through.
async fn two_yeses(gate: &str, games: usize, who: [&'static str; 2], wanted: usize) {
    let table = Table::new(gate).await;
    let people = [table.world.person(who[0]).await, table.world.person(who[1]).await];
    let deeds = |_: &RunId| who.into_iter().zip(people.clone().map(Act::Approve)).collect();
    let judge = async |played: &Played| {
        assert_eq!((played.state, played.starts), (RunState::Succeeded, 1), "{}", played.says());
        let (well, refused): (Vec<_>, Vec<_>) = played.said.values().partition(|said| said.is_ok());
        let no_longer = |said: &&Result<(), Refusal>| matches!(said, Err(Refusal::WrongState(_)));
        assert!(well.len() == wanted && refused.iter().all(no_longer), "{}", played.says());
        assert_eq!(table.world.store.answers(&played.run).await.unwrap().len(), wanted, "{}", played.says());
    };
    table.play((&format!("two yeses where {gate} must agree"), games), deeds, judge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_yeses_where_one_is_enough_in_every_order() {
    two_yeses("1 net", GAMES, ["bob", "cid"], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_yeses_where_two_are_needed_in_every_order() {
    two_yeses("2 net", GAMES, ["bob", "cid"], 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_yeses_of_people_who_are_in_both_of_two_teams_count_once_for_each_in_every_order() {
    two_yeses("net, sre", 100, ["cid", "dan"], 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_and_a_policy_that_becomes_stricter_in_every_order() {
    let table = Table::new("1 net").await;
    let bob = table.world.person("bob").await;
    let deeds = |_: &RunId| {
        let tighten = Act::Tighten(Arc::clone(&table.house), Arc::clone(&table.world), "2 net");
        vec![("bob", Act::Approve(bob.clone())), ("policy", tighten)]
    };
    let judge = async |played: &Played| {
        let state = if played.before("policy:Begin", "bob:Begin") {
            RunState::AwaitingApproval
        } else if played.before("policy:Begin", "bob:Queued") {
            RunState::Cancelled
        } else {
            RunState::Succeeded
        };
        let starts = usize::from(state == RunState::Succeeded);
        assert_eq!((played.state, played.starts), (state, starts), "{}", played.says());
        assert!(played.went_well("bob"), "{}", played.says());
        table.world.runs.cancel(&table.ann, &played.run).await.unwrap();
        table.house.write_policy("1 net");
        table.world.policies.reload();
    };
    table.play(("a yes and a stricter policy", GAMES), deeds, judge).await;
}
