//! Who is signed in: the one place that knows, found in context.

use lastmile_protocol::{Person, Session};
use leptos::{prelude::*, task::spawn_local};

use crate::api;

/// What is known of the visitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Known {
    /// The server has been asked.
    #[default]
    Asking,
    /// The server could not be asked.
    Failed(api::Error),
    /// It has answered.
    Session(Session),
}

/// The visitor, as a signal.
#[derive(Clone, Copy)]
pub struct Visitor(RwSignal<Known>);

impl Visitor {
    /// Asks the server who is there, provides the answer as context and follows every later 401.
    pub fn provide() -> Self {
        let visitor = Self(RwSignal::default());
        provide_context(visitor);
        api::on_signed_out(move || visitor.set_person(None));
        visitor.ask();
        visitor
    }

    /// What is known.
    #[must_use]
    pub fn known(self) -> Signal<Known> {
        self.0.into()
    }

    /// Who is signed in.
    #[must_use]
    pub fn person(self) -> Signal<Option<Person>> {
        Memo::new(move |_| match &*self.0.read() {
            Known::Session(session) => session.person.clone(),
            _ => None,
        })
        .into()
    }

    /// Asks (again).
    pub fn ask(self) {
        spawn_local(async move {
            let known = api::session().await.map_or_else(Known::Failed, Known::Session);
            self.0.set(known);
        });
    }

    /// The server has told about the session in an answer.
    pub fn take(self, session: Session) {
        self.0.set(Known::Session(session));
    }

    /// Signs out; where the server can't be reached one stays signed in, for that is the truth.
    pub fn sign_out(self) {
        spawn_local(async move {
            if api::sign_out().await.is_ok() {
                self.set_person(None);
            }
        });
    }

    fn set_person(self, person: Option<Person>) {
        self.0.update(|known| {
            if let Known::Session(session) = known {
                session.person = person;
            }
        });
    }
}

/// The visitor, from context.
///
/// Below the app's root there always is one; elsewhere (the style guide's tests) nobody is signed in.
#[must_use]
pub fn use_visitor() -> Visitor {
    use_context().unwrap_or_else(|| Visitor(RwSignal::default()))
}
