//! `/sign-in`: who one is. It offers every way that the server has on.

mod demo;
mod elsewhere;

use lastmile_protocol::{AuthMode, SecretText, Session, SignIn as How, SignInProblem};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::head::PageHead;
use crate::components::{EmptyState, Notice, PasswordForm, Tone, Typed};
use crate::session::{Known, use_visitor};
use crate::{api, links, query};
use demo::DemoPeople;
use elsewhere::{ProviderWay, ProxyWay};

/// What is being tried, and how the last try went.
#[derive(Clone, Copy)]
struct Attempt {
    pending: RwSignal<Option<How>>,
    refusal: RwSignal<Option<(AuthMode, String)>>,
    try_it: Callback<How>,
}

impl Attempt {
    /// Why the last try of that way was refused.
    fn refusal_of(self, mode: AuthMode) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.refusal.read().as_ref().filter(|(of, _)| *of == mode).map(|(_, why)| why.clone())
        })
    }

    fn is_trying(self, mode: AuthMode) -> Signal<bool> {
        Signal::derive(move || self.pending.read().as_ref().is_some_and(|how| how.mode() == mode))
    }
}

/// The way to the provider.
#[derive(Clone, Copy)]
struct Leaving {
    busy: RwSignal<bool>,
    refusal: RwSignal<Option<String>>,
    go: Callback<()>,
}

/// The sign-in page; whoever is signed in already may become somebody else.
#[component]
pub fn SignIn() -> impl IntoView {
    let visitor = use_visitor();
    let (attempt, leaving) = (use_attempt(), use_leaving());
    let search = use_location().search;
    let session = Memo::new(move |_| match visitor.known().get() {
        Known::Session(session) => session,
        _ => Session::unknown(),
    });
    // Whoever has just signed out here means it.
    Effect::new(move |tried: Option<bool>| {
        let session = session.read();
        let try_it =
            session.person.is_none() && session.modes.contains(&AuthMode::Proxy) && !visitor.has_left();
        if try_it && tried != Some(true) {
            attempt.try_it.run(How::Proxy);
        }
        try_it || tried == Some(true)
    });
    let problem = move || {
        let problem = query::get(&search.read(), "problem").and_then(|code| SignInProblem::parse(&code));
        problem.map(|problem| {
            view! { <Notice tone=Tone::Danger title="You are not signed in" live=true><p>{problem.text()}</p></Notice> }
        })
    };
    let ended = move || {
        session.read().ended.then(|| {
            view! {
                <Notice tone=Tone::Info title="Your session has ended">
                    <p>"Sign in again to go on where you were."</p>
                </Notice>
            }
        })
    };
    view! {
        <div class="sign-in">
            <PageHead title="Sign in"/>
            {ended}
            {problem}
            {move || ways(&session.get(), attempt, leaving)}
        </div>
    }
}

fn use_attempt() -> Attempt {
    let visitor = use_visitor();
    let search = use_location().search;
    let navigate = use_navigate();
    let (pending, refusal) = (RwSignal::new(None::<How>), RwSignal::new(None));
    let try_it = Callback::new(move |how: How| {
        if pending.read_untracked().is_some() {
            return;
        }
        pending.set(Some(how.clone()));
        refusal.set(None);
        let (navigate, to) = (navigate.clone(), links::return_to(&search.read_untracked()));
        spawn_local(async move {
            match api::sign_in(&how).await {
                Ok(session) => {
                    visitor.take(session);
                    let options =
                        NavigateOptions { replace: true, resolve: false, ..NavigateOptions::default() };
                    navigate(to.as_str(), options);
                }
                Err(error) => {
                    refusal.try_set(Some((how.mode(), error.to_string())));
                    pending.try_set(None);
                }
            }
        });
    });
    Attempt { pending, refusal, try_it }
}

fn use_leaving() -> Leaving {
    let visitor = use_visitor();
    let search = use_location().search;
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None));
    let go = Callback::new(move |()| {
        busy.set(true);
        refusal.set(None);
        let to = links::return_to(&search.read_untracked());
        spawn_local(async move {
            match api::go_to_provider(&to).await {
                // It stays busy until the browser is gone.
                Ok(onward) => visitor.go_on(&onward),
                Err(error) => {
                    refusal.try_set(Some(error.to_string()));
                    busy.try_set(false);
                }
            }
        });
    });
    // Whoever comes back by the browser's own button finds the page as they left it.
    let shown = window_event_listener_untyped("pageshow", move |_| {
        busy.try_set(false);
    });
    on_cleanup(move || shown.remove());
    Leaving { busy, refusal, go }
}

/// Every way that the server has on and this page knows, the strongest first.
fn ways(session: &Session, attempt: Attempt, leaving: Leaving) -> AnyView {
    let mut ways: Vec<AnyView> = Vec::new();
    if let Some(provider) = &session.provider {
        let Leaving { busy, refusal, go } = leaving;
        let label = format!("Sign in with {provider}");
        ways.push(view! { <ProviderWay label busy refusal on_press=go/> }.into_any());
    }
    if session.modes.contains(&AuthMode::Proxy) {
        let (mode, again) = (AuthMode::Proxy, move |()| attempt.try_it.run(How::Proxy));
        let (busy, refusal) = (attempt.is_trying(mode), attempt.refusal_of(mode));
        ways.push(view! { <ProxyWay busy refusal on_press=again/> }.into_any());
    }
    if session.modes.contains(&AuthMode::Password) {
        ways.push(password(attempt));
    }
    if session.modes.contains(&AuthMode::Demo) && !session.demo_people.is_empty() {
        ways.push(demo(session, attempt));
    }
    if ways.is_empty() {
        return view! {
            <EmptyState title="This server offers no way to sign in that this page knows">
                <p>"Reload the page; if that does not help, ask whoever runs this server to look at [auth] in its config."</p>
            </EmptyState>
        }
        .into_any();
    }
    ways.into_iter()
        .map(|way| view! { <section class="sign-in__way">{way}</section> })
        .collect_view()
        .into_any()
}

fn password(attempt: Attempt) -> AnyView {
    let submit = move |Typed { name, password }| {
        attempt.try_it.run(How::Password { name, password: SecretText(password) });
    };
    let mode = AuthMode::Password;
    view! {
        <PasswordForm busy=attempt.is_trying(mode) refusal=attempt.refusal_of(mode) on_submit=submit/>
    }
    .into_any()
}

fn demo(session: &Session, attempt: Attempt) -> AnyView {
    let chosen = Signal::derive(move || match &*attempt.pending.read() {
        Some(How::Demo { person }) => Some(person.clone()),
        _ => None,
    });
    let refusal = attempt.refusal_of(AuthMode::Demo);
    view! {
        {move || refusal.get().map(|why| view! { <Notice tone=Tone::Danger live=true><p>{why}</p></Notice> })}
        <DemoPeople people=session.demo_people.clone() chosen
            on_choose=move |person| attempt.try_it.run(How::Demo { person })/>
    }
    .into_any()
}
