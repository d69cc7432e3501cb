//! The article: builds the text once, and mounts what lives into its places.

use std::sync::Arc;

use lastmile_protocol::Slug;
use lastmile_runbook::Runbook;
use leptos::{html, mount::mount_to, prelude::*};
use web_sys::HtmlElement;

use super::build::{Places, build};
use crate::components::CopyButton;
use crate::components::clipboard::copy_text;

/// Draws what lives in a text, by index into the runbook's lists.
#[derive(Clone)]
pub struct Slots {
    /// An action's card.
    pub action: Arc<dyn Fn(usize) -> AnyView + Send + Sync>,
    /// A step's box.
    pub step_box: Arc<dyn Fn(usize) -> AnyView + Send + Sync>,
    /// Who has done a step.
    pub step_note: Arc<dyn Fn(usize) -> AnyView + Send + Sync>,
}

/// A runbook's text. It is drawn once: another revision needs another article.
#[component]
pub fn Article(
    /// The runbook.
    runbook: Arc<Runbook>,
    /// Its slug, from which its relative links are resolved.
    slug: Slug,
    /// What lives in it.
    slots: Slots,
    /// Called when everything stands on the page.
    #[prop(into)]
    on_ready: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Article>::new();
    Effect::new(move |_| {
        let Some(article) = node.get() else { return };
        // What is mounted may read signals; the article itself must not be drawn again for them.
        untrack(|| {
            // Building fails only where the browser refuses its own elements; then there is no text to show.
            let Ok((fragment, places)) = build(&slug, &runbook) else { return };
            mount(places, &slots);
            // An element may be used again for another text.
            article.set_text_content(None);
            drop(article.append_child(&fragment));
            on_ready.run(());
        });
    });
    view! { <article class="prose" node_ref=node></article> }
}

/// Mounts into the current owner: contexts reach the mounted views, and they go when it goes.
fn mount(places: Places, slots: &Slots) {
    let mut handles = Vec::new();
    let mut put = |place: HtmlElement, draw: Arc<dyn Fn(usize) -> AnyView + Send + Sync>, index: usize| {
        handles.push(mount_to(place, move || draw(index)));
    };
    for (index, place) in places.actions {
        put(place, Arc::clone(&slots.action), index);
    }
    for (index, tick, note) in places.steps {
        put(tick, Arc::clone(&slots.step_box), index);
        put(note, Arc::clone(&slots.step_note), index);
    }
    for (place, code) in places.code {
        handles.push(mount_to(place, move || copy_button(code)));
    }
    let handles = StoredValue::new_local(handles);
    on_cleanup(move || drop(handles.try_update_value(std::mem::take)));
}

fn copy_button(code: String) -> AnyView {
    let copy = move |()| {
        // Where the browser forbids it, the text can still be selected.
        let _ = copy_text(&code);
    };
    view! { <CopyButton label="Copy code" icon_only=true on_copy=copy/> }.into_any()
}
