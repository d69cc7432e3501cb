//! What a page has asked of the server: loading, failed, or ready; and ready it stays while it is asked again.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use crate::api;

/// What came of the question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    /// No answer yet.
    Loading,
    /// It failed, and nothing earlier can be shown.
    Failed(api::Error),
    /// The newest answer.
    Ready(T),
}

/// A question that is asked again whenever a signal that it reads changes.
///
/// A later question's answer is never overwritten by an earlier one's, and what is shown stays while a newer answer
/// is on its way: a page that flickers at every piece of news can't be read.
pub struct Question<T: Send + Sync + 'static> {
    state: RwSignal<Answer<T>>,
    attempt: RwSignal<u32>,
    stale: RwSignal<Option<api::Error>>,
}

impl<T: Send + Sync + 'static> Clone for Question<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Question<T> {}

/// Asks now and whenever what `ask` reads has changed.
pub fn use_answer<T, F>(ask: impl Fn() -> F + 'static) -> Question<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, api::Error>> + 'static,
{
    let question = Question {
        state: RwSignal::new(Answer::Loading),
        attempt: RwSignal::new(0),
        stale: RwSignal::new(None),
    };
    let newest = StoredValue::new(0_u32);
    Effect::new(move |_| {
        question.attempt.track();
        let number = newest.try_update_value(|number| {
            *number = number.wrapping_add(1);
            *number
        });
        let answer = ask();
        spawn_local(async move {
            let answer = answer.await;
            if number.is_some() && newest.try_get_value() == number {
                question.take(answer);
            }
        });
    });
    question
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Question<T> {
    fn take(self, answer: Result<T, api::Error>) {
        match answer {
            Ok(value) => {
                let value = Answer::Ready(value);
                if self.state.try_with_untracked(|state| *state != value) == Some(true) {
                    self.state.set(value);
                }
                self.stale.set(None);
            }
            // No such thing any more is an answer; a lost connection is none, and what is there stays readable.
            Err(error) if error.is_uncertain() && self.is_ready() => self.stale.set(Some(error)),
            Err(error) => self.state.set(Answer::Failed(error)),
        }
    }

    fn is_ready(self) -> bool {
        self.state.try_with_untracked(|state| matches!(state, Answer::Ready(_))) == Some(true)
    }

    /// What is to be shown.
    #[must_use]
    pub fn state(self) -> Answer<T> {
        self.state.get()
    }

    /// The newest answer, if there is one.
    #[must_use]
    pub fn ready(self) -> Option<T> {
        self.state.with(|state| match state {
            Answer::Ready(value) => Some(value.clone()),
            _ => None,
        })
    }

    /// An answer that came by another way, such as by doing something; nothing once the page has been left.
    pub fn put(self, value: T) {
        self.take(Ok(value));
    }

    /// Why what is shown could not be brought up to date.
    #[must_use]
    pub fn stale(self) -> Option<api::Error> {
        self.stale.get()
    }

    /// Asks again; after a failure the loading state shows. Nothing once the page has been left.
    pub fn retry(self) {
        if !self.is_ready() {
            self.state.set(Answer::Loading);
        }
        self.attempt.update(|attempt| *attempt = attempt.wrapping_add(1));
    }
}
