//! One revision of a runbook on the page: head, text, cards, contents; opened at the address's anchor.

use std::sync::Arc;

use lastmile_protocol::{RunId, Slug};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::control::{Shared, card};
use super::desk::Desk;
use super::head::Head;
use super::loaded::Loaded;
use super::steps::{step_box, step_note};
use crate::components::{ConfirmDialog, Toc};
use crate::document::{Article, Slots};
use crate::live::{Live, RunbookFeed};
use crate::{api, query};

/// The page of one revision.
#[component]
pub(super) fn Text(
    slug: Slug,
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
    let hash = location.hash;
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        let hash = hash.get();
        if ready.get() {
            open_at(&hash);
        }
    });
    view! {
        <Head loaded desk/>
        <div class="page__columns">
            <Article runbook=Arc::clone(&book) slug slots=slots(shared, on_stepped) on_ready=move |()| ready.set(true)/>
            <aside class="page__aside"><Toc headings=book.headings()/></aside>
        </div>
        <CancelDialog cancelling/>
    }
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
        place.scroll_into_view();
        if let Some(place) = place.dyn_ref::<web_sys::HtmlElement>() {
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
