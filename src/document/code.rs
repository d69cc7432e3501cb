//! Blocks of code: painted at once, painted again when their colours have come.

use lastmile_protocol::Span;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement};

use super::build::Builder;
use super::nodes::{element, set, text};
use crate::components::code_pieces::{Layers, pieces};

/// Where a block of code stands, and what it is.
pub(super) struct CodePlace {
    /// Where its copy button goes.
    pub(super) tools: HtmlElement,
    /// What holds its text.
    inner: HtmlElement,
    pub(super) language: Option<String>,
    pub(super) code: String,
    layers: Layers,
}

impl CodePlace {
    /// Draws the code in these colours. The text is always the same.
    ///
    /// # Errors
    /// The browser refuses a `span`.
    pub(super) fn paint(&self, spans: &[Span]) -> Result<(), JsValue> {
        self.inner.set_text_content(None);
        for piece in pieces(&self.code, 0, &self.layers, spans) {
            match (piece.placeholder, piece.class) {
                (true, _) => {
                    let mark = element("mark", "placeholder")?;
                    set(&mark, "title", "Fill this in")?;
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
}

fn put(parent: &Element, node: &Element, piece: &str) -> Result<(), JsValue> {
    text(node, piece)?;
    parent.append_child(node).map(drop)
}

impl Builder<'_> {
    /// A block of code in its frame.
    pub(super) fn code(&mut self, language: Option<&str>, code: &str) -> Result<HtmlElement, JsValue> {
        let (frame, tools) = (element("div", "code-block")?, element("div", "code-block__tools")?);
        if let Some(language) = language {
            let corner = element("span", "code-block__language")?;
            text(&corner, language)?;
            tools.append_child(&corner)?;
        }
        let (copy, pre, inner) = (element("span", "")?, element("pre", "code")?, element("code", "")?);
        tools.append_child(&copy)?;
        // It may scroll sideways, so the keyboard must reach it.
        set(&pre, "tabindex", "0")?;
        set(&pre, "role", "group")?;
        set(&pre, "aria-label", "Code")?;
        pre.append_child(&inner)?;
        frame.append_child(&tools)?;
        frame.append_child(&pre)?;
        let layers = Layers::of(language, code, &|name| self.runbook.input(name).is_some());
        let place = CodePlace {
            tools: copy,
            inner,
            language: language.map(str::to_owned),
            code: code.to_owned(),
            layers,
        };
        place.paint(&[])?;
        self.places.code.push(place);
        Ok(frame)
    }
}
