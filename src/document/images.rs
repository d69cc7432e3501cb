//! Pictures: those of the runbook folder are shown, those of other sites are linked.

use lastmile_runbook::{Destination, destination};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlImageElement};

use super::build::Builder;
use super::draft::{Attr, Draft, Kind};
use super::draw::draw;
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
    pub(super) fn image(&mut self, src: Option<&str>, picture: &Picture<'_>) {
        let target = self.links.target(src);
        match (&target, src) {
            (Target::Outside(_), _) => {
                self.open_link(&target);
                self.titled(picture);
                self.draft.text(&format!("[Image: {}]", picture.words()));
            }
            (Target::Nowhere(Nowhere::Refused), _) | (_, None) => {
                self.draft.open(Kind::of("span", "refused-link"));
                self.titled(picture);
                self.draft.text(&format!("[Image: {}]", picture.words()));
            }
            (target, Some(src)) => match self.file(target, src) {
                Some(url) => self.open_shown(&url, picture),
                None => {
                    self.draft.open(MISSING);
                    self.titled(picture);
                    missing(&mut self.draft, picture.words());
                }
            },
        }
        self.draft.close();
    }

    fn titled(&mut self, picture: &Picture<'_>) {
        if let Some(title) = picture.title {
            self.draft.set(Attr::Title, title);
        }
    }

    /// The address of the file that `src` names; a picture's name may lack an ending.
    fn file(&self, target: &Target, src: &str) -> Option<String> {
        match (target, destination(self.links.slug(), src)) {
            (Target::File(url), _) => Some(url.clone()),
            (Target::Inside(_), Destination::Runbook { slug, .. }) => Some(links::file(&slug)),
            _ => None,
        }
    }

    /// `url` is always one of ours. Pictures below the window wait until they are near; the address comes last, when
    /// that is said.
    fn open_shown(&mut self, url: &str, picture: &Picture<'_>) {
        self.draft.open(SHOWN);
        self.titled(picture);
        self.draft.set(Attr::Alt, picture.alt);
        for (attr, pixels) in [(Attr::Width, picture.width), (Attr::Height, picture.height)] {
            if let Some(pixels) = pixels {
                self.draft.set(attr, &pixels.to_string());
            }
        }
        self.draft.set(Attr::Src, url);
    }
}

const SHOWN: Kind = Kind::of("img", "picture").with(&[("loading", "lazy"), ("decoding", "async")]);
const MISSING: Kind = Kind::of("span", "picture-missing");

/// What stands in a missing picture's frame.
fn missing(draft: &mut Draft, words: &str) {
    draft.leaf(Kind::of("span", "picture-missing__note"), "Picture missing: ");
    draft.text(words);
}

/// A missing picture's frame by itself.
fn missing_frame(words: &str) -> Draft {
    let mut draft = Draft::default();
    draft.open(MISSING);
    missing(&mut draft, words);
    draft.close();
    draft
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
        if let Ok(frame) = draw(&missing_frame(if alt.is_empty() { "image" } else { &alt })) {
            drop(image.replace_with_with_node_1(&frame.fragment));
        }
    });
    // The event does not bubble: it is heard on its way down.
    root.add_event_listener_with_callback_and_bool("error", failed.as_ref().unchecked_ref(), true)?;
    Ok(failed)
}
