//! Pictures: those of the runbook folder are shown, those of other sites are linked.

use lastmile_runbook::{Destination, destination};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlElement, HtmlImageElement};

use super::build::Builder;
use super::nodes::{element, set, text};
use super::resolve::{Nowhere, Target};
use crate::links;

/// What an author says of a picture besides where it is.
pub(super) struct Picture<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) alt: &'a str,
    pub(super) width: Option<u16>,
    pub(super) height: Option<u16>,
}

impl Picture<'_> {
    /// What stands for the picture where it is not shown.
    fn words(&self) -> &str {
        let words = if self.alt.is_empty() { self.title.unwrap_or_default() } else { self.alt };
        if words.is_empty() { "image" } else { words }
    }
}

impl Builder<'_> {
    /// A picture. Those of other sites are not loaded: whoever keeps them would learn of every reader.
    pub(super) fn image(
        &mut self,
        parent: &Element,
        src: Option<&str>,
        picture: &Picture<'_>,
    ) -> Result<(), JsValue> {
        let node = match (self.links.target(src), src) {
            (Target::Outside(_), _) => {
                let link = self.anchor(src)?;
                text(&link, &format!("[Image: {}]", picture.words()))?;
                link
            }
            (Target::Nowhere(Nowhere::Refused), _) | (_, None) => {
                let refused = element("span", "refused-link")?;
                text(&refused, &format!("[Image: {}]", picture.words()))?;
                refused
            }
            (target, Some(src)) => match self.file(&target, src) {
                Some(url) => self.shown(&url, picture)?.unchecked_into(),
                None => missing(picture.words())?,
            },
        };
        if let Some(title) = picture.title {
            set(&node, "title", title)?;
        }
        parent.append_child(&node).map(drop)
    }

    /// The address of the file that `src` names; a picture's name may lack an ending.
    fn file(&self, target: &Target, src: &str) -> Option<String> {
        match (target, destination(self.links.slug(), src)) {
            (Target::File(url), _) => Some(url.clone()),
            (Target::Inside(_), Destination::Runbook { slug, .. }) => Some(links::file(&slug)),
            _ => None,
        }
    }

    /// `url` is always one of ours.
    fn shown(&self, url: &str, picture: &Picture<'_>) -> Result<HtmlImageElement, JsValue> {
        let image: HtmlImageElement = document().create_element("img")?.unchecked_into();
        image.set_class_name("picture");
        image.set_alt(picture.alt);
        image.set_attribute("loading", "lazy")?;
        image.set_attribute("decoding", "async")?;
        if let Some(width) = picture.width {
            image.set_width(width.into());
        }
        if let Some(height) = picture.height {
            image.set_height(height.into());
        }
        image.set_src(url);
        Ok(image)
    }
}

/// What stands in a missing picture's place.
fn missing(words: &str) -> Result<HtmlElement, JsValue> {
    let frame = element("span", "picture-missing")?;
    let sign = element("span", "picture-missing__note")?;
    text(&sign, "Picture missing: ")?;
    frame.append_child(&sign)?;
    text(&frame, words)?;
    Ok(frame)
}

/// Puts the missing picture's frame where a picture below `root` can't be loaded. The closure must live as long as
/// `root` does.
///
/// # Errors
/// The browser refuses the listener.
pub(super) fn watch(root: &Element) -> Result<Closure<dyn Fn(Event)>, JsValue> {
    let failed = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let image = event.target().and_then(|target| target.dyn_into::<HtmlImageElement>().ok());
        let Some(image) = image else { return };
        let alt = image.alt();
        // Both fail only for an element that has left the page.
        if let Ok(frame) = missing(if alt.is_empty() { "image" } else { &alt }) {
            drop(image.replace_with_with_node_1(&frame));
        }
    });
    // The event does not bubble: it is heard on its way down.
    root.add_event_listener_with_callback_and_bool("error", failed.as_ref().unchecked_ref(), true)?;
    Ok(failed)
}
