//! Blocks of code: their text at once; copy buttons and colours where they come near the window.

use std::cell::RefCell;
use std::rc::Rc;

use lastmile_protocol::Span;
use lastmile_runbook::console;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::build::Builder;
use super::nearby::Nearby;
use super::nodes::{element, set, text, whole};
use crate::components::CopyButton;
use crate::components::clipboard::copy_text;
use crate::components::code_colours::CodeColours;
use crate::components::code_pieces::{Layers, pieces};

/// The blocks of code of one part of the text.
pub(super) struct PartCode {
    /// The part's element.
    part: HtmlElement,
    blocks: Vec<CodePlace>,
}

/// Where a block of code stands, and what it is.
pub(super) struct CodePlace {
    /// Where its copy button goes.
    tools: HtmlElement,
    /// What holds its text.
    inner: HtmlElement,
    language: Option<String>,
    code: String,
    layers: Layers,
}

impl CodePlace {
    /// Draws the code in these colours. The text is always the same.
    fn paint(&self, spans: &[Span]) -> Result<(), JsValue> {
        self.inner.set_text_content(None);
        for piece in pieces(&self.code, 0, &self.layers, spans) {
            match (piece.placeholder, piece.class) {
                (true, _) => {
                    let mark = whole("placeholder", || {
                        let mark = element("mark", "placeholder")?;
                        set(&mark, "title", "Fill this in")?;
                        Ok(mark)
                    })?;
                    put(&self.inner, &mark, piece.text)?;
                }
                (false, "") => text(&self.inner, piece.text)?,
                (false, class) => {
                    let span = element("span", class)?;
                    put(&self.inner, &span, piece.text)?;
                }
            }
        }
        Ok(())
    }

    fn copy_button(&self) -> impl FnOnce() -> AnyView + use<> {
        let code = console::commands(self.language.as_deref(), &self.code).into_owned();
        move || {
            let copy = move |()| {
                // Where the browser forbids it, the text can still be selected.
                let _ = copy_text(&code);
            };
            view! { <CopyButton label="Copy code" icon_only=true on_copy=copy/> }.into_any()
        }
    }
}

fn put(parent: &Element, node: &Element, piece: &str) -> Result<(), JsValue> {
    text(node, piece)?;
    parent.append_child(node).map(drop)
}

/// Gives the blocks of each part their copy buttons and colours when the part comes near the window. All of it goes
/// with the current owner.
pub(super) fn finish_nearby(parts: Vec<PartCode>) {
    let parts: Vec<_> = parts.into_iter().map(|it| (it.part, it.blocks)).collect();
    let nearby = Nearby::watch(parts.iter().map(|(part, _)| part));
    for (at, (_, blocks)) in parts.into_iter().enumerate() {
        finish(nearby.of(at), Rc::new(blocks));
    }
    nearby.keep();
}

fn finish(near: Signal<bool>, blocks: Rc<Vec<CodePlace>>) {
    // Two effects, because what an effect has mounted goes when it runs again: the buttons must not hear of colours.
    let buttons = RefCell::new(Vec::new());
    let places = Rc::clone(&blocks);
    Effect::new(move |_| {
        if near.get() {
            let mount = |place: &CodePlace| mount_to(place.tools.clone(), place.copy_button());
            *buttons.borrow_mut() = untrack(|| places.iter().map(mount).collect());
        }
    });
    let Some(colours) = use_context::<CodeColours>() else { return };
    Effect::new(move |_| {
        if near.get() && colours.are_known() {
            blocks.iter().for_each(|place| colour(place, colours));
        }
    });
}

fn colour(place: &CodePlace, colours: CodeColours) {
    let spans = colours.of(place.language.as_deref().unwrap_or_default(), &place.code);
    if !spans.is_empty() {
        // It fails only where the browser refuses its own elements.
        drop(place.paint(&spans));
    }
}

impl Builder<'_> {
    /// A block of code in its frame.
    pub(super) fn code(&mut self, language: Option<&str>, code: &str) -> Result<HtmlElement, JsValue> {
        let frame = whole("code-block", empty_frame)?;
        let [tools, pre] = [frame.first_element_child(), frame.last_element_child()];
        let inner = pre.and_then(|pre| pre.first_element_child());
        let (Some(tools), Some(inner)) = (tools, inner) else { return Ok(frame) };
        if let Some(language) = language {
            let corner = element("span", "code-block__language")?;
            text(&corner, language)?;
            tools.insert_before(&corner, tools.first_child().as_ref())?;
        }
        let Some(tools) = tools.last_element_child() else { return Ok(frame) };
        let layers = Layers::of(language, code, &|name| self.runbook.input(name).is_some());
        let place = CodePlace {
            tools: tools.unchecked_into(),
            inner: inner.unchecked_into(),
            language: language.map(str::to_owned),
            code: code.to_owned(),
            layers,
        };
        place.paint(&[])?;
        self.code.push(place);
        Ok(frame)
    }

    /// The blocks of code that came since the last part are those of `part`.
    pub(super) fn part_is_built(&mut self, part: &HtmlElement) {
        let blocks = std::mem::take(&mut self.code);
        if !blocks.is_empty() {
            self.places.code.push(PartCode { part: part.clone(), blocks });
        }
    }
}

/// The frame: the tools with a place for the copy button, and the place for the text.
fn empty_frame() -> Result<HtmlElement, JsValue> {
    let (frame, tools) = (element("div", "code-block")?, element("div", "code-block__tools")?);
    let (copy, pre, inner) = (element("span", "")?, element("pre", "code")?, element("code", "")?);
    tools.append_child(&copy)?;
    // It may scroll sideways, so the keyboard must reach it.
    set(&pre, "tabindex", "0")?;
    set(&pre, "role", "group")?;
    set(&pre, "aria-label", "Code")?;
    pre.append_child(&inner)?;
    frame.append_child(&tools)?;
    frame.append_child(&pre)?;
    Ok(frame)
}
