//! A runbook in the catalog.

use lastmile_protocol::{ProblemLine, RunbookSummary};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::time::RelativeTime;

/// The page of a runbook.
#[must_use]
pub fn runbook_href(runbook: &RunbookSummary) -> String {
    format!("/runbooks/{}", runbook.slug)
}

/// "3 actions", "1 action", "Text only".
#[must_use]
pub fn actions_phrase(count: usize) -> String {
    match count {
        0 => "Text only".to_owned(),
        1 => "1 action".to_owned(),
        many => format!("{many} actions"),
    }
}

/// A runbook as one row, with what is wrong in it. Stands in a `<ul class="rows">`.
#[component]
pub fn RunbookRow(
    /// The runbook.
    runbook: RunbookSummary,
) -> impl IntoView {
    let href = runbook_href(&runbook);
    let broken = runbook.unreadable.is_some() || runbook.errors > 0;
    let hidden = (runbook.errors + runbook.warnings).saturating_sub(runbook.problems.len());
    view! {
        <li class="row runbook-row" class:runbook-row--broken=broken>
            <div class="runbook-row__main">
                <p class="runbook-row__head">
                    <Glyph icon=Icon::Document/>
                    <a class="row__link" href=href>{runbook.title}</a>
                    <span class="runbook-row__slug">{runbook.slug.0}</span>
                </p>
                {runbook.description.map(|text| view! { <p class="runbook-row__text">{text}</p> })}
                {runbook.unreadable.map(|why| view! {
                    <p class="runbook-row__problem runbook-row__problem--error"><Glyph icon=Icon::Cross/>"Can't be read: "{why}</p>
                })}
                {runbook.problems.into_iter().map(problem_line).collect_view()}
                {(hidden > 0).then(|| view! { <p class="runbook-row__text">"and "{hidden}" more"</p> })}
            </div>
            <p class="runbook-row__tags">
                {runbook.service.map(|service| view! { <span class="chip chip--strong">{service}</span> })}
                {runbook.team.map(|team| view! { <span class="chip"><Glyph icon=Icon::People/>{team.0}</span> })}
                {runbook.tags.into_iter().map(|tag| view! { <span class="chip">{tag}</span> }).collect_view()}
            </p>
            <p class="runbook-row__facts">
                <span>{actions_phrase(runbook.actions)}</span>
                <span class="row__more">"changed "<RelativeTime at=runbook.modified/></span>
            </p>
        </li>
    }
}

fn problem_line(problem: ProblemLine) -> impl IntoView {
    let (class, icon, word) = if problem.error {
        ("runbook-row__problem runbook-row__problem--error", Icon::Cross, "Error")
    } else {
        ("runbook-row__problem runbook-row__problem--warning", Icon::Warning, "Warning")
    };
    view! { <p class=class><Glyph icon/><span>{word}" in line "{problem.line}": "{problem.message}</span></p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_counted_in_words() {
        assert_eq!(actions_phrase(0), "Text only");
        assert_eq!(actions_phrase(1), "1 action");
        assert_eq!(actions_phrase(7), "7 actions");
    }
}
