//! The app's frame: header, routes, who may see them, title and focus.

use lastmile_protocol::PersonId;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, path};

use crate::components::clock::provide_clock;
use crate::components::{ErrorPanel, Loading, Notice, SiteHeader, Toasts, Tone};
use crate::links;
use crate::live::Live;
use crate::pages::head::{PageHead, Titles};
use crate::pages::{
    address, alert, approvals, audit, catalog, gates, request, run, runbook, runs, sign_in, styleguide,
    tokens, watching,
};
use crate::session::{Known, Visitor};
use crate::told::News;
use crate::watching::Watches;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_clock();
    let visitor = Visitor::provide();
    let live = Live::provide();
    let titles = Titles::provide();
    let person = visitor.person();
    let id = Memo::new(move |_| person.read().as_ref().map(|person| person.id.clone()));
    let watches = Watches::provide();
    Effect::new(move |_| {
        live.switch(id.read().is_some());
        watches.switch(id.read().is_some());
    });
    let approvals = live.approvals();
    Effect::new(move |_| {
        document().set_title(&titles.text(approvals.with(|news| news.to_answer + news.to_review)));
    });
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
    /// The session has ended while the page was open: what is typed in it waits for its owner.
    Interrupted,
    /// The page.
    Open,
}

#[component]
fn Frame(visitor: Visitor, live: Live) -> impl IntoView {
    let location = use_location();
    let path = location.pathname;
    let person = visitor.person();
    let known = visitor.known();
    let gate = Memo::new(move |before: Option<&Gate>| {
        let was_open = matches!(before, Some(Gate::Open | Gate::Interrupted));
        match &*known.read() {
            Known::Asking => Gate::Asking,
            // Another tab has called, and the server can't be asked: stay as it is.
            Known::Failed(_) if was_open => before.cloned().unwrap_or(Gate::Open),
            Known::Failed(error) => Gate::Failed(error.to_string()),
            Known::Session(session) if session.person.is_none() && needs_person(&path.read()) => {
                if was_open && !visitor.has_left() { Gate::Interrupted } else { Gate::Away }
            }
            Known::Session(_) => Gate::Open,
        }
    });
    let drawn = Memo::new(move |before: Option<&Drawn>| match gate.get() {
        Gate::Open | Gate::Interrupted => Drawn::next(before, person.get().map(|person| person.id)),
        _ => Drawn::default(),
    });
    let number = Memo::new(move |_| drawn.read().number);
    let interrupted = Memo::new(move |_| gate.get() == Gate::Interrupted);
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
    let back = here;
    Effect::new(move |_| {
        if gate.get() == Gate::Away {
            navigate(
                &links::sign_in(&back()),
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
    let news = expect_context::<News>();
    let to_answer = Signal::derive(move || live.approvals().read().to_answer);
    let to_review = Signal::derive(move || live.approvals().read().to_review);
    view! {
        <SiteHeader person to_answer to_review audit=visitor.may_read_audit() connection=live.connection() path=path on_sign_out=move |()| visitor.sign_out()/>
        {move || interrupted.get().then(|| {
            let href = links::sign_in(&here());
            view! {
                <div class="page">
                    <Notice tone=Tone::Warning title="You have been signed out" live=true>
                        <p>"What you have typed here is kept. "<a href=href target="_blank">"Sign in again in another tab"</a>", then come back."</p>
                    </Notice>
                </div>
            }
        })}
        <main id="main" class="page" tabindex="-1" hidden=interrupted on:click=address::escapes_stay()>
            {move || match gate.get() {
                Gate::Asking | Gate::Away => view! { <Loading/> }.into_any(),
                Gate::Failed(message) => view! {
                    <ErrorPanel title="Lastmile's server did not answer" message on_retry=move |()| visitor.ask()/>
                }.into_any(),
                Gate::Open | Gate::Interrupted => ().into_any(),
            }}
            // Beside the gate: what is typed outlives a session that has ended, but never meets another person.
            {move || (number.get() > 0).then(|| view! { <Pages/> })}
        </main>
        <Toasts all=news.toasts() on_close=move |key: String| news.close(&key)/>
    }
}

/// Which drawing of the pages this is: each person has their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Drawn {
    /// 0: there is none.
    number: u32,
    owner: Option<PersonId>,
}

impl Drawn {
    fn next(before: Option<&Self>, person: Option<PersonId>) -> Self {
        let before = before.cloned().unwrap_or_default();
        let same = before.owner.is_none() || person.is_none() || before.owner == person;
        let number = if same { before.number.max(1) } else { before.number + 1 };
        Self { number, owner: person.or(before.owner) }
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=catalog::Catalog/>
            <Route path=path!("/runbooks/*slug") view=runbook::RunbookPage/>
            <Route path=path!("/runbooks") view=AllRunbooks/>
            <Route path=path!("/alerts/*name") view=alert::AlertPage/>
            <Route path=path!("/runs") view=runs::Runs/>
            <Route path=path!("/runs/:id") view=run::RunPage/>
            <Route path=path!("/requests/:id") view=request::RequestPage/>
            <Route path=path!("/approvals/report") view=gates::Gates/>
            <Route path=path!("/approvals") view=approvals::Approvals/>
            <Route path=path!("/audit") view=audit::Audit/>
            <Route path=path!("/watching") view=watching::Watching/>
            <Route path=path!("/tokens") view=tokens::Tokens/>
            <Route path=path!("/sign-in") view=sign_in::SignIn/>
            <Route path=path!("/styleguide") view=styleguide::Styleguide/>
        </Routes>
    }
}

/// The folder itself: the catalog.
#[component]
fn AllRunbooks() -> impl IntoView {
    view! { <Redirect path="/" options=NavigateOptions { replace: true, ..NavigateOptions::default() }/> }
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
    fn a_page_waits_for_its_owner_and_is_drawn_anew_for_anybody_else() {
        let nobody = Drawn::next(None, None);
        let nora = Drawn::next(Some(&nobody), Some("nora".into()));
        assert_eq!(nora.number, nobody.number);
        let away = Drawn::next(Some(&nora), None);
        assert_eq!(Drawn::next(Some(&away), Some("nora".into())).number, nora.number);
        assert_ne!(Drawn::next(Some(&away), Some("mallory".into())).number, nora.number);
    }

    #[test]
    fn signed_out_visitors_see_the_sign_in_page_and_come_back_with_all_of_the_address() {
        assert!(needs_person("/runs/1") && !needs_person("/sign-in"));
        let here = full_path("/runbooks/bar", "pool=blue", "#restart");
        let search = links::sign_in(&here);
        assert_eq!(
            links::return_to(search.split_once('?').map_or("", |it| it.1)).as_str(),
            "/runbooks/bar?pool=blue#restart"
        );
    }
}
