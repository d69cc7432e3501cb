//! What would happen if the button were pressed: asked for whenever what is typed has settled.

use std::collections::BTreeMap;
use std::time::Duration;

use lastmile_protocol::{BatchPreviewRequest, Preview, PreviewRequest};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::several::merged;
use crate::api;

/// Typing pauses this long before the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// What is asked: about one run, or about several.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// The run, or the first of them.
    pub(super) one: PreviewRequest,
    /// Inputs of each of several, with what tells it from the others; empty: it is one run.
    pub(super) each: Vec<(String, BTreeMap<String, String>)>,
}

impl Wanted {
    async fn ask(self) -> Option<Preview> {
        let Self { one, each } = self;
        if each.is_empty() {
            return api::preview(&one).await.ok();
        }
        let (names, each): (Vec<_>, Vec<_>) = each.into_iter().unzip();
        let PreviewRequest { runbook, action, incident, .. } = one;
        let request = BatchPreviewRequest { runbook, action, each, incident };
        merged(api::preview_batch(&request).await.ok()?.each, &names)
    }
}

/// Keeps a preview up to date with what `request` says; `also` are signals whose changes make the answer old.
///
/// A preview that fails says nothing: it is a hint, and the press itself gets the real answer.
pub(super) fn use_preview(
    request: impl Fn() -> Wanted + Send + Sync + 'static,
    also: impl Fn() + Send + Sync + 'static,
) -> Signal<Option<Preview>> {
    let preview = RwSignal::new(None::<Preview>);
    let wanted = Memo::new(move |_| request());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let number = StoredValue::new(0_u32);
    let ask = move || {
        let mine = number.try_update_value(|number| {
            *number = number.wrapping_add(1);
            *number
        });
        let Some(request) = wanted.try_get_untracked() else { return };
        spawn_local(async move {
            let answer = request.ask().await;
            // An answer to what was typed earlier is no answer any more.
            if mine.is_some() && number.try_get_value() == mine {
                preview.try_set(answer);
            }
        });
    };
    Effect::new(move |first: Option<()>| {
        wanted.with(|_| ());
        also();
        let wait = if first.is_none() { Duration::ZERO } else { PAUSE };
        let next = set_timeout_with_handle(ask, wait).ok();
        if let Some(earlier) = timer.try_update_value(|timer| std::mem::replace(timer, next)).flatten() {
            earlier.clear();
        }
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    preview.into()
}
