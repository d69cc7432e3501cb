//! Whose turn it is: runs of one action on one target stand in line, and the first of it goes; where a target says so, all of
//! its runs stand in another besides.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::RunId;
use lastmile_runbook::Concurrency;
use tokio::sync::Notify;

/// One line for each action on a target that has a run, and for each target that asks for one.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Line>>>);

/// Runs in the order in which they came; the first has its turn.
#[derive(Debug, Default)]
struct Line {
    runs: VecDeque<RunId>,
    moved: Arc<Notify>,
}

/// A line that a run has to stand in, and what it does about those ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queue {
    /// Names the line.
    pub(super) key: String,
    /// What is asked for.
    pub(super) concurrency: Option<Concurrency>,
}

/// A run's places in its lines, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    turns: Turns,
    run: RunId,
    stands: Vec<Stand>,
}

/// A place in one line.
#[derive(Debug)]
pub(super) struct Stand {
    pub(super) queue: Queue,
    moved: Arc<Notify>,
    /// Who stood in the line when this one came.
    pub(super) ahead: Vec<RunId>,
}

impl Turns {
    /// Takes the last place in each of these lines, in all at the same moment: of two runs that share lines, one is ahead
    /// everywhere, so they can't wait for each other.
    pub(super) fn enter(&self, queues: Vec<Queue>, run: &RunId) -> Place {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stand = |queue: Queue| {
            let line = lines.entry(queue.key.clone()).or_default();
            let ahead = line.runs.iter().cloned().collect();
            line.runs.push_back(run.clone());
            Stand { queue, moved: Arc::clone(&line.moved), ahead }
        };
        let stands = queues.into_iter().map(stand).collect();
        Place { turns: self.clone(), run: run.clone(), stands }
    }

    fn is_first(&self, key: &str, run: &RunId) -> bool {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(key).is_some_and(|line| line.runs.front() == Some(run))
    }

    fn leave(&self, key: &str, run: &RunId) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(line) = lines.get_mut(key) else { return };
        line.runs.retain(|other| other != run);
        line.moved.notify_waiters();
        if line.runs.is_empty() {
            lines.remove(key);
        }
    }
}

impl Place {
    /// In each of its lines.
    pub(super) fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// Whether nobody stood in any line when it came.
    pub(super) fn is_free(&self) -> bool {
        self.stands.iter().all(|stand| stand.ahead.is_empty())
    }

    /// Waits until everybody who came before is gone, in every line.
    pub(super) async fn turn(&self) {
        for stand in &self.stands {
            self.turn_in(stand).await;
        }
    }

    async fn turn_in(&self, stand: &Stand) {
        loop {
            let moved = stand.moved.notified();
            tokio::pin!(moved);
            // Listening first: what moves between the look and the wait is heard.
            moved.as_mut().enable();
            if self.turns.is_first(&stand.queue.key, &self.run) {
                return;
            }
            moved.await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stands.iter().for_each(|stand| self.turns.leave(&stand.queue.key, &self.run));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter_all(turns: &Turns, keys: &[&str], run: &str) -> Place {
        let queue = |key: &&str| Queue { key: (*key).to_owned(), concurrency: None };
        turns.enter(keys.iter().map(queue).collect(), &RunId::from(run))
    }

    fn enter(turns: &Turns, run: &str) -> Place {
        enter_all(turns, &["a#b@c"], run)
    }

    #[tokio::test]
    async fn turns_come_in_the_order_of_arrival_and_who_gives_up_is_passed_over() {
        let turns = Turns::default();
        let (first, second, third) = (enter(&turns, "1"), enter(&turns, "2"), enter(&turns, "3"));
        first.turn().await;
        assert_eq!(third.stands()[0].ahead, [RunId::from("1"), RunId::from("2")]);
        drop(second);
        let waiting = tokio::spawn(async move { third.turn().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn another_action_is_another_line() {
        let turns = Turns::default();
        let _first = enter(&turns, "1");
        enter_all(&turns, &["a#b@elsewhere"], "2").turn().await;
    }

    #[tokio::test]
    async fn a_target_s_line_is_shared_by_its_actions() {
        let turns = Turns::default();
        let first = enter_all(&turns, &["a#b@c", "@c"], "1");
        let second = enter_all(&turns, &["a#other@c", "@c"], "2");
        assert!(first.is_free() && !second.is_free());
        let waiting = tokio::spawn(async move { second.turn().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
