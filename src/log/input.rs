//! Keys and clicks in a log, and what they do there.

use lastmile_protocol::RunId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::keys::{self, Command};
use super::selection::Selection;
use super::toolbar::Tools;
use super::viewer::Viewer;

/// `/` anywhere on the page leads to the search, unless something is being typed.
pub(super) fn listen_for_slash(tools: Tools) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        let element = document().active_element();
        let types =
            element.is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        if event.key() == "/" && plain && !types && !event.default_prevented() {
            event.prevent_default();
            tools.search.focus();
        }
    });
    on_cleanup(move || listener.remove());
}

/// A press on something inside a line: the address to go to, or nothing where that is not what was pressed.
pub(super) fn clicked(
    event: &web_sys::MouseEvent,
    viewer: Viewer,
    run: &RunId,
    tools: Option<Tools>,
) -> Option<String> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    if let Ok(Some(button)) = target.closest("[data-act]") {
        let line = button.get_attribute("data-line")?.parse().ok()?;
        match button.get_attribute("data-act")?.as_str() {
            "fold" => viewer.toggle_group(line),
            "more" => viewer.show_more(line),
            _ => viewer.toggle_line(line),
        }
        return None;
    }
    let link = target.closest(".log-row__number").ok()??;
    // A browser opens another window for a click with shift; here it selects up to the line.
    let selection = viewer.shown().read_untracked().selection.filter(|_| event.shift_key())?;
    let line = Selection::of(link.get_attribute("href")?.split_once('#')?.1)?.first;
    let query = tools.map(|tools| tools.search.page_query()).unwrap_or_default();
    Some(selection.reaching(line).link_with(run, &query))
}

/// A key pressed in the log.
pub(super) fn press(event: &web_sys::KeyboardEvent, viewer: Viewer, tools: Option<Tools>) {
    let inside = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    // A button or link inside a line has keys of its own.
    let on_log = inside.is_some_and(|it| it.get_attribute("role").as_deref() == Some("log"));
    if event.ctrl_key() || event.alt_key() || event.meta_key() || !on_log {
        return;
    }
    let Some(command) = keys::command(&event.key(), event.shift_key()) else { return };
    match (command, tools) {
        (Command::Move(step), _) => viewer.step(step),
        (Command::Follow, _) => viewer.follow(!viewer.shown().read_untracked().follow),
        (Command::Search, Some(tools)) => tools.search.focus(),
        (Command::NextMatch, Some(tools)) => tools.search.go(true),
        (Command::PreviousMatch, Some(tools)) => tools.search.go(false),
        (Command::Wrap, Some(tools)) => tools.settings.update(|settings| settings.wrap = !settings.wrap),
        (Command::GoToLine, Some(tools)) => {
            if let (Some(menu), Some(field)) = (tools.menu.get_untracked(), tools.field.get_untracked()) {
                menu.set_open(true);
                drop(field.focus());
                field.select();
            }
        }
        (_, None) => return,
    }
    event.prevent_default();
}
