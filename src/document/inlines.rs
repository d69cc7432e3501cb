//! Running text → nodes.

use lastmile_runbook::Inline;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement};

use super::build::Builder;
use super::images::Picture;
use super::nodes::{element, set, text, whole};
use super::resolve::{Nowhere, Target};

impl Builder<'_> {
    /// Appends running text to `parent`.
    pub(super) fn inlines(&mut self, parent: &Element, inlines: &[Inline]) -> Result<(), JsValue> {
        // Words and soft line ends that follow each other are one piece of text.
        let mut words = String::new();
        for inline in inlines {
            match inline {
                Inline::Text(piece) => words.push_str(piece),
                Inline::SoftBreak => words.push(' '),
                other => {
                    put_words(parent, &mut words)?;
                    self.inline(parent, other)?;
                }
            }
        }
        put_words(parent, &mut words)
    }

    fn inline(&mut self, parent: &Element, inline: &Inline) -> Result<(), JsValue> {
        match inline {
            Inline::Text(_) | Inline::SoftBreak => {}
            Inline::Code(code) => {
                let node = element("code", "")?;
                text(&node, code)?;
                parent.append_child(&node)?;
            }
            Inline::Emphasis(inner) => self.wrapped(parent, "em", inner)?,
            Inline::Strong(inner) => self.wrapped(parent, "strong", inner)?,
            Inline::Strikethrough(inner) => self.wrapped(parent, "del", inner)?,
            Inline::Link { href, title, inlines } => {
                self.link(parent, href.as_deref(), title.as_deref(), inlines)?;
            }
            Inline::Image { src, title, alt, width, height } => {
                let picture = Picture { title: title.as_deref(), alt, width: *width, height: *height };
                self.image(parent, src.as_deref(), &picture)?;
            }
            Inline::Element { element, inlines } => self.inline_element(parent, element, inlines)?,
            Inline::FootnoteRef(label) => self.footnote_ref(parent, label)?,
            Inline::HardBreak => drop(parent.append_child(&*element("br", "")?)?),
        }
        Ok(())
    }

    fn wrapped(&mut self, parent: &Element, tag: &str, inner: &[Inline]) -> Result<(), JsValue> {
        let node = element(tag, "")?;
        self.inlines(&node, inner)?;
        parent.append_child(&node).map(drop)
    }

    fn link(
        &mut self,
        parent: &Element,
        href: Option<&str>,
        title: Option<&str>,
        inner: &[Inline],
    ) -> Result<(), JsValue> {
        let node = self.anchor(href)?;
        if let Some(title) = title {
            set(&node, "title", title)?;
        }
        self.inlines(&node, inner)?;
        if let Target::Nowhere(why) = self.links.target(href) {
            // A title is not read out on text.
            let note = element("span", "visually-hidden")?;
            text(&note, &format!(" ({})", why.reason()))?;
            node.append_child(&note)?;
        }
        parent.append_child(&node).map(drop)
    }

    /// A link's element; text marked as such where it may not or can't be followed.
    pub(super) fn anchor(&self, href: Option<&str>) -> Result<HtmlElement, JsValue> {
        match self.links.target(href) {
            Target::Inside(path) => {
                let node = element("a", "")?;
                set(&node, "href", &path)?;
                Ok(node)
            }
            Target::File(url) => {
                let node = element("a", "file-link")?;
                set(&node, "href", &url)?;
                set(&node, "download", "")?;
                Ok(node)
            }
            Target::Outside(url) if is_program(&url) => {
                let node = element("a", "")?;
                set(&node, "href", &url)?;
                Ok(node)
            }
            Target::Outside(url) => {
                let node = whole("outside-link", || {
                    let node = element("a", "outside-link")?;
                    set(&node, "rel", "noopener noreferrer")?;
                    set(&node, "target", "_blank")?;
                    Ok(node)
                })?;
                set(&node, "href", &url)?;
                Ok(node)
            }
            Target::Nowhere(why) => {
                let class = if why == Nowhere::Missing { "broken-link" } else { "refused-link" };
                let node = element("span", class)?;
                set(&node, "title", why.reason())?;
                Ok(node)
            }
        }
    }
}

fn put_words(parent: &Element, words: &mut String) -> Result<(), JsValue> {
    if !words.is_empty() {
        text(parent, words)?;
        words.clear();
    }
    Ok(())
}

/// Whether an address opens a program rather than a page: no new tab is needed for it.
fn is_program(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("tel")
}
