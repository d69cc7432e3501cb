//! What all runs of a request share: who asks and why, and what of their run specs is the same.

use lastmile_protocol::Batch;
use leptos::prelude::*;

use crate::components::visible::visible;
use crate::components::{Definition, DefinitionList, PersonName, RelativeTime, ThroughToken};
use crate::{links, query};

/// Who asks, why, and what is the same in all.
#[component]
pub(super) fn Facts(batch: Signal<Batch>) -> impl IntoView {
    let fixed = batch.get_untracked();
    let action = format!("{}#{}", links::runbook(&fixed.runbook), query::encode(&fixed.action));
    let common = Memo::new(move |_| batch.read().common.clone());
    view! {
        <section class="panel" aria-labelledby="request-facts">
            <h2 class="panel__title" id="request-facts">"The same in all"</h2>
            <DefinitionList>
                <Definition term="Asked for by"><PersonName person=fixed.requester/>" "<RelativeTime at=fixed.requested/></Definition>
                {fixed.token.map(|token| view! { <Definition term="Through"><ThroughToken token/></Definition> })}
                <Definition term="Reason">{fixed.reason.map_or_else(|| "none given".to_owned(), |reason| visible(&reason))}</Definition>
                {fixed.ticket.map(|ticket| view! { <Definition term="Ticket">{visible(&ticket)}</Definition> })}
                {fixed.incident.map(|incident| view! { <Definition term="Incident">{visible(&incident)}</Definition> })}
                <Definition term="Runbook"><a href=action>{fixed.runbook_title}</a></Definition>
                {move || common.get().into_iter().map(|fact| view! {
                    <Definition term=visible(&fact.name)><code class="input-value">{visible(&fact.value)}</code></Definition>
                }).collect_view()}
            </DefinitionList>
        </section>
    }
}
