//! `/sign-in`: who one is. In demo mode one of the config's people is chosen.

use lastmile_protocol::{AuthMode, Person, Session, SignIn as How};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::head::PageHead;
use crate::components::{EmptyState, Notice, PersonName, Tone};
use crate::session::{Known, use_visitor};
use crate::{api, links};

/// The sign-in page; whoever is signed in already may become somebody else.
#[component]
pub fn SignIn() -> impl IntoView {
    let visitor = use_visitor();
    let search = use_location().search;
    let navigate = use_navigate();
    let (pending, error) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let choose = Callback::new(move |person: Person| {
        if pending.read_untracked().is_some() {
            return;
        }
        pending.set(Some(person.id.0.clone()));
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::sign_in(&How::Demo { person: person.id }).await {
                Ok(session) => {
                    visitor.take(session);
                    let to = links::return_to(&search.read_untracked());
                    navigate(
                        &to,
                        NavigateOptions { replace: true, resolve: false, ..NavigateOptions::default() },
                    );
                }
                Err(refusal) => {
                    error.try_set(Some(refusal.to_string()));
                    pending.try_set(None);
                }
            }
        });
    });
    let session = move || match visitor.known().get() {
        Known::Session(session) => session,
        _ => Session { person: None, modes: Vec::new(), demo_people: Vec::new() },
    };
    view! {
        <div class="sign-in">
            <PageHead title="Sign in"/>
            {move || error.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
            {move || people(session(), pending, choose)}
        </div>
    }
}

fn people(session: Session, pending: RwSignal<Option<String>>, choose: Callback<Person>) -> AnyView {
    if !session.modes.contains(&AuthMode::Demo) || session.demo_people.is_empty() {
        return view! {
            <EmptyState title="This server offers no way to sign in that this page knows">
                <p>"Reload the page; if that does not help, ask whoever runs this server to look at [auth] in its config."</p>
            </EmptyState>
        }
        .into_any();
    }
    let rows = session.demo_people.into_iter().map(|person| {
        let id = person.id.0.clone();
        let busy = Memo::new(move |_| pending.read().as_deref() == Some(id.as_str()));
        let chosen = person.clone();
        view! {
            <li>
                <button type="button" class="sign-in__person" aria-busy=move || busy.get().then_some("true")
                    on:click=move |_| choose.run(chosen.clone())
                ><PersonName person=person.clone()/></button>
            </li>
        }
    });
    view! {
        <p class="sign-in__lead">"This is a demo server: choose who you are. Anybody who can reach it can do the same, which is why it listens on this machine only."</p>
        <ul class="sign-in__people">{rows.collect_view()}</ul>
    }
    .into_any()
}
