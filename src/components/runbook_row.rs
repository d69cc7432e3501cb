//! A runbook in the catalog.

use lastmile_protocol::{Hit, NameHit, NameKind, Piece, ProblemLine, RunbookSummary, SectionHit};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::marked::Marked;
use super::time::RelativeTime;
use crate::{links, query};

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
    /// Whether its review is overdue.
    #[prop(optional)]
    overdue: bool,
    /// Where it matches what was looked for.
    #[prop(optional_no_strip)]
    hit: Option<Hit>,
) -> impl IntoView {
    let href = links::runbook(&runbook.slug);
    let hit = hit.unwrap_or_default();
    let (slug, names): (Vec<_>, Vec<_>) = hit.names.into_iter().partition(|name| name.kind == NameKind::Slug);
    let slug = slug.into_iter().next().map_or_else(|| plain(&runbook.slug.0), |name| name.text);
    let title = if hit.title.is_empty() { plain(&runbook.title) } else { hit.title };
    let tags = runbook.tags.into_iter().map(|tag| found(&names, NameKind::Tag, &tag));
    let alerts = names.iter().filter(|name| name.kind == NameKind::Alert).cloned().collect::<Vec<_>>();
    let tags = tags.collect::<Vec<_>>();
    let broken = runbook.unreadable.is_some() || runbook.errors > 0;
    let hidden = (runbook.errors + runbook.warnings).saturating_sub(runbook.problems.len());
    view! {
        <li class="row runbook-row" class:runbook-row--broken=broken>
            <div class="runbook-row__main">
                <p class="runbook-row__head">
                    <Glyph icon=Icon::Document/>
                    <a class="row__link" href=href.clone()><Marked pieces=title/></a>
                    <span class="runbook-row__slug"><Marked pieces=slug/></span>
                </p>
                {runbook.description.map(|text| view! { <p class="runbook-row__text">{text}</p> })}
                {alerts.into_iter().map(|alert| view! {
                    <p class="runbook-row__text">"Answers the alert "<code><Marked pieces=alert.text/></code></p>
                }).collect_view()}
                {hit.section.map(|section| view! { <Excerpt href section/> })}
                {runbook.unreadable.map(|why| view! {
                    <p class="runbook-row__problem runbook-row__problem--error"><Glyph icon=Icon::Cross/>"Can't be read: "{why}</p>
                })}
                {runbook.problems.into_iter().map(problem_line).collect_view()}
                {(hidden > 0).then(|| view! { <p class="runbook-row__text">"and "{hidden}" more"</p> })}
            </div>
            <p class="runbook-row__tags">
                {runbook.service.map(|service| view! { <span class="chip chip--strong">{service}</span> })}
                {runbook.team.map(|team| view! { <span class="chip"><Glyph icon=Icon::People/>{team.0}</span> })}
                {tags.into_iter().map(|tag| view! { <span class="chip"><Marked pieces=tag/></span> }).collect_view()}
            </p>
            <p class="runbook-row__facts">
                <span>{actions_phrase(runbook.actions)}</span>
                {overdue.then(|| view! { <span class="runbook-row__overdue"><Glyph icon=Icon::Clock/>"Review overdue"</span> })}
                <span class="row__more">"changed "<RelativeTime at=runbook.modified/></span>
            </p>
        </li>
    }
}

/// The place in the text that matches, as a link to its section.
#[component]
fn Excerpt(href: String, section: SectionHit) -> impl IntoView {
    let href = match section.anchor {
        Some(anchor) => format!("{href}#{}", query::encode(&anchor)),
        None => href,
    };
    let heading = (!section.heading.is_empty()).then_some(section.heading);
    let text = (!section.excerpt.is_empty()).then_some(section.excerpt);
    let code = section.code;
    view! {
        <a class="runbook-row__excerpt" href=href>
            {heading.map(|pieces| view! { <span class="runbook-row__section"><Marked pieces/></span> })}
            {text.map(|pieces| view! { <span class="runbook-row__quote" class:runbook-row__quote--code=code><Marked pieces/></span> })}
        </a>
    }
}

fn plain(text: &str) -> Vec<Piece> {
    vec![Piece { text: text.to_owned(), hit: false }]
}

/// The name with its marks, if it is among those that match.
fn found(names: &[NameHit], kind: NameKind, name: &str) -> Vec<Piece> {
    let whole = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let found = names.iter().find(|hit| hit.kind == kind && whole(&hit.text) == name);
    found.map_or_else(|| plain(name), |hit| hit.text.clone())
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
