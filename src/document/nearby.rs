//! Which elements are near the window, or have ever been.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
    js_sys::Array,
};

/// How far from the window is near: a window's height above and below.
const MARGIN: &str = "100% 0px";

/// Watches elements until each has come near.
pub(super) struct Nearby {
    near: Vec<RwSignal<bool>>,
    watching: Option<Watching>,
}

/// The observer calls the closure for as long as both are there.
struct Watching {
    observer: IntersectionObserver,
    _seen: Closure<dyn Fn(Array, IntersectionObserver)>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl Nearby {
    /// Begins to watch.
    pub(super) fn watch<'a>(elements: impl Iterator<Item = &'a HtmlElement>) -> Self {
        let elements: Vec<Element> = elements.map(|element| Element::clone(element)).collect();
        let near: Vec<_> = elements.iter().map(|_| RwSignal::new(false)).collect();
        let watching = observe(elements, near.clone());
        if watching.is_none() {
            // A browser without observers finishes everything at once.
            near.iter().for_each(|near| near.set(true));
        }
        Self { near, watching }
    }

    /// Whether the element at `at` has come near.
    pub(super) fn of(&self, at: usize) -> Signal<bool> {
        self.near.get(at).map_or_else(|| Signal::stored(true), |near| (*near).into())
    }

    /// Goes on until the current owner goes.
    pub(super) fn keep(self) {
        let watching = StoredValue::new_local(self.watching);
        on_cleanup(move || drop(watching.try_update_value(Option::take)));
    }
}

fn observe(elements: Vec<Element>, near: Vec<RwSignal<bool>>) -> Option<Watching> {
    let targets = elements.clone();
    let seen = Closure::<dyn Fn(Array, IntersectionObserver)>::new(
        move |entries: Array, observer: IntersectionObserver| {
            for entry in entries {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                if !entry.is_intersecting() {
                    continue;
                }
                let target = entry.target();
                observer.unobserve(&target);
                let at = elements.iter().position(|element| *element == target);
                if let Some(near) = at.and_then(|at| near.get(at)) {
                    near.try_set(true);
                }
            }
        },
    );
    let options = IntersectionObserverInit::new();
    options.set_root_margin(MARGIN);
    let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options).ok()?;
    targets.iter().for_each(|target| observer.observe(target));
    Some(Watching { observer, _seen: seen })
}
