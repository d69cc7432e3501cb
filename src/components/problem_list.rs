//! What is wrong with a runbook, and where.

use lastmile_protocol::PageProblem;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::visible::visible;

/// Located problems, errors marked as such.
#[component]
pub fn ProblemList(
    /// The problems, in the order of lines.
    problems: Vec<PageProblem>,
    /// The address of the file's source, where lines are `#L1`; without it the lines are no links.
    #[prop(optional, into)]
    source: Option<String>,
) -> impl IntoView {
    let rows = problems.into_iter().map(move |problem| {
        let (class, icon, word) = if problem.error {
            ("problem-list__item problem-list__item--error", Icon::Cross, "Error")
        } else {
            ("problem-list__item problem-list__item--warning", Icon::Warning, "Warning")
        };
        let line = format!("line {}", problem.line);
        let place = match &source {
            Some(source) => view! { <a href=format!("{source}#L{}", problem.line)>{line}</a> }.into_any(),
            None => line.into_any(),
        };
        view! {
            <li class=class>
                <Glyph icon/>
                <span class="problem-list__text">
                    <span class="visually-hidden">{word}": "</span>{with_code(&problem.message)}
                    {(!problem.mend.is_empty()).then(|| view! { <span class="problem-list__mend">" "{with_code(&problem.mend)}</span> })}
                </span>
                <span class="problem-list__where">{place}</span>
            </li>
        }
    });
    view! { <ul class="problem-list">{rows.collect_view()}</ul> }
}

/// Messages name what stands in the file `between backticks`.
fn with_code(message: &str) -> Vec<AnyView> {
    let pieces = message.split('`').enumerate().map(|(at, piece)| match at % 2 {
        0 => visible(piece).into_any(),
        _ => view! { <code>{visible(piece)}</code> }.into_any(),
    });
    pieces.collect()
}
