//! `/approvals/report`: which gates are worth having. It names nobody.

use lastmile_protocol::{Gate, GateReport};
use leptos::prelude::*;

use super::head::PageHead;
use super::resource::{Answer, use_answer};
use crate::components::time_text::duration;
use crate::components::{Breadcrumbs, Crumb, EmptyState, ErrorPanel, Loading};
use crate::{api, links, query};

/// The report.
#[component]
pub fn Gates() -> impl IntoView {
    let answer = use_answer(api::gate_report);
    view! {
        <Breadcrumbs items=vec![Crumb::to("Approvals", "/approvals"), Crumb::here("Which gates are worth having")]/>
        <PageHead title="Which gates are worth having"/>
        <p class="page__lead">"Answers of the last ninety days, per team that is asked and action. Where people mostly say that they can't judge, or that only a name is wanted, being told would do."</p>
        {move || match answer.state() {
            Answer::Loading => view! { <Loading lines=6/> }.into_any(),
            Answer::Failed(error) => view! { <ErrorPanel message=error.to_string() on_retry=move |()| answer.retry()/> }.into_any(),
            Answer::Ready(report) if report.gates.is_empty() => view! { <EmptyState title="Nobody has answered anything yet"/> }.into_any(),
            Answer::Ready(report) => table(report).into_any(),
        }}
    }
}

fn table(report: GateReport) -> impl IntoView {
    let rows = report.gates.into_iter().map(row).collect_view();
    view! {
        <div class="gates" role="region" aria-label="Gates" tabindex="0">
            <table class="gates__table">
                <thead><tr>
                    <th scope="col">"Gate"</th><th scope="col">"Answers"</th><th scope="col">"Checked"</th><th scope="col">"Only to know"</th>
                    <th scope="col">"Name wanted"</th><th scope="col">"Can't judge"</th><th scope="col">"Opened it"</th><th scope="col">"Refused"</th>
                    <th scope="col">"Median time"</th><th scope="col">"Right call"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(gate: Gate) -> impl IntoView {
    let href = format!("{}#{}", links::runbook(&gate.runbook), query::encode(&gate.action));
    let of = |number: u32| share(number, gate.answers);
    let judged = gate.verdicts.right + gate.verdicts.wrong;
    let right = if judged == 0 { "–".to_owned() } else { share(gate.verdicts.right, judged) };
    view! {
        <tr>
            <th scope="row"><strong>{gate.team.0}</strong>" for "<a href=href>{gate.label}</a></th>
            <td data-label="Answers">{gate.answers}</td><td data-label="Checked">{of(gate.checked)}</td><td data-label="Only to know">{of(gate.only_to_know)}</td>
            <td data-label="Name wanted">{of(gate.name_wanted)}</td><td data-label="Can't judge">{of(gate.cannot_judge)}</td>
            <td data-label="Opened it">{of(gate.looked)}</td><td data-label="Refused">{of(gate.refused)}</td>
            <td data-label="Median time">{duration(gate.median_ms)}</td><td data-label="Right call">{right}</td>
        </tr>
    }
}

/// "2 (67 %)"; of none, a dash.
fn share(part: u32, whole: u32) -> String {
    if part == 0 || whole == 0 {
        return "–".to_owned();
    }
    let percent = (u64::from(part) * 200 + u64::from(whole)) / (u64::from(whole) * 2);
    format!("{part} ({percent} %)")
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_and_none_is_a_dash() {
        assert_eq!(share(2, 3), "2 (67 %)");
        assert_eq!(share(3, 3), "3 (100 %)");
        assert_eq!(share(1, 200), "1 (1 %)");
        assert_eq!((share(0, 3), share(0, 0)), ("–".to_owned(), "–".to_owned()));
    }
}
