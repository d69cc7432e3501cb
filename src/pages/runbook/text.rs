//! One revision of a runbook on the page: head, text, cards, contents; opened at the address's anchor.

use std::sync::Arc;

use lastmile_protocol::{RunId, Slug};
use lastmile_runbook::Runbook;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::changes::Changes;
use super::control::{Shared, card};
use super::desk::Desk;
use super::head::Head;
use super::history::History;
use super::loaded::Loaded;
use super::source::Source;
use super::steps::{step_box, step_note};
use crate::components::code_colours::CodeColours;
use crate::components::{ConfirmDialog, Toc};
use crate::document::{Article, Slots, reveal};
use crate::links::View;
use crate::live::{Live, RunbookFeed};
use crate::pages::resource::use_answer;
use crate::timing::painted;
use crate::{api, links, query};

/// The page of one revision.
#[component]
pub(super) fn Text(
    slug: Slug,
    /// The revision that the address names.
    rev: Option<String>,
    loaded: Arc<Loaded>,
    desk: Desk,
    runs: RunbookFeed,
    on_reload: Callback<()>,
    #[prop(into)] on_stepped: Callback<()>,
) -> impl IntoView {
    let location = use_location();
    let book = Arc::clone(&loaded.book);
    Effect::new({
        let book = Arc::clone(&book);
        let search = location.search;
        move |_| desk.fill_in(&search.read(), &location.hash.read_untracked(), &book)
    });
    let cancelling = RwSignal::new(None::<RunId>);
    let shared = Shared {
        slug: slug.clone(),
        loaded: Arc::clone(&loaded),
        desk,
        runs,
        on_cancel: Callback::new(move |id| cancelling.set(Some(id))),
        on_reload,
    };
    let broken_links = loaded.page.broken_links.clone();
    let hash = location.hash;
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        let hash = hash.get();
        if ready.get() {
            open_at(&hash);
        }
    });
    let history = {
        let slug = slug.clone();
        use_answer(move || {
            let slug = slug.clone();
            async move {
                painted().await;
                api::history(&slug, 0).await
            }
        })
    };
    let colours = CodeColours::provide();
    let asked = rev.clone().unwrap_or_else(|| loaded.page.revision.0.clone());
    let on_ready = {
        let (slug, book) = (slug.clone(), Arc::clone(&book));
        Callback::new(move |()| {
            ready.set(true);
            ask_colours(colours, &slug, &asked, &book);
        })
    };
    let view = Memo::new(move |_| links::view_of(&location.search.read()));
    let body = {
        let (loaded, rev) = (Arc::clone(&loaded), rev.clone());
        move || {
            match view.get() {
            View::Text => view! {
                <div class="page__columns">
                    <Article runbook=Arc::clone(&book) slug=slug.clone() broken_links=broken_links.clone()
                        slots=slots(shared.clone(), on_stepped) on_ready/>
                    <aside class="page__aside"><Toc headings=book.headings()/></aside>
                </div>
            }
            .into_any(),
            View::Source => view! { <Source loaded=Arc::clone(&loaded) rev=rev.clone() on_ready=move |()| ready.set(true)/> }.into_any(),
            View::History => view! { <History slug=slug.clone() history/> }.into_any(),
            View::Changes { from, to } => view! { <Changes slug=slug.clone() from to/> }.into_any(),
        }
        }
    };
    view! {
        <Head loaded rev desk history/>
        {body}
        <CancelDialog cancelling/>
    }
}

/// Colours come after the text, and a page without them is whole.
fn ask_colours(colours: CodeColours, slug: &Slug, rev: &str, book: &Arc<Runbook>) {
    if colours.are_known_untracked() || book.code_blocks().is_empty() {
        return;
    }
    let (slug, rev, book) = (slug.clone(), rev.to_owned(), Arc::clone(book));
    spawn_local(async move {
        painted().await;
        if let Ok(highlights) = api::highlights(&slug, &rev).await {
            colours.take(&book, highlights);
        }
    });
}

fn slots(shared: Shared, on_stepped: Callback<()>) -> Slots {
    let (for_box, for_note) = (shared.clone(), shared.clone());
    Slots {
        action: Arc::new(move |index| card(&shared, index)),
        step_box: Arc::new(move |index| {
            step_box(&for_box.loaded, &for_box.slug, for_box.desk, index, on_stepped)
        }),
        step_note: Arc::new(move |index| step_note(&for_note.loaded, for_note.desk, index)),
    }
}

/// Scrolls to the anchor and puts the focus there. It opens; it never runs anything.
fn open_at(hash: &str) {
    let id = query::decode_path(hash.trim_start_matches('#'));
    if id.is_empty() {
        return;
    }
    // With the next frame: cards take their heights first.
    request_animation_frame(move || {
        let Some(place) = document().get_element_by_id(&id) else { return };
        reveal(&place);
        place.scroll_into_view();
        if let Some(place) = place.dyn_ref::<web_sys::HtmlElement>() {
            // The Tab key stops at no heading and at no line; who is led to one is there.
            if place.tab_index() < 0 {
                place.set_tab_index(-1);
            }
            // It fails only for an element that has left the page.
            drop(place.focus());
        }
    });
}

#[component]
fn CancelDialog(cancelling: RwSignal<Option<RunId>>) -> impl IntoView {
    let live = expect_context::<Live>();
    let (busy, refusal) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let open = Memo::new(move |_| cancelling.read().is_some());
    let close = move |()| {
        refusal.set(None);
        cancelling.set(None);
    };
    let confirm = move |()| {
        let Some(id) = cancelling.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            match api::cancel(&id).await {
                Ok(run) => {
                    live.note(&run.summary);
                    cancelling.try_set(None);
                }
                Err(error) => drop(refusal.try_set(Some(error.to_string()))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <ConfirmDialog open title="Cancel this run?" confirm="Cancel run" dismiss="Keep it" danger=true busy on_confirm=confirm on_close=close>
            <p>"A request that waits is withdrawn. A process that runs is ended with everything that it has started; what it has done so far stays done."</p>
            <p class="field__error" role="alert">{refusal}</p>
        </ConfirmDialog>
    }
}
