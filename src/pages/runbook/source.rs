//! `?view=source`: the file's text, as it stands in the folder.

use std::sync::Arc;

use leptos::prelude::*;

use super::loaded::Loaded;
use crate::components::ScriptView;
use crate::links;

/// The source with line numbers, which can be led to.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub(super) fn Source(
    loaded: Arc<Loaded>,
    rev: Option<String>,
    #[prop(into)] on_ready: Callback<()>,
) -> impl IntoView {
    Effect::new(move |_| on_ready.run(()));
    let slug = &loaded.page.summary.slug;
    let back = links::runbook_view(slug, &links::View::Text, rev.as_deref());
    let file = format!("{slug}.md");
    view! {
        <section class="runbook-part" aria-labelledby="part-title">
            <h2 id="part-title">"Source of "<code>{file}</code></h2>
            <p><a href=back>"Back to the runbook"</a></p>
            <div class="panel script--whole"><ScriptView script=loaded.page.source.clone() language="markdown" fold_after=0 label="Source" anchored=true/></div>
        </section>
    }
}
