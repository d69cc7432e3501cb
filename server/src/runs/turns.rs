//! Whose turn it is: runs of one action on one target stand in line, and the first of it goes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::RunId;
use tokio::sync::Notify;

/// One line for each action on a target that has a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Line>>>);

/// Runs in the order in which they came; the first has its turn.
#[derive(Debug, Default)]
struct Line {
    runs: VecDeque<RunId>,
    moved: Arc<Notify>,
}

/// A run's place in its line, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    turns: Turns,
    key: String,
    run: RunId,
    moved: Arc<Notify>,
    /// Who stood in the line when this one came.
    pub(super) ahead: Vec<RunId>,
}

impl Turns {
    /// Takes the last place.
    pub(super) fn enter(&self, key: String, run: &RunId) -> Place {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(key.clone()).or_default();
        let ahead = line.runs.iter().cloned().collect();
        line.runs.push_back(run.clone());
        Place { turns: self.clone(), key, run: run.clone(), moved: Arc::clone(&line.moved), ahead }
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
    /// Waits until everybody who came before is gone.
    pub(super) async fn turn(&self) {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            // Listening first: what moves between the look and the wait is heard.
            moved.as_mut().enable();
            if self.turns.is_first(&self.key, &self.run) {
                return;
            }
            moved.await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.turns.leave(&self.key, &self.run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(turns: &Turns, run: &str) -> Place {
        turns.enter("a#b@c".to_owned(), &RunId::from(run))
    }

    #[tokio::test]
    async fn turns_come_in_the_order_of_arrival_and_who_gives_up_is_passed_over() {
        let turns = Turns::default();
        let (first, second, third) = (enter(&turns, "1"), enter(&turns, "2"), enter(&turns, "3"));
        first.turn().await;
        assert_eq!(third.ahead, [RunId::from("1"), RunId::from("2")]);
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
        turns.enter("a#b@elsewhere".to_owned(), &RunId::from("2")).turn().await;
    }
}
