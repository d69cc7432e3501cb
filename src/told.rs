//! Being told: news of runs as toasts in the page and, where the person has asked for it, as the browser's notifications.
//!
//! The browser is asked for its permission by a button only. With notifications on the stream stays open while the tab is
//! hidden, because they come from it; one tab per browser shows each, for they share a tag.

use lastmile_protocol::NoticeWhy;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::components::toasts::Told;

const STORAGE_KEY: &str = "lastmile.notify";
/// Toasts shown at once.
const SHOWN: usize = 3;
/// News remembered, so that nothing is told twice.
const REMEMBERED: usize = 64;

/// Whether the browser notifies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    /// It could, and was not asked or is switched off here.
    #[default]
    Off,
    /// It does.
    On,
    /// The person, or somebody for them, has forbidden it in the browser.
    Denied,
    /// This browser has no notifications, or not on this address.
    Missing,
}

/// News for this person. Found in context.
#[derive(Clone, Copy)]
pub struct News {
    toasts: RwSignal<Vec<Told>>,
    notify: RwSignal<Notify>,
    heard: StoredValue<Vec<String>>,
}

impl News {
    /// Makes it in the current owner and provides it as context.
    pub fn provide() -> Self {
        let news = Self {
            toasts: RwSignal::default(),
            notify: RwSignal::new(current()),
            heard: StoredValue::default(),
        };
        provide_context(news);
        news
    }

    /// What is shown in the page.
    #[must_use]
    pub fn toasts(self) -> Signal<Vec<Told>> {
        self.toasts.into()
    }

    /// Whether the browser notifies.
    #[must_use]
    pub fn notify(self) -> Signal<Notify> {
        self.notify.into()
    }

    /// Takes news in.
    pub fn take(self, told: Told) {
        let key = told.key();
        let known = self.heard.try_update_value(|heard| remember(heard, &key)).unwrap_or(true);
        if known {
            return;
        }
        if hidden() && self.notify.get_untracked() == Notify::On {
            show(&told.title(), &told.words(), &key, Some(&told.href()));
        }
        // One's own runs are followed where they were started.
        if told.why != NoticeWhy::Yours {
            self.toasts.update(|toasts| {
                toasts.push(told);
                let over = toasts.len().saturating_sub(SHOWN);
                toasts.drain(..over);
            });
        }
    }

    /// More wait for this person than before.
    pub fn take_count(self, to_answer: u32, to_review: u32) {
        if hidden() && self.notify.get_untracked() == Notify::On {
            let what = if to_review > 0 { "to answer or review" } else { "to answer" };
            let title = format!("{} {what}", to_answer + to_review);
            show(&title, "Somebody waits for you in Lastmile.", "waiting", Some("/approvals"));
        }
    }

    /// Puts one away.
    pub fn close(self, key: &str) {
        self.toasts.update(|toasts| toasts.retain(|told| told.key() != key));
    }

    /// Switches notifications off, or asks the browser for them: only ever from a press of a button.
    pub fn switch(self, on: bool) {
        remember_choice(on);
        self.notify.set(current());
        if !on || Notification::permission() != NotificationPermission::Default {
            return;
        }
        let Ok(asked) = Notification::request_permission() else { return };
        // Whatever is answered, the browser knows it by then.
        let answered = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            self.notify.try_set(current());
        });
        drop(asked.then(&answered));
        // A question that nobody answers stays open as long as the tab.
        answered.forget();
    }
}

/// Whether it was known before.
fn remember(heard: &mut Vec<String>, key: &str) -> bool {
    if heard.iter().any(|it| it == key) {
        return true;
    }
    heard.push(key.to_owned());
    if heard.len() > REMEMBERED {
        heard.remove(0);
    }
    false
}

fn hidden() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Hidden
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn remember_choice(on: bool) {
    let Some(storage) = storage() else { return };
    // It fails only where the browser forbids storage; the choice then holds until the page is left.
    drop(if on { storage.set_item(STORAGE_KEY, "on") } else { storage.remove_item(STORAGE_KEY) });
}

fn current() -> Notify {
    let there = js_sys::Reflect::has(&window(), &JsValue::from_str("Notification")).unwrap_or(false);
    if !there || !window().is_secure_context() {
        return Notify::Missing;
    }
    let wanted = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten()).is_some();
    match Notification::permission() {
        NotificationPermission::Granted if wanted => Notify::On,
        NotificationPermission::Denied => Notify::Denied,
        _ => Notify::Off,
    }
}

fn show(title: &str, words: &str, tag: &str, href: Option<&str>) {
    let options = NotificationOptions::new();
    options.set_body(words);
    options.set_tag(tag);
    // It fails where the browser has changed its mind; the page still tells.
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let Some(href) = href.map(str::to_owned) else { return };
    let shown = notification.clone();
    let open = Closure::once_into_js(move || {
        drop(window().focus());
        drop(window().location().set_href(&href));
        shown.close();
    });
    notification.set_onclick(Some(open.unchecked_ref()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_news_is_heard_once_and_memory_is_bounded() {
        let mut heard = Vec::new();
        assert!(!remember(&mut heard, "a"));
        assert!(remember(&mut heard, "a"));
        for number in 0..REMEMBERED {
            assert!(!remember(&mut heard, &number.to_string()));
        }
        assert!(!remember(&mut heard, "a"));
        assert_eq!(heard.len(), REMEMBERED);
    }
}
