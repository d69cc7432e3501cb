//! The log viewer as a component.

use lastmile_protocol::{LogHead, LogWindow, Millis, RunId};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::ResizeObserver;

use super::input;
use super::progress::Progress;
use super::progress_bar::ProgressBar;
use super::screen::Stage;
use super::search::{self, Search};
use super::search_field::Marks;
use super::selection::Selection;
use super::settings::{Settings, Size, Stamps};
use super::toolbar::{Toolbar, Tools, grouped};
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
    /// The lines that the address names.
    #[prop(optional, into)]
    selection: Signal<Option<Selection>>,
    /// The log's length so far, if that is known: then its end is asked for first.
    #[prop(optional)]
    known: LogHead,
    /// When the run started, for times of day.
    #[prop(optional, into)]
    started: Signal<Option<Millis>>,
    /// Told how far the run says that it is, in percent; `None` when it says nothing or has ended.
    #[prop(optional, into)]
    on_progress: Option<Callback<Option<f64>>>,
    /// The short form, inside a card.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let linked = selection.read_untracked().is_some();
    let viewer = Viewer::new(run.clone(), selection.get_untracked(), known);
    let settings = RwSignal::new(Settings::stored());
    let search = Search::new(viewer, run.clone());
    let tools = (!compact).then(|| Tools { search, settings, field: NodeRef::new(), menu: NodeRef::new() });
    let shown = viewer.shown();
    let progress = Memo::new(move |_| shown.read().progress.clone().filter(|_| active.get()));
    tell(viewer, tail, active, selection);
    tell_looks(viewer, settings, started);
    if let Some(on_progress) = on_progress {
        tell_progress(progress.into(), on_progress);
    }
    if let Some(tools) = tools {
        input::listen_for_slash(tools);
        search::keep_in_address(tools.search, linked);
    }
    let title = format!("Output of {label}");
    let size = Memo::new(move |_| settings.read().size);
    view! {
        <section class="log" class:log--compact=compact class:log--small=move || size.get() == Size::Small
            class:log--large=move || size.get() == Size::Large class:log--huge=move || size.get() == Size::Huge
            class:log--wrap=move || settings.read().wrap
            class:log--varies=move || settings.read().varies() aria-label=title>
            <Toolbar viewer run=run.clone() label=label.clone() tools active/>
            <ProgressBar progress=progress.into()/>
            <div class="log__frame">
                <Lines viewer run label active tools linked/>
                {tools.map(|_| view! { <Marks search/> })}
                <NewLines viewer/>
            </div>
        </section>
    }
}

/// The window with the lines.
#[component]
fn Lines(
    viewer: Viewer,
    run: RunId,
    label: String,
    active: Signal<bool>,
    tools: Option<Tools>,
    /// The address names a line.
    linked: bool,
) -> impl IntoView {
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
            scroller: scroller.clone().into(),
            spacer: spacer.into(),
            rows: rows.into(),
            probe: probe.into(),
        });
        if linked {
            // On a phone the log begins below the first screen. Where it is in sight already, nothing moves.
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            scroller.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    let shown = viewer.shown();
    let empty = Memo::new(move |_| shown.read().ready && shown.read().head.lines == 0);
    let quiet = move || !active.get() || !shown.read().follow || shown.read().heavy;
    let live = Memo::new(move |_| if quiet() { "off" } else { "polite" });
    let navigate = use_navigate();
    let click = move |event: web_sys::MouseEvent| {
        if let Some(to) = input::clicked(&event, viewer, &run, tools) {
            event.prevent_default();
            navigate(&to, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <div class="log__scroller" role="log" tabindex="0" aria-label=label aria-live=live node_ref=scroller
            on:scroll=move |_| viewer.scrolled() on:keydown=move |event| input::press(&event, viewer, tools) on:click=click
        >
            <div class="log__probe log-row" aria-hidden="true" node_ref=probe></div>
            <div class="log__spacer" node_ref=spacer><div class="log__rows" node_ref=rows></div></div>
            {move || empty.get().then(|| view! {
                <p class="log__empty">{move || if active.get() { "No output yet." } else { "No output." }}</p>
            })}
        </div>
    }
}

/// The viewer hears what changes outside.
fn tell(
    viewer: Viewer,
    tail: Signal<Option<LogWindow>>,
    active: Signal<bool>,
    selection: Signal<Option<Selection>>,
) {
    Effect::new(move |_| {
        if let Some(window) = tail.get() {
            viewer.take_tail(window);
        }
    });
    Effect::new(move |_| viewer.set_active(active.get()));
    Effect::new(move |before: Option<Option<Selection>>| {
        let selection = selection.get();
        if before.is_some_and(|before| before != selection) {
            viewer.select(selection);
        }
        selection
    });
}

fn tell_looks(viewer: Viewer, settings: RwSignal<Settings>, started: Signal<Option<Millis>>) {
    Effect::new(move |before: Option<Settings>| {
        let settings = settings.get();
        let start = (settings.stamps == Stamps::Clock).then(|| started.get().map(since_midnight)).flatten();
        viewer.restyle(settings, start);
        if before.is_some_and(|before| before != settings) {
            settings.store();
        }
        settings
    });
}

fn tell_progress(progress: Signal<Option<Progress>>, on_progress: Callback<Option<f64>>) {
    Effect::new(move |_| on_progress.run(progress.read().as_ref().and_then(|it| it.percent)));
    on_cleanup(move || {
        // At the end of everything the callback may be gone before its users.
        on_progress.try_run(None);
    });
}

/// Milliseconds since midnight where the reader is.
fn since_midnight(at: Millis) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    let seconds = (date.get_hours() * 60 + date.get_minutes()) * 60 + date.get_seconds();
    u64::from(seconds) * 1000 + u64::from(date.get_milliseconds())
}

/// What came since the end was left, and the way back to it.
#[component]
fn NewLines(viewer: Viewer) -> impl IntoView {
    let shown = viewer.shown();
    let news = Memo::new(move |_| shown.read().news);
    let any = Memo::new(move |_| news.get() > 0);
    let words = move || match news.get() {
        1 => "1 new line · Follow".to_owned(),
        count => format!("{} new lines · Follow", grouped(count)),
    };
    move || {
        any.get().then(|| view! {
            <button type="button" class="log__news button button--small" on:click=move |_| viewer.follow(true)>
                <Glyph icon=Icon::ChevronDown/><span>{words}</span>
            </button>
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
