//! Random stories of one request, told to the server and to a small model: an approval that is expired, rejected, withdrawn or
//! used starts nothing, and everything else goes as the model says.

mod model;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use lastmile::people::Roll;
use lastmile_protocol::{Answer, Person, RunId, RunState};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tokio::runtime::Runtime;

use self::model::Model;
use crate::world::{House, MINUTE, World};

const CASES: u32 = 200;
/// The same stories each time; `LASTMILE_SEED` gives others.
const SEED: u64 = 20_261_127;
/// Who acts; the first is who asks.
const PEOPLE: [&str; 4] = ["ann", "bob", "cid", "dan"];
/// As a policy writes it, and how many that are.
const GATES: [(&str, usize); 3] = [("1 net", 1), ("2 net", 2), ("3 net", 3)];

/// What happens; people and gates by their place above.
#[derive(Clone, Copy, Debug)]
enum Event {
    Answer(usize, Answer),
    Start(usize),
    Cancel(usize),
    /// So many minutes pass.
    Pass(i64),
    /// It is looked whose time is over.
    Look,
    Leave(usize),
    Join(usize),
    /// This gate is in force from now on.
    Gate(usize),
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    let (anybody, others) = (|| 0..PEOPLE.len(), || 1..PEOPLE.len());
    prop_oneof![
        20 => others().prop_map(|who| Event::Answer(who, Answer::Yes)),
        2 => Just(Event::Answer(0, Answer::Yes)),
        2 => anybody().prop_map(|who| Event::Answer(who, Answer::No)),
        16 => Just(Event::Start(0)),
        2 => others().prop_map(Event::Start),
        1 => anybody().prop_map(Event::Cancel),
        6 => prop::sample::select(vec![1, 9, 11, 50]).prop_map(Event::Pass),
        2 => Just(Event::Look),
        4 => anybody().prop_map(Event::Leave),
        4 => anybody().prop_map(Event::Join),
        4 => (0..GATES.len()).prop_map(Event::Gate),
        2 => Just(Event::Restart),
    ]
}

/// A gate, whether who asks is in net like all the others, and what happens then; often only when a yes starts nothing by itself.
fn story() -> impl Strategy<Value = (usize, bool, Vec<Event>)> {
    let late = prop::option::of(Just(Event::Pass(11)));
    let events = (late, prop::collection::vec(event(), 1..16));
    let events = events.prop_map(|(late, events)| late.into_iter().chain(events).collect());
    (prop_oneof![3 => Just(0), 2 => Just(1), 1 => Just(2)], any::<bool>(), events)
}

/// A house for all stories, and the server in it.
struct Stage {
    house: House,
    world: World,
    /// How often each run should have started.
    starts: BTreeMap<String, usize>,
    /// How often what would start a run was done, by what, where it stood, and whether it was taken.
    tried: BTreeMap<String, usize>,
}

/// What must have been tried for the stories to say anything.
const TRIED: [&str; 12] = [
    "Start where Approved: true",
    // Somebody who had agreed is gone, or the gate has become stricter, or the time is over.
    "Start where Approved: false",
    "Start where AwaitingApproval: false",
    "Start where Succeeded: false",
    "Start where Rejected: false",
    "Start where Cancelled: false",
    "Start where Expired: false",
    "Yes where AwaitingApproval: true",
    "Yes where AwaitingApproval: false",
    "Yes where Approved: false",
    "Yes where Rejected: false",
    "Yes where Expired: false",
];

impl Stage {
    /// From now on these are the people of net.
    fn set_members(&self, members: &BTreeSet<usize>) {
        let person = |(place, id): (usize, &&str)| Person {
            id: (*id).into(),
            name: id.to_uppercase(),
            teams: members.contains(&place).then(|| "net".into()).into_iter().collect(),
        };
        let version = self.world.directory.now().version();
        self.world.directory.replace(Roll::of(PEOPLE.iter().enumerate().map(person)).at(version));
    }

    fn set_gate(&self, gate: usize) {
        self.house.write_policy(GATES[gate].0);
        self.world.policies.reload();
    }

    /// Whether the server took it.
    async fn takes(&mut self, event: Event, run: &RunId, model: &Model) -> bool {
        let runs = &self.world.runs;
        match event {
            Event::Answer(who, answer) => {
                let digest = self.world.stored(run).await.digest;
                let who = self.world.person(PEOPLE[who]).await;
                return self.world.answer(&who, run, &digest, answer).await.is_ok();
            }
            Event::Start(who) => {
                let who = self.world.person(PEOPLE[who]).await;
                return runs.start_approved(&who, run).await.is_ok();
            }
            Event::Cancel(who) => {
                let who = self.world.person(PEOPLE[who]).await;
                return runs.cancel(&who, run).await.is_ok();
            }
            Event::Look => return runs.expire().await.is_ok(),
            Event::Pass(minutes) => self.house.pass(minutes * MINUTE),
            Event::Leave(_) | Event::Join(_) => self.set_members(&model.members),
            Event::Gate(gate) => self.set_gate(gate),
            Event::Restart => {
                self.world = World::open(&self.house, None).await;
                self.set_members(&model.members);
            }
        }
        true
    }

    fn note_try(&mut self, event: Event, state: RunState, took: bool) {
        let what = match event {
            Event::Answer(_, Answer::Yes) => "Yes",
            Event::Start(0) => "Start",
            _ => return,
        };
        *self.tried.entry(format!("{what} where {state:?}: {took}")).or_default() += 1;
    }

    /// Tells a story: how the request ends, or what went otherwise than the model says.
    async fn tell(&mut self, (gate, is_member, events): (usize, bool, &[Event])) -> Result<RunState, String> {
        let mut model = Model::of((usize::from(!is_member)..PEOPLE.len()).collect(), gate);
        self.set_members(&model.members);
        self.set_gate(gate);
        let ann = self.world.person(PEOPLE[0]).await;
        let run = self.world.ask(&self.house, &ann).await;
        for (number, event) in events.iter().enumerate() {
            let before = model.state;
            let wanted = model.takes(*event);
            let took = self.takes(*event, &run, &model).await;
            if model.state == RunState::Succeeded {
                self.world.end_of(&run).await;
            }
            self.note_try(*event, before, took);
            let state = self.world.state(&run).await;
            if took != wanted || state != model.state {
                return Err(format!("{event:?} at {number}: {took}, {state:?} where {model:?}, {wanted}"));
            }
        }
        let (starts, wanted) = (self.house.starts().remove(run.as_str()).unwrap_or(0), model.starts());
        if starts != wanted {
            return Err(format!("it started {starts} times where {model:?}, {wanted} times"));
        }
        self.starts.extend((wanted > 0).then_some((run.0.clone(), wanted)));
        // What waits on would only cost the others time.
        self.world.runs.cancel(&ann, &run).await.map_err(|refusal| refusal.to_string())?;
        Ok(model.state)
    }
}

#[test]
fn whatever_happens_to_a_request_it_starts_once_or_not_at_all_as_the_model_says() {
    let seed = std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    println!("seed {seed} (LASTMILE_SEED={seed} repeats it)");
    let runtime = Runtime::new().unwrap();
    let house = House::new("1 net", "#| kind: check\n");
    let world = runtime.block_on(World::open(&house, None));
    let stage = RefCell::new(Stage { house, world, starts: BTreeMap::new(), tried: BTreeMap::new() });
    let ends = RefCell::new(BTreeMap::<String, u32>::new());
    let config = Config {
        cases: CASES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&story(), |(gate, is_member, events)| {
        let end = runtime
            .block_on(stage.borrow_mut().tell((gate, is_member, &events)))
            .map_err(TestCaseError::fail)?;
        *ends.borrow_mut().entry(format!("{end:?}")).or_default() += 1;
        Ok(())
    });
    told.unwrap();
    let (ends, Stage { house, starts, tried, .. }) = (ends.into_inner(), stage.into_inner());
    assert_eq!(house.starts(), starts, "nothing started after its story was over");
    println!("{ends:?}, {tried:#?}");
    for state in ["AwaitingApproval", "Approved", "Succeeded", "Rejected", "Cancelled", "Expired"] {
        assert!(ends.contains_key(state), "no story ended with {state}: {ends:?}");
    }
    for what in TRIED {
        assert!(tried.contains_key(what), "no story had {what}: {tried:?}");
    }
}
