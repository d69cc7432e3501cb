//! Running text → nodes.

use lastmile_runbook::Inline;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement};

use super::build::Builder;
use super::nodes::{element, set, text};
use super::resolve::{Target, resolve};

impl Builder<'_> {
    /// Appends running text to `parent`.
    pub(super) fn inlines(&mut self, parent: &Element, inlines: &[Inline]) -> Result<(), JsValue> {
        for inline in inlines {
            match inline {
                Inline::Text(piece) => text(parent, piece)?,
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
                Inline::Image { src, title, alt } => {
                    self.image(parent, src.as_deref(), title.as_deref(), alt)?;
                }
                Inline::FootnoteRef(label) => self.footnote_ref(parent, label)?,
                Inline::SoftBreak => text(parent, " ")?,
                Inline::HardBreak => drop(parent.append_child(&*element("br", "")?)?),
            }
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
        parent.append_child(&node).map(drop)
    }

    /// A link's element; plain text marked as such where it may not or can't be followed.
    fn anchor(&self, href: Option<&str>) -> Result<HtmlElement, JsValue> {
        match href.map(|href| resolve(self.slug, href)) {
            Some(Target::Inside(path)) => {
                let node = element("a", "")?;
                set(&node, "href", &path)?;
                Ok(node)
            }
            Some(Target::Outside(url)) => {
                let node = element("a", "outside-link")?;
                set(&node, "href", &url)?;
                set(&node, "rel", "noopener noreferrer")?;
                set(&node, "target", "_blank")?;
                Ok(node)
            }
            Some(Target::Nowhere) | None => {
                let node = element("span", "refused-link")?;
                set(&node, "title", "This link leads to nothing that can be opened here")?;
                Ok(node)
            }
        }
    }

    /// Images of other sites are not loaded: whoever keeps them would learn of every reader. The link stays.
    fn image(
        &mut self,
        parent: &Element,
        src: Option<&str>,
        title: Option<&str>,
        alt: &str,
    ) -> Result<(), JsValue> {
        let words = if alt.is_empty() { title.unwrap_or("image") } else { alt };
        let node = match src.map(|src| resolve(self.slug, src)) {
            Some(Target::Outside(_)) => self.anchor(src)?,
            _ => element("span", "refused-link")?,
        };
        text(&node, &format!("[Image: {words}]"))?;
        parent.append_child(&node).map(drop)
    }

    fn footnote_ref(&mut self, parent: &Element, label: &str) -> Result<(), JsValue> {
        let number = self.note_number(label);
        let (raised, link) = (element("sup", "")?, element("a", "")?);
        set(&link, "href", &format!("#note-{number}"))?;
        set(&link, "id", &format!("note-ref-{number}"))?;
        set(&link, "aria-label", &format!("Footnote {number}"))?;
        text(&link, &number.to_string())?;
        raised.append_child(&link)?;
        parent.append_child(&raised).map(drop)
    }
}
