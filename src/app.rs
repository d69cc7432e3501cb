//! The app's frame: header, routes, who may see them, title and focus.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, path};

use crate::components::clock::provide_clock;
use crate::components::{ErrorPanel, Loading, SiteHeader};
use crate::links;
use crate::live::Live;
use crate::pages::head::{PageHead, Titles};
use crate::pages::{approvals, catalog, run, runbook, runs, sign_in, styleguide};
use crate::session::{Known, Visitor};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_clock();
    let visitor = Visitor::provide();
    let live = Live::provide();
    let titles = Titles::provide();
    let person = visitor.person();
    let id = Memo::new(move |_| person.read().as_ref().map(|person| person.id.clone()));
    Effect::new(move |_| live.switch(id.read().is_some()));
    let approvals = live.approvals();
    Effect::new(move |_| document().set_title(&titles.text(approvals.read().to_answer)));
    view! { <Router><Frame visitor live/></Router> }
}

/// What may be shown.
#[derive(Clone, Debug, PartialEq)]
enum Gate {
    /// It is not known yet who is there.
    Asking,
    /// The server could not be asked.
    Failed(String),
    /// Nobody is signed in, and the page needs somebody.
    Away,
    /// The page.
    Open,
}

#[component]
fn Frame(visitor: Visitor, live: Live) -> impl IntoView {
    let location = use_location();
    let path = location.pathname;
    let person = visitor.person();
    let known = visitor.known();
    let gate = Memo::new(move |_| match &*known.read() {
        Known::Asking => Gate::Asking,
        Known::Failed(error) => Gate::Failed(error.to_string()),
        Known::Session(session) if session.person.is_none() && needs_person(&path.read()) => Gate::Away,
        Known::Session(_) => Gate::Open,
    });
    let here = {
        let location = location.clone();
        move || {
            full_path(
                &path.read_untracked(),
                &location.search.read_untracked(),
                &location.hash.read_untracked(),
            )
        }
    };
    let navigate = use_navigate();
    Effect::new(move |_| {
        if gate.get() == Gate::Away {
            navigate(
                &links::sign_in(&here()),
                NavigateOptions { replace: true, ..NavigateOptions::default() },
            );
        }
    });
    let hash = location.hash;
    Effect::new(move |_| {
        if hash.get() == "#main" {
            focus_main();
        }
    });
    let to_answer = Signal::derive(move || live.approvals().read().to_answer);
    view! {
        <SiteHeader person to_answer connection=live.connection() path=path on_sign_out=move |()| visitor.sign_out()/>
        <main id="main" class="page" tabindex="-1">
            {move || match gate.get() {
                Gate::Asking | Gate::Away => view! { <Loading/> }.into_any(),
                Gate::Failed(message) => view! {
                    <ErrorPanel title="Lastmile's server did not answer" message on_retry=move |()| visitor.ask()/>
                }.into_any(),
                Gate::Open => view! { <Pages/> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=catalog::Catalog/>
            <Route path=path!("/runbooks/*slug") view=runbook::RunbookPage/>
            <Route path=path!("/runs") view=runs::Runs/>
            <Route path=path!("/runs/:id") view=run::RunPage/>
            <Route path=path!("/approvals") view=approvals::Approvals/>
            <Route path=path!("/sign-in") view=sign_in::SignIn/>
            <Route path=path!("/styleguide") view=styleguide::Styleguide/>
        </Routes>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <PageHead title="There is no such page"/>
        <p>"The address may have a typing mistake. "<a href="/">"All runbooks"</a>" · "<a href="/runs">"All runs"</a></p>
    }
}

fn needs_person(path: &str) -> bool {
    !["/sign-in", "/styleguide"].contains(&path)
}

fn full_path(path: &str, search: &str, hash: &str) -> String {
    let mark = if search.is_empty() { "" } else { "?" };
    format!("{path}{mark}{search}{hash}")
}

/// The skip link has been followed: the router scrolls, but the focus has to move too.
fn focus_main() {
    use wasm_bindgen::JsCast;
    let main = document().get_element_by_id("main");
    if let Some(main) = main.as_ref().and_then(|main| main.dyn_ref::<web_sys::HtmlElement>()) {
        // It fails only for an element that has left the page.
        drop(main.focus());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_out_visitors_see_the_sign_in_page_and_come_back_with_all_of_the_address() {
        assert!(needs_person("/runs/1") && !needs_person("/sign-in"));
        let here = full_path("/runbooks/bar", "pool=blue", "#restart");
        let search = links::sign_in(&here);
        assert_eq!(
            links::return_to(search.split_once('?').map_or("", |it| it.1)),
            "/runbooks/bar?pool=blue#restart"
        );
    }
}
