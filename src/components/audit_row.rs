//! An entry of the audit record in a list: when, what, where, who; the rest in details.

use lastmile_protocol::{AuditEntry, AuditRule};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::clipboard::copy_text;
use super::copy_button::CopyButton;
use super::definition_list::{Definition, DefinitionList};
use super::icon::{Glyph, Icon};
use super::time::local_text;
use super::visible::visible;
use crate::links;

/// An entry as one row. Each name in it leads to the list narrowed to that name. Stands in a `<ul class="rows">`.
#[component]
pub fn AuditRow(
    /// The entry.
    entry: AuditEntry,
    /// The name of whoever did it; empty: the server by itself.
    #[prop(into)]
    name: String,
    /// The query of the list that it stands in.
    #[prop(into)]
    search: String,
) -> impl IntoView {
    let follow = |pairs: &[(&str, &str)]| links::audit_follow(&search, pairs);
    let refused = entry.did == "refused";
    let number = format!("#{}", entry.seq);
    let did = follow(&[("did", &entry.did)]);
    let by = entry.by.as_ref().map(|id| follow(&[("person", id.as_str())]));
    view! {
        <li class="row audit-row" class:audit-row--refused=refused>
            <span class="audit-row__when"><time>{local_text(entry.at)}</time><span class="row__more">{number}</span></span>
            <div class="audit-row__what">
                <a href=did class="audit-row__did">{refused.then(|| view! { <Glyph icon=Icon::Slash/> })}<code>{entry.did.clone()}</code></a>
                {entry.asked.clone().map(|asked| view! { <span class="row__more">"asked for "<code>{asked}</code></span> })}
                {entry.why.clone().map(|why| view! { <p class="audit-row__why">{visible(&why)}</p> })}
            </div>
            {place(&entry, search)}
            <span class="audit-row__who">
                {match by {
                    Some(href) => view! { <a href=href>{move || visible(&name)}</a> }.into_any(),
                    None => view! { <span class="row__more">"the server"</span> }.into_any(),
                }}
            </span>
            <Details entry/>
        </li>
    }
}

/// Runbook, action, target and run, as far as the entry is about one.
fn place(entry: &AuditEntry, search: String) -> impl IntoView + use<> {
    let follow = move |pairs: &[(&str, &str)]| links::audit_follow(&search, pairs);
    let runbook = entry.runbook.as_ref().map(|slug| {
        let href = follow(&[("runbook", slug.as_str()), ("action", "")]);
        let action = entry.action.as_ref().map(|action| {
            let href = follow(&[("runbook", slug.as_str()), ("action", action)]);
            view! { <span class="row__more">"› "</span><a href=href>{visible(action)}</a> }
        });
        view! { <span class="audit-row__name"><Glyph icon=Icon::Document/><a href=href>{visible(slug.as_str())}</a>{action}</span> }
    });
    let target = entry.target.as_ref().map(|target| {
        let href = follow(&[("target", target)]);
        view! { <span class="audit-row__name"><Glyph icon=Icon::Target/><a href=href>{visible(target)}</a></span> }
    });
    let run = entry.run.as_ref().map(|run| {
        let href = follow(&[("run", run.as_str())]);
        view! { <span class="audit-row__name"><Glyph icon=Icon::Play/><a href=href>"All of this run"</a></span> }
    });
    view! { <div class="audit-row__where">{runbook}{target}{run}</div> }
}

/// Everything else; made when it is opened.
#[component]
fn Details(entry: AuditEntry) -> impl IntoView {
    let open = RwSignal::new(false);
    let entry = StoredValue::new(entry);
    let toggled = move |event: leptos::ev::Event| {
        let details = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlDetailsElement>().ok());
        open.set(details.is_some_and(|details| details.open()));
    };
    let label = entry.with_value(|entry| format!("Details of entry {}", entry.seq));
    view! {
        <details class="audit-row__details" on:toggle=toggled>
            <summary aria-label=label><Glyph icon=Icon::ChevronRight/>"Details"</summary>
            {move || open.get().then(|| facts(&entry.get_value()))}
        </details>
    }
}

fn facts(entry: &AuditEntry) -> impl IntoView + use<> {
    let run = entry.run.as_ref().map(|run| {
        let (href, id) = (links::run(run), run.to_string());
        view! { <Definition term="Run"><a href=href>{id}</a></Definition> }
    });
    let rules = (!entry.rules.is_empty()).then(|| {
        let rules = entry.rules.iter().map(rule).collect_view();
        view! { <Definition term="Rules"><ul class="audit-rules">{rules}</ul></Definition> }
    });
    let policy = entry.policy.as_ref().map(|digest| {
        let digest = digest.to_string();
        view! { <Definition term="Policies"><code class="digest">{digest}</code></Definition> }
    });
    let (own, hash) = (entry.entry.clone(), entry.hash.to_string());
    view! {
        <DefinitionList>
            {run}{rules}{policy}
            <Definition term="Hash"><code class="digest">{hash}</code></Definition>
        </DefinitionList>
        <pre class="audit-row__entry" tabindex="0" aria-label="The entry">{visible(&pretty(&entry.entry))}</pre>
        <CopyButton label="Copy the entry as it was hashed" on_copy=move |()| { let _ = copy_text(&own); }/>
    }
}

fn rule(rule: &AuditRule) -> impl IntoView + use<> {
    let class =
        if rule.says == "permits" { "audit-rules__says" } else { "audit-rules__says audit-rules__says--no" };
    view! { <li><span class=class>{rule.says.clone()}</span>" "<code>{visible(&rule.rule)}</code></li> }
}

/// JSON in lines; what is none stays as it is.
fn pretty(text: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn an_entry_is_laid_out_and_damaged_bytes_stay_what_they_are() {
        assert_eq!(pretty(r#"{"seq":1}"#), "{\n  \"seq\": 1\n}");
        assert_eq!(pretty("{\u{0}"), "{\u{0}");
    }
}
