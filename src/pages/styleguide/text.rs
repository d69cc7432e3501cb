//! A runbook's text, as `prose.css` draws it. The real page makes these nodes from markdown.

use leptos::prelude::*;

use super::Specimen;

const ALERTS: [(&str, &str); 5] = [
    ("note", "Note"),
    ("tip", "Tip"),
    ("important", "Important"),
    ("warning", "Warning"),
    ("caution", "Caution"),
];

/// Headings, lists, tables, code, alerts.
#[component]
pub(super) fn Text() -> impl IntoView {
    let alerts = ALERTS.map(|(kind, title)| {
        view! {
            <blockquote class=format!("alert alert--{kind}")>
                <p class="alert__title">{title}</p>
                <p>"The pool drops its sessions when it restarts."</p>
            </blockquote>
        }
    });
    view! {
        <Specimen title="Text">
            <article class="prose specimen__prose">
                <h2 id="text">"Is Acme reachable?"<a class="heading-anchor" href="#text" aria-label="Link to this section"></a></h2>
                <p>
                    "Bar asks "<strong>"Acme"</strong>" before it starts, over "<code>"tcp/7000"</code>". If that fails, "
                    <a href="#text">"open the port"</a>" and "<em>"only then"</em>" restart."
                </p>
                <ol><li>"Look at the check."</li><li>"Read what it says:"<ul><li>"refused: nothing listens"</li><li>"timed out: a rule drops it"</li></ul></li></ol>
                <ul><li class="task"><span class="task__box"><input type="checkbox" class="checkbox step-box" aria-label="Tell the business"/></span><div class="task__body">"Tell the business"</div></li></ul>
                <Table/>
                <pre class="code" tabindex="0"><code>"journalctl -u bar@blue --since '10 min ago' | grep preflight   # a line that is long enough to scroll sideways on a phone"</code></pre>
                {alerts.into_iter().collect_view()}
                <blockquote><p>"Low trust puts approvals where no judgement happens."</p></blockquote>
                <hr/>
                <h3>"It does not come back"</h3>
                <p>"Ask "<span class="refused-link" title="Links of this kind are not followed">"the old wiki"</span>"."</p>
            </article>
        </Specimen>
    }
}

#[component]
fn Table() -> impl IntoView {
    let rows = [
        ("bar-qa", "qa", "3", "The pre-flight check may be skipped"),
        ("bar-prod", "prod", "24", "One of middleware must agree"),
    ];
    let rows = rows.map(|(target, environment, nodes, remark)| {
        view! { <tr><td><code>{target}</code></td><td>{environment}</td><td class="align-right">{nodes}</td><td>{remark}</td></tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Table">
            <table>
                <thead><tr><th>"Target"</th><th>"Environment"</th><th class="align-right">"Nodes"</th><th>"Remark"</th></tr></thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </div>
    }
}
