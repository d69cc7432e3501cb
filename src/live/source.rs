//! One EventSource and the closures that it calls.

use lastmile_protocol::Event;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use super::feeds::{Feeds, Topics};
use crate::api;

/// An open stream; closed when dropped.
pub(super) struct Source {
    stream: EventSource,
    topics: Topics,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Source {
    /// Opens a stream for all that is watched; `None` where the browser refuses to.
    pub(super) fn open(
        feeds: &Feeds,
        after: Option<u64>,
        take: impl Fn(Event) + 'static,
        failed: impl Fn() + 'static,
    ) -> Option<Self> {
        let topics = feeds.topics();
        let stream = EventSource::new(&api::events(&topics.runs, &topics.runbooks, after)).ok()?;
        let on_message = Closure::new(move |message: MessageEvent| {
            // What can't be read is from a newer server: the next request will say so.
            let text = message.data().as_string().unwrap_or_default();
            if let Ok(event) = serde_json::from_str(&text) {
                take(event);
            }
        });
        let on_error = Closure::new(failed);
        stream.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        stream.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { stream, topics, _on_message: on_message, _on_error: on_error })
    }

    /// Whether this stream tells exactly what is watched.
    pub(super) fn serves(&self, feeds: &Feeds) -> bool {
        self.topics == feeds.topics()
    }

    /// Whether it has not been closed.
    pub(super) fn is_open(&self) -> bool {
        self.stream.ready_state() != EventSource::CLOSED
    }

    /// Closes it without dropping its closures: one of them may be running.
    pub(super) fn close(&self) {
        self.stream.close();
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.stream.set_onmessage(None);
        self.stream.set_onerror(None);
        self.stream.close();
    }
}
