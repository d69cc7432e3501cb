//! The log viewer as a component.

use lastmile_protocol::{LogWindow, RunId};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::ResizeObserver;

use super::screen::Stage;
use super::toolbar::Toolbar;
use super::viewer::Viewer;
use crate::components::{Glyph, Icon};

/// A run's output: live while it runs, complete afterwards.
#[component]
pub fn LogView(
    /// The run.
    run: RunId,
    /// What the log is called for screen readers, such as the action's label.
    #[prop(into)]
    label: String,
    /// The newest lines, as the stream tells them.
    #[prop(into)]
    tail: Signal<Option<LogWindow>>,
    /// Whether the run goes on.
    #[prop(into)]
    active: Signal<bool>,
    /// The line (from 0) that the address names.
    #[prop(optional, into)]
    line: Signal<Option<u64>>,
    /// The short form, inside a card.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let viewer = Viewer::new(run.clone(), line.get_untracked());
    let title = format!("Output of {label}");
    let (scroller, spacer) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let (rows, probe) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    Effect::new(move |_| {
        let (Some(scroller), Some(spacer), Some(rows), Some(probe)) =
            (scroller.get(), spacer.get(), rows.get(), probe.get())
        else {
            return;
        };
        observe_size(&scroller, viewer);
        viewer.mounted(Stage {
            scroller: scroller.into(),
            spacer: spacer.into(),
            rows: rows.into(),
            probe: probe.into(),
        });
    });
    Effect::new(move |_| {
        if let Some(window) = tail.get() {
            viewer.take_tail(window);
        }
    });
    Effect::new(move |_| viewer.set_active(active.get()));
    Effect::new(move |before: Option<Option<u64>>| {
        let line = line.get();
        if let Some(line) = line
            && before.is_some_and(|before| before != Some(line))
        {
            viewer.go_to(line);
        }
        line
    });
    let shown = viewer.shown();
    let empty = Memo::new(move |_| shown.read().ready && shown.read().head.lines == 0);
    let live = Memo::new(move |_| if active.get() && shown.read().follow { "polite" } else { "off" });
    view! {
        <section class="log" class:log--compact=compact aria-label=title>
            <Toolbar viewer run compact active/>
            <div class="log__frame">
                <div class="log__scroller" role="log" tabindex="0" aria-label=label aria-live=live
                    node_ref=scroller on:scroll=move |_| viewer.scrolled() on:keydown=move |event| press(&event, viewer)
                >
                    <div class="log__probe log-row" aria-hidden="true" node_ref=probe></div>
                    <div class="log__spacer" node_ref=spacer><div class="log__rows" node_ref=rows></div></div>
                    {move || empty.get().then(|| view! {
                        <p class="log__empty">{move || if active.get() { "No output yet." } else { "No output." }}</p>
                    })}
                </div>
                <NewLines viewer/>
            </div>
        </section>
    }
}

/// Home and End: a browser glides there in small steps, and in a log too tall to be drawn small steps are lines.
fn press(event: &web_sys::KeyboardEvent, viewer: Viewer) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
        return;
    }
    match event.key().as_str() {
        "Home" => viewer.go_to_start(),
        "End" => viewer.follow(true),
        _ => return,
    }
    event.prevent_default();
}

/// What came since the end was left, and the way back to it.
#[component]
fn NewLines(viewer: Viewer) -> impl IntoView {
    let shown = viewer.shown();
    let news = Memo::new(move |_| shown.read().news);
    move || {
        let count = news.get();
        (count > 0).then(|| {
            let words = if count == 1 { "1 new line".to_owned() } else { format!("{count} new lines") };
            view! {
                <button type="button" class="log__news button button--small" on:click=move |_| viewer.follow(true)>
                    <Glyph icon=Icon::ChevronDown/><span>{words}" · Follow"</span>
                </button>
            }
        })
    }
}

/// Tells the viewer when its elements change their size, until the component goes.
fn observe_size(scroller: &web_sys::HtmlElement, viewer: Viewer) {
    let on_resize = Closure::<dyn FnMut()>::new(move || viewer.resized());
    // Where there is no such observer the size is that of the start.
    let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else { return };
    observer.observe(scroller);
    let held = StoredValue::new_local((observer, on_resize));
    on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
}
