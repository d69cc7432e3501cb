//! The article: builds the text once, and mounts what lives into its places.

use std::sync::Arc;

use lastmile_protocol::Slug;
use lastmile_runbook::Runbook;
use leptos::{html, mount::mount_to, prelude::*};
use web_sys::HtmlElement;

use super::build::{Places, build, text_blocks};
use super::draw::{Drawn, draw};
use super::finish::finish_nearby;
use super::images;
use super::resolve::Links;
use crate::components::{EmptyState, Icon};
use crate::timing::{Moment, mark};

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
    /// Addresses of its links that lead to nothing, as the server has found.
    broken_links: Vec<String>,
    /// What lives in it.
    slots: Slots,
    /// Called when everything stands on the page.
    #[prop(into)]
    on_ready: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Article>::new();
    let (empty, file) = (text_blocks(&runbook).is_empty(), format!("{slug}.md"));
    Effect::new(move |_| {
        let Some(article) = node.get() else { return };
        // What is mounted may read signals; the article itself must not be drawn again for them.
        untrack(|| {
            mark(Moment::Building);
            let links = Links::new(&slug, &runbook, &broken_links);
            let (draft, places) = build(links, &runbook);
            // It fails only where the browser refuses its own elements; then there is no text to show.
            let Ok(drawn) = draw(&draft) else { return };
            let fragment = drawn.fragment.clone();
            mount(places, drawn, &runbook, &slots);
            // An element may be used again for another text.
            article.set_text_content(None);
            drop(article.append_child(&fragment));
            mark(Moment::Built);
            let pictures = StoredValue::new_local(images::watch(&article).ok());
            on_cleanup(move || drop(pictures.try_update_value(Option::take)));
            on_ready.run(());
        });
    });
    view! {
        {empty.then(|| view! {
            <EmptyState title="Nothing is written here yet" icon=Icon::Document>
                <p>"Write into "<code>{file}</code>" in the runbook folder. This page shows it as soon as it is saved."</p>
            </EmptyState>
        })}
        <article class="prose" node_ref=node></article>
    }
}

/// Mounts into the current owner: contexts reach the mounted views, and they go when it goes.
fn mount(places: Places, drawn: Drawn, runbook: &Arc<Runbook>, slots: &Slots) {
    let mut handles = Vec::new();
    let mut put = |place: HtmlElement, draw: Arc<dyn Fn(usize) -> AnyView + Send + Sync>, index: usize| {
        handles.push(mount_to(place, move || draw(index)));
    };
    for (index, place) in places.actions {
        put(drawn.kept(place), Arc::clone(&slots.action), index);
    }
    for (index, tick, note) in places.steps {
        put(drawn.kept(tick), Arc::clone(&slots.step_box), index);
        put(drawn.kept(note), Arc::clone(&slots.step_note), index);
    }
    finish_nearby(places.parts, drawn, Arc::clone(runbook));
    let handles = StoredValue::new_local(handles);
    on_cleanup(move || drop(handles.try_update_value(std::mem::take)));
}
