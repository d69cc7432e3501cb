//! The demo's people, to choose one.

use lastmile_protocol::{Person, PersonId};
use leptos::prelude::*;

use crate::components::PersonName;

/// A button for each of them.
#[component]
pub(super) fn DemoPeople(
    /// Who one can be.
    people: Vec<Person>,
    /// Who is being signed in.
    #[prop(into)]
    chosen: Signal<Option<PersonId>>,
    /// Called with whom one wants to be.
    #[prop(into)]
    on_choose: Callback<PersonId>,
) -> impl IntoView {
    let rows = people.into_iter().map(|person| {
        let (id, own) = (person.id.clone(), person.id.clone());
        let busy = Memo::new(move |_| chosen.read().as_ref() == Some(&own));
        view! {
            <li>
                <button type="button" class="sign-in__person" aria-busy=move || busy.get().then_some("true")
                    on:click=move |_| on_choose.run(id.clone())
                ><PersonName person/></button>
            </li>
        }
    });
    view! {
        <p class="sign-in__lead">"These are the demo's people: choose who you are. Anybody who can reach this server can do the same, which is why it listens on this machine only."</p>
        <ul class="sign-in__people">{rows.collect_view()}</ul>
    }
}
