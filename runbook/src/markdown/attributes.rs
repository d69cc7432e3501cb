//! What of a raw tag's attributes gets into the tree.

use std::borrow::Cow;

use crate::{Align, Attribute, Element, HtmlTag, Inline, html::Tag, links};

/// Widest or highest that an author may make something, in CSS pixels; most columns and rows.
const MOST: u16 = 10_000;

/// The element of a start tag.
pub(super) fn element(tag: HtmlTag, written: &Tag<'_>) -> Element {
    let get = |name| written.attribute(name);
    let cell = matches!(tag, HtmlTag::Td | HtmlTag::Th);
    let anchor = get("id").or_else(|| get("name").filter(|_| tag == HtmlTag::A));
    let attributes = [
        anchor.filter(|id| is_anchor(id)).map(|id| Attribute::Id(id.into_owned())),
        get("title").filter(|title| !title.is_empty()).map(|title| Attribute::Title(title.into_owned())),
        get("align").and_then(|align| self::align(&align)).map(Attribute::Align),
        get("colspan").filter(|_| cell).and_then(|number| self::number(&number)).map(Attribute::ColSpan),
        get("rowspan").filter(|_| cell).and_then(|number| self::number(&number)).map(Attribute::RowSpan),
        get("open").filter(|_| tag == HtmlTag::Details).map(|_| Attribute::Open),
    ];
    Element { tag, attributes: attributes.into_iter().flatten().collect() }
}

/// The image of an `<img>`.
pub(super) fn image(written: &Tag<'_>) -> Inline {
    let get = |name| written.attribute(name);
    Inline::Image {
        src: get("src").and_then(|src| links::src(&src)),
        title: get("title").filter(|title| !title.is_empty()).map(Cow::into_owned),
        alt: get("alt").map(Cow::into_owned).unwrap_or_default(),
        width: get("width").and_then(|width| number(&width)),
        height: get("height").and_then(|height| number(&height)),
    }
}

impl Element {
    /// Its `title`.
    pub(super) fn title(&self) -> Option<String> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::Title(title) => Some(title.clone()),
            _ => None,
        })
    }
}

/// A place that a link can lead to: no blanks, and short enough to be meant.
fn is_anchor(id: &str) -> bool {
    !id.is_empty() && id.len() <= 200 && !id.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn align(value: &str) -> Option<Align> {
    match value.trim().to_ascii_lowercase().as_str() {
        "left" => Some(Align::Left),
        "center" | "middle" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}

/// `200` and `200px`; a share of the page (`50%`) is not taken.
fn number(value: &str) -> Option<u16> {
    let number: u16 = value.trim().trim_end_matches("px").parse().ok()?;
    (1..=MOST).contains(&number).then_some(number)
}
