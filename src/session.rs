//! Who is signed in: the one place that knows, found in context. Tabs tell each other when that changes.

use lastmile_protocol::{Onward, Person, Session};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::BroadcastChannel;

use crate::api;

/// What the tabs of one browser call each other on.
const CHANNEL: &str = "lastmile-session";

/// That this tab went elsewhere to sign in, for when it is back.
const WENT: &str = "lastmile-went-to-sign-in";

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
pub struct Visitor {
    known: RwSignal<Known>,
    /// Signed out here, on purpose: nothing of this tab needs to be kept.
    left: RwSignal<bool>,
    others: StoredValue<Option<BroadcastChannel>, LocalStorage>,
}

impl Visitor {
    /// Asks the server who is there, provides the answer as context and follows every later 401.
    pub fn provide() -> Self {
        let visitor = Self::nobody();
        provide_context(visitor);
        api::on_signed_out(move || visitor.set_person(None));
        visitor.hear_others();
        visitor.ask();
        visitor
    }

    fn nobody() -> Self {
        Self { known: RwSignal::default(), left: RwSignal::new(false), others: StoredValue::new_local(None) }
    }

    /// Another tab has signed in or out: whatever it says, the server knows.
    fn hear_others(self) {
        // Where there is no such channel, the next request tells.
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
        let heard = Closure::<dyn Fn()>::new(move || self.ask());
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // It listens as long as the tab lives.
        heard.forget();
        self.others.set_value(Some(channel));
    }

    fn tell_others(self) {
        self.others.with_value(|others| {
            if let Some(channel) = others {
                // A closed channel has nobody to tell.
                let _ = channel.post_message(&JsValue::TRUE);
            }
        });
    }

    /// What is known.
    #[must_use]
    pub fn known(self) -> Signal<Known> {
        self.known.into()
    }

    /// Who is signed in.
    #[must_use]
    pub fn person(self) -> Signal<Option<Person>> {
        Memo::new(move |_| match &*self.known.read() {
            Known::Session(session) => session.person.clone(),
            _ => None,
        })
        .into()
    }

    /// Whether whoever is signed in may read the audit record. A hint: the server decides.
    #[must_use]
    pub fn may_read_audit(self) -> Signal<bool> {
        Memo::new(move |_| match &*self.known.read() {
            Known::Session(session) => session.person.is_some() && session.may_read_audit,
            _ => false,
        })
        .into()
    }

    /// Asks (again).
    pub fn ask(self) {
        spawn_local(async move {
            let known = api::session().await.map_or_else(Known::Failed, Known::Session);
            let is_in = matches!(&known, Known::Session(session) if session.person.is_some());
            self.known.set(known);
            if is_in && has_come_back() {
                self.tell_others();
            }
        });
    }

    /// The server has told about the session in an answer.
    pub fn take(self, session: Session) {
        self.left.set(false);
        self.known.set(Known::Session(session));
        self.tell_others();
    }

    /// Leaves the app for where one signs in or out; whoever is somebody else after that tells the other tabs.
    pub fn go_on(self, onward: &Onward) {
        if let Ok(Some(storage)) = window().session_storage() {
            // Without it, other tabs learn of it by their next request.
            let _ = storage.set_item(WENT, "1");
        }
        // It fails only for what is no address: then one stays where one is.
        let _ = window().location().assign(&onward.continue_at);
    }

    /// Whether the person has signed out in this very tab.
    #[must_use]
    pub fn has_left(self) -> bool {
        self.left.get()
    }

    /// Signs out; where the server can't be reached one stays signed in, for that is the truth.
    pub fn sign_out(self) {
        spawn_local(async move {
            if let Ok(onward) = api::sign_out().await {
                self.left.set(true);
                self.set_person(None);
                self.tell_others();
                if let Some(onward) = onward {
                    self.go_on(&onward);
                }
            }
        });
    }

    fn set_person(self, person: Option<Person>) {
        self.known.update(|known| {
            if let Known::Session(session) = known {
                session.person = person;
            }
        });
    }
}

/// Whether this tab went elsewhere to sign in; asked once.
fn has_come_back() -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let went = storage.get_item(WENT).ok().flatten().is_some();
    // What can't be taken away only tells the others once more.
    let _ = storage.remove_item(WENT);
    went
}

/// The visitor, from context.
///
/// Below the app's root there always is one; elsewhere (the style guide's tests) nobody is signed in.
#[must_use]
pub fn use_visitor() -> Visitor {
    use_context().unwrap_or_else(Visitor::nobody)
}
