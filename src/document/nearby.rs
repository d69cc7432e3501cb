//! Which elements are near the window, or have ever been.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, js_sys::Array,
};

/// How far from the window is near: a window's height above and below.
const MARGIN: &str = "100% 0px";

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

/// Tells the index of each element when it comes near for the first time, until the current owner goes.
pub(super) fn watch(elements: Vec<Element>, come_near: impl Fn(usize) + Clone + 'static) {
    let count = elements.len();
    let Some(watching) = observe(elements, come_near.clone()) else {
        // A browser without observers has everything near.
        (0..count).for_each(come_near);
        return;
    };
    let watching = StoredValue::new_local(Some(watching));
    on_cleanup(move || drop(watching.try_update_value(Option::take)));
}

fn observe(elements: Vec<Element>, come_near: impl Fn(usize) + 'static) -> Option<Watching> {
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
                if let Some(at) = elements.iter().position(|element| *element == target) {
                    come_near(at);
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
