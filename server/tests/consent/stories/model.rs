//! What should become of a request: the rules of consent, written down a second time and as short as they go.

use std::collections::{BTreeMap, BTreeSet};

use lastmile_protocol::{Answer, RunState};

use super::{Event, GATES};
use crate::world::MINUTE;

/// How long after the request the last yes starts it by itself: the config's default.
const AUTO_START: i64 = 10 * MINUTE;
/// How long a request lives: the config's default.
const LIVES: i64 = 60 * MINUTE;

/// Place in `PEOPLE`.
const REQUESTER: usize = 0;

/// A request as it should stand; people by their place in `PEOPLE`.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) members: BTreeSet<usize>,
    /// How many must agree by now, and how many when it was asked for.
    gate: usize,
    floor: usize,
    /// Milliseconds since the request.
    age: i64,
    answers: BTreeMap<usize, Answer>,
    pub(super) state: RunState,
}

impl Model {
    pub(super) fn of(members: BTreeSet<usize>, gate: usize) -> Self {
        let gate = GATES[gate].1;
        let state = RunState::AwaitingApproval;
        Self { members, gate, floor: gate, age: 0, answers: BTreeMap::new(), state }
    }

    /// How often the script should have run.
    pub(super) fn starts(&self) -> usize {
        usize::from(self.state == RunState::Succeeded)
    }

    /// How many must agree now; `None`: there are not so many who could.
    fn needed(&self) -> Option<usize> {
        let needed = self.gate.max(self.floor);
        let could = self.members.iter().filter(|member| **member != REQUESTER).count();
        (could >= needed).then_some(needed)
    }

    fn is_agreed(&self, needed: usize) -> bool {
        self.answers.keys().filter(|who| self.members.contains(who)).count() >= needed
    }

    /// Whether the event does something. A run that starts has succeeded by the time anybody looks.
    pub(super) fn takes(&mut self, event: Event) -> bool {
        match event {
            Event::Answer(who, answer) => return self.takes_answer(who, answer),
            Event::Start(who) => return self.takes_start(who),
            Event::Look => _ = self.is_over(),
            Event::Pass(minutes) => self.age += minutes * MINUTE,
            Event::Leave(who) => _ = self.members.remove(&who),
            Event::Join(who) => _ = self.members.insert(who),
            Event::Gate(gate) => self.gate = GATES[gate].1,
            Event::Cancel(_) if self.waits() => self.state = RunState::Cancelled,
            Event::Cancel(_) | Event::Restart => {}
        }
        true
    }

    fn takes_start(&mut self, who: usize) -> bool {
        let may = who == REQUESTER && self.state == RunState::Approved && !self.is_over();
        let starts = may && self.needed().is_some_and(|needed| self.is_agreed(needed));
        if starts {
            self.state = RunState::Succeeded;
        }
        starts
    }

    fn takes_answer(&mut self, who: usize, answer: Answer) -> bool {
        if self.state != RunState::AwaitingApproval || self.is_over() {
            return false;
        }
        let Some(needed) = self.needed() else { return false };
        if who == REQUESTER || !self.members.contains(&who) || self.answers.contains_key(&who) {
            return false;
        }
        self.answers.insert(who, answer);
        if answer == Answer::No {
            self.state = RunState::Rejected;
        } else if self.is_agreed(needed) {
            self.state = if self.age <= AUTO_START { RunState::Succeeded } else { RunState::Approved };
        }
        true
    }

    fn waits(&self) -> bool {
        matches!(self.state, RunState::AwaitingApproval | RunState::Approved)
    }

    /// Whether its time is over; whoever looks sees to it.
    fn is_over(&mut self) -> bool {
        let over = self.waits() && self.age >= LIVES;
        if over {
            self.state = RunState::Expired;
        }
        over
    }
}
