//! `/alerts/{name}`: where a link in an alert leads: straight to its runbook, with the link's parameters.

use lastmile_protocol::{AlertMatch, AlertMatches};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::address::use_named;
use super::head::PageHead;
use super::resource::{Answer, use_answer};
use crate::components::clipboard::copy_text;
use crate::components::copy_button::CopyButton;
use crate::components::{ButtonLink, EmptyState, ErrorPanel, Icon, Loading};
use crate::{api, links};

/// An alert's page. It is seen only where there is not exactly one runbook.
#[component]
pub fn AlertPage() -> impl IntoView {
    let name = use_named("/alerts/");
    let location = use_location();
    let answer = use_answer(move || {
        let name = name.get();
        async move { api::alert(&name).await }
    });
    let rest = move || (location.search.get(), location.hash.get());
    let rest = StoredValue::new(Box::new(rest) as Box<dyn Fn() -> (String, String) + Send + Sync>);
    let to = move |found: &AlertMatch| {
        let (search, hash) = rest.with_value(|rest| rest());
        links::runbook_with(&found.slug, &search, &hash)
    };
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(AlertMatches { runbooks, .. }) = answer.ready()
            && let [only] = runbooks.as_slice()
        {
            // In the place of this page: going back must not lead here again.
            let options = NavigateOptions { replace: true, resolve: false, ..NavigateOptions::default() };
            navigate(&untrack(|| to(only)), options);
        }
    });
    move || match answer.state() {
        Answer::Loading => view! { <PageHead title=name/><Loading lines=4/> }.into_any(),
        Answer::Failed(error) => view! {
            <PageHead title=name/>
            <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/>
        }
        .into_any(),
        Answer::Ready(found) => match found.runbooks.len() {
            0 => view! { <Unknown name=found.name/> }.into_any(),
            1 => view! { <PageHead title=name/><Loading lines=4/> }.into_any(),
            _ => {
                let choices = found.runbooks.into_iter().map(|found| (to(&found), found)).collect();
                view! { <Choice name=found.name choices/> }.into_any()
            }
        },
    }
}

/// Several runbooks: the reader knows which.
#[component]
fn Choice(name: String, choices: Vec<(String, AlertMatch)>) -> impl IntoView {
    let declared = choices.iter().any(|(_, found)| found.declared);
    let lead = if declared {
        "These runbooks answer this alert."
    } else {
        "No runbook names this alert. These are called like it."
    };
    let row = |(href, found): (String, AlertMatch)| {
        view! {
            <li class="row">
                <p class="runbook-row__head">
                    <a class="row__link" href=href>{found.title}</a>
                    <span class="runbook-row__slug">{found.slug.0}</span>
                </p>
                {found.description.map(|text| view! { <p class="runbook-row__text">{text}</p> })}
            </li>
        }
    };
    view! {
        <PageHead title=name/>
        <p class="page__lead">{lead}</p>
        <ul class="rows">{choices.into_iter().map(row).collect_view()}</ul>
    }
}

/// No runbook: where to look, and how to have one next time.
#[component]
fn Unknown(name: String) -> impl IntoView {
    let line = front_matter(&name);
    let (shown, copied) = (line.clone(), line);
    let href = links::search(&name);
    let search = format!("Search for “{name}”");
    view! {
        <PageHead title=name/>
        <EmptyState title="No runbook answers this alert" icon=Icon::Search>
            <ButtonLink href=href>{search}</ButtonLink>
        </EmptyState>
        <section>
            <h2>"Have a runbook for it?"</h2>
            <p>"Name the alert in the front matter at the top of the runbook's file. This address then leads there within a second."</p>
            <div class="prose"><pre class="code" tabindex="0"><code>{shown}</code></pre></div>
            <p class="cluster"><CopyButton label="Copy" on_copy=move |()| { let _ = copy_text(&copied); }/></p>
        </section>
    }
}

/// The lines that declare the alert; whatever its name, they are YAML.
fn front_matter(name: &str) -> String {
    format!("---\nalerts: [{}]\n---\n", serde_json::Value::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_are_offered_declare_exactly_this_alert() {
        for name in ["KubePodCrashLooping", "100% full: \"yes\"", "a, b]", "ü #1\\", "- x"] {
            assert_eq!(lastmile_runbook::parse(&front_matter(name)).meta.alerts, [name]);
        }
    }
}
