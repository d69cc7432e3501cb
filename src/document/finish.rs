//! What a part gets when it comes near the window: links to its headings; tools, marks and colours for its blocks of code.
//!
//! A long text has a thousand of these, and a reader sees some dozens.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use lastmile_protocol::Span;
use lastmile_runbook::{Runbook, console};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

use super::build::PartPlace;
use super::code::CodePlace;
use super::draft::{Attr, Draft, Kind, SCROLLS_CODE};
use super::draw::{Drawn, draw};
use super::nearby;
use crate::components::CopyButton;
use crate::components::clipboard::copy_text;
use crate::components::code_colours::CodeColours;

/// Headings that can be linked to.
const HEADINGS: &str = ":is(h1, h2, h3, h4, h5, h6)[id]";
const ANCHOR: Kind = Kind::of("a", "heading-anchor").with(&[("aria-label", "Link to this section")]);

/// A text that is on the page.
struct Text {
    parts: Vec<PartPlace>,
    drawn: Drawn,
    runbook: Arc<Runbook>,
    /// Which parts are near the window, or have been.
    near: RefCell<Vec<usize>>,
}

impl Text {
    /// Finishes the part at `at`; what is mounted goes with the current owner.
    fn finish(&self, at: usize, colours: Option<CodeColours>) -> Result<(), JsValue> {
        let Some(place) = self.parts.get(at) else { return Ok(()) };
        link_headings(&self.drawn.kept(place.part))?;
        for code in &place.code {
            self.give_tools(code)?;
            self.mark(code, &spans_of(code, colours))?;
        }
        self.near.borrow_mut().push(at);
        Ok(())
    }

    /// The language and the copy button, in the frame's corner; and the keyboard reaches what scrolls.
    fn give_tools(&self, place: &CodePlace) -> Result<(), JsValue> {
        let inner = self.drawn.kept(place.inner);
        for (name, value) in SCROLLS_CODE {
            inner.set_attribute(name, value)?;
        }
        let mut draft = Draft::default();
        draft.open(Kind::of("span", "code-block__tools"));
        if let Some(language) = &place.language {
            draft.leaf(Kind::of("span", "code-block__language"), language);
        }
        draft.open(Kind::plain("span"));
        let corner = draft.keep();
        draft.close();
        draft.close();
        let tools = draw(&draft)?;
        let handle = StoredValue::new_local(Some(mount_to(tools.kept(corner), copy_button(place))));
        on_cleanup(move || drop(handle.try_update_value(Option::take)));
        let frame = self.drawn.kept(place.frame);
        frame.prepend_with_node_1(&tools.fragment)
    }

    /// Draws code with what stands out in it, in these colours.
    fn mark(&self, place: &CodePlace, spans: &[Span]) -> Result<(), JsValue> {
        let Some(marked) = place.marked(&self.runbook, spans) else { return Ok(()) };
        let inner = self.drawn.kept(place.inner);
        inner.set_text_content(None);
        inner.append_child(&draw(&marked)?.fragment)?;
        Ok(())
    }

    /// Draws the code of the parts that are near in its colours. What has none stays as it is, and selected.
    fn colour(&self, colours: CodeColours) -> Result<(), JsValue> {
        let near = self.near.borrow();
        for code in near.iter().filter_map(|at| self.parts.get(*at)).flat_map(|part| &part.code) {
            let spans = spans_of(code, Some(colours));
            if !spans.is_empty() {
                self.mark(code, &spans)?;
            }
        }
        Ok(())
    }
}

/// The colours of a block, as far as they are known.
fn spans_of(code: &CodePlace, colours: Option<CodeColours>) -> Vec<Span> {
    let language = code.language.as_deref().unwrap_or_default();
    colours.map(|colours| colours.of(language, &code.code)).unwrap_or_default()
}

fn link_headings(part: &Element) -> Result<(), JsValue> {
    let headings = part.query_selector_all(HEADINGS)?;
    for at in 0..headings.length() {
        let Some(heading) = headings.get(at) else { continue };
        let heading: Element = heading.unchecked_into();
        let mut draft = Draft::default();
        draft.open(ANCHOR);
        draft.set(Attr::Href, &format!("#{}", heading.id()));
        draft.close();
        heading.append_child(&draw(&draft)?.fragment)?;
    }
    Ok(())
}

fn copy_button(place: &CodePlace) -> impl FnOnce() -> AnyView + use<> {
    let code = console::commands(place.language.as_deref(), &place.code).into_owned();
    move || {
        let copy = move |()| {
            // Where the browser forbids it, the text can still be selected.
            let _ = copy_text(&code);
        };
        view! { <CopyButton label="Copy code" icon_only=true on_copy=copy/> }.into_any()
    }
}

/// Finishes each part when it comes near the window. All of it goes with the current owner.
pub(super) fn finish_nearby(parts: Vec<PartPlace>, drawn: Drawn, runbook: Arc<Runbook>) {
    if parts.is_empty() {
        return;
    }
    let places = parts.iter().map(|place| drawn.kept(place.part).into()).collect();
    let text = Rc::new(Text { parts, drawn, runbook, near: RefCell::default() });
    let (colours, owner) = (use_context::<CodeColours>(), Owner::current());
    let come_near = {
        let text = Rc::clone(&text);
        move |at: usize| {
            // It fails only where the browser refuses its own elements.
            let finish = || drop(untrack(|| text.finish(at, colours)));
            owner.as_ref().map_or_else(finish, |owner| owner.with(finish));
        }
    };
    nearby::watch(places, come_near);
    // Colours may come after the text.
    let Some(colours) = colours else { return };
    Effect::new(move |_| {
        if colours.are_known() {
            drop(untrack(|| text.colour(colours)));
        }
    });
}
