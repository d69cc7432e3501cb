//! What is wrong with a runbook, and where.

use lastmile_runbook::{Problem, Severity};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Located problems, errors marked as such.
#[component]
pub fn ProblemList(
    /// The problems, in the order of lines.
    problems: Vec<Problem>,
) -> impl IntoView {
    let rows = problems.into_iter().map(|problem| {
        let (class, icon, word) = match problem.severity {
            Severity::Error => ("problem-list__item problem-list__item--error", Icon::Cross, "Error"),
            Severity::Warning => ("problem-list__item problem-list__item--warning", Icon::Warning, "Warning"),
        };
        view! {
            <li class=class>
                <Glyph icon/>
                <span class="problem-list__text"><span class="visually-hidden">{word}": "</span>{problem.message}</span>
                <span class="problem-list__where">"line "{problem.line}</span>
            </li>
        }
    });
    view! { <ul class="problem-list">{rows.collect_view()}</ul> }
}
