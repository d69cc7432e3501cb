//! `/watching`: what one watches, and its newest runs; and whether the browser notifies.

use lastmile_protocol::{Watch, WatchKind, Watching as Lists};
use leptos::prelude::*;

use super::head::PageHead;
use super::resource::{Answer, use_answer};
use super::runs::LiveRow;
use crate::components::{Button, ButtonLink, EmptyState, ErrorPanel, Glyph, Icon, Loading, WatchToggle};
use crate::live::Live;
use crate::told::{News, Notify};
use crate::watching::Watches;
use crate::{api, links};

/// What one watches.
#[component]
pub fn Watching() -> impl IntoView {
    let live = expect_context::<Live>();
    let watches = expect_context::<Watches>();
    let answer = use_answer(move || {
        live.resync().track();
        live.news().track();
        watches.track();
        api::watching()
    });
    view! {
        <PageHead title="Watching"><Notifications/></PageHead>
        <p class="page__lead">"You are told when these run and how they end. Nobody waits for you."</p>
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=5/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(_) => {
                let lists = Memo::new(move |_| answer.ready().unwrap_or_default());
                view! { <Sections lists/> }.into_any()
            }
        }}
    }
}

#[component]
fn Sections(lists: Memo<Lists>) -> impl IntoView {
    let watched = Memo::new(move |_| lists.read().watches.clone());
    move || {
        if watched.read().is_empty() {
            return view! {
                <EmptyState title="You watch nothing yet" icon=Icon::Eye>
                    <p>"A runbook, an action and a target each have a button Watch."</p>
                    <ButtonLink href="/">"All runbooks"</ButtonLink>
                </EmptyState>
            }
            .into_any();
        }
        let rows = watched.get().into_iter().map(row).collect_view();
        view! {
            <section aria-labelledby="watched">
                <h2 id="watched">"Watched"</h2>
                <ul class="rows">{rows}</ul>
            </section>
            <section aria-labelledby="watched-runs">
                <h2 id="watched-runs">"Their newest runs"</h2>
                {move || view! { <ul class="rows">{lists.read().runs.clone().into_iter().map(|run| view! { <LiveRow run/> }).collect_view()}</ul> }}
            </section>
        }
        .into_any()
    }
}

fn row(watch: Watch) -> impl IntoView {
    let watches = expect_context::<Watches>();
    let Watch { kind, name } = watch;
    let (icon, word, href) = match kind {
        WatchKind::Runbook => (Icon::Document, "Runbook", Some(links::runbook(&name.as_str().into()))),
        WatchKind::Action => {
            let (slug, action) = name.rsplit_once('#').unwrap_or((&name, ""));
            (Icon::Play, "Action", Some(format!("{}#{action}", links::runbook(&slug.into()))))
        }
        WatchKind::Target => (Icon::Target, "Target", None),
        WatchKind::Unknown => (Icon::Question, "Something", None),
    };
    let shown = match href {
        Some(href) => view! { <a class="watched-row__name" href=href>{name.clone()}</a> }.into_any(),
        None => view! { <code>{name.clone()}</code> }.into_any(),
    };
    let what = name.clone();
    let on_change = move |on| watches.set(kind, name.clone(), on);
    view! {
        <li class="row watched-row">
            <Glyph icon/><span class="row__more">{word}</span>{shown}
            <WatchToggle what on=Signal::stored(true) on_change/>
        </li>
    }
}

/// The one place where the browser is asked for its permission.
#[component]
pub fn Notifications() -> impl IntoView {
    let news = expect_context::<News>();
    move || {
        match news.notify().get() {
        Notify::On => view! {
            <Button small=true icon=Icon::Check on_press=move |()| news.switch(false)>"Notifications are on"</Button>
        }
        .into_any(),
        Notify::Off => view! {
            <Button small=true icon=Icon::Info on_press=move |()| news.switch(true)>"Notify me in this browser"</Button>
        }
        .into_any(),
        Notify::Denied => {
            view! { <span class="row__more">"This browser is set to show no notifications of this site."</span> }
                .into_any()
        }
        Notify::Missing => ().into_any(),
    }
    }
}
