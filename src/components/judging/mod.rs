//! What a request can be judged by, on one screen: what is new about it, where it would run, what was done first, what
//! came of it before, how things stand, and what else there is to do.

mod history;
mod inputs;
mod script;

use lastmile_protocol::{Alternative, CheckResult, Evidence, RunSummary};
use leptos::prelude::*;

use self::history::Runs;
use self::inputs::Inputs;
use self::script::script_change;
use super::element_id::element_id;
use super::icon::{Glyph, Icon};
use super::notice::{Notice, Tone};
use super::run_row::run_href;
use super::state_badge::StateBadge;
use super::time::RelativeTime;
use super::visible::visible;

/// A part that was opened: so that one can tell afterwards what was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The comparison of the script.
    Script,
    /// What had to be done first.
    Checks,
}

/// The evidence, drawn once. What stands beside it (who asks, why, the script) is the page's.
#[component]
pub fn Judging(
    /// What was found.
    evidence: Evidence,
    /// The request.
    run: RunSummary,
    /// The script as it would run.
    #[prop(into)]
    script: Signal<String>,
    /// Where the runbook's actions are: its page.
    runbook_href: String,
    /// A part was opened; again each time it is.
    #[prop(into)]
    on_open: Callback<Opened>,
    /// Who asks for what and why, where that does not stand beside it anyway.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let Evidence {
        last_success,
        last_use,
        inputs,
        there,
        recent,
        after,
        freezes,
        error_budget,
        refused,
        alternatives,
    } = evidence;
    let (target, title_id) = (run.target, element_id("judging"));
    view! {
        <section class="judging" aria-labelledby=title_id>
            <h2 class="visually-hidden" id=title_id.clone()>"To judge it by"</h2>
            {refused.map(|why| view! { <Notice tone=Tone::Danger title="It would not be allowed any more"><p>{why}</p></Notice> })}
            {children.map(|children| view! { <div class="judging__part judging__asked"><h3 class="judging__title">"What is asked"</h3>{children()}</div> })}
            {script_change(last_success, &script.read_untracked(), on_open)}
            <Inputs inputs last_use/>
            {checks(after, on_open)}
            <Part title="Now">
                {standing(freezes, error_budget)}
                <Runs runs=there nothing=format!("Nothing else runs on {target}.") what=format!("Runs on {target} now") with_label=true/>
            </Part>
            <Part title="Its last runs"><Runs runs=recent nothing="It has never run here." what="Its last runs".to_owned() with_label=false/></Part>
            {others(alternatives, runbook_href)}
        </section>
    }
}

/// A heading and what belongs to it.
#[component]
fn Part(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! { <div class="judging__part"><h3 class="judging__title">{title}</h3>{children()}</div> }
}

/// Freezes and the error budget, in words.
fn standing(freezes: Vec<String>, budget: Option<i64>) -> impl IntoView {
    let frozen = freezes.into_iter().map(|name| {
        view! { <p class="judging__line judging__line--loud"><Glyph icon=Icon::Warning/><span>"Change freeze: "<strong>{visible(&name)}</strong></span></p> }
    });
    let budget = budget.map(|left| {
        let class = if left <= 0 { "judging__line judging__line--loud" } else { "judging__line" };
        let words = if left <= 0 { "The error budget is used up" } else { "Left of the error budget" };
        view! { <p class=class><Glyph icon=Icon::Clock/><span>{words}": "<strong>{left}" %"</strong></span></p> }
    });
    (frozen.collect_view(), budget)
}

/// What had to be done first; closed, with the gist in its line.
fn checks(after: Vec<CheckResult>, on_open: Callback<Opened>) -> Option<impl IntoView> {
    (!after.is_empty()).then(|| {
        let gist = gist(&after);
        let rows = after.into_iter().map(check_row).collect_view();
        view! {
            <details class="judging__part judging__fold" on:toggle=move |event| if is_open(&event) { let _ = on_open.try_run(Opened::Checks); }>
                <summary><Glyph icon=Icon::ChevronRight/><h3 class="judging__title">"Done first"</h3><span>{gist}</span></summary>
                <ul class="judging__list">{rows}</ul>
            </details>
        }
    })
}

/// "2 of 2 done", and what the newest runs say against it.
fn gist(after: &[CheckResult]) -> String {
    let done = after.iter().filter(|check| check.done).count();
    let bad = after.iter().filter(|check| check.run.as_ref().is_some_and(|run| !succeeded(run))).count();
    let against = match bad {
        0 => String::new(),
        1 => ", but one did not succeed when it ran last".to_owned(),
        number => format!(", but {number} did not succeed when they ran last"),
    };
    format!("{done} of {} done{against}", after.len())
}

fn succeeded(run: &RunSummary) -> bool {
    run.state == lastmile_protocol::RunState::Succeeded
}

fn check_row(check: CheckResult) -> impl IntoView {
    let CheckResult { label, done, run, by, at, .. } = check;
    let icon = if done { Icon::Check } else { Icon::Cross };
    let word = if done { "done" } else { "not done" };
    let result = run.map(|run| {
        let href = run_href(&run);
        view! { <a href=href>"its newest run"</a><StateBadge state=run.state/> }
    });
    view! {
        <li class="judging__line">
            <Glyph icon/>
            <span>{visible(&label)}": "{word}{by.map(|person| format!(" by {}", person.name))}" "{at.map(|at| view! { <RelativeTime at/> })}</span>
            {result}
        </li>
    }
}

/// Other actions of the runbook.
fn others(all: Vec<Alternative>, page: String) -> Option<impl IntoView> {
    let row = move |it: Alternative| {
        let href = format!("{page}#{}", crate::query::encode(&it.name));
        view! {
            <li class="judging__line">
                <a href=href>{visible(&it.label)}</a>
                {it.check.then(|| view! { <span class="chip">"check"</span> })}
                {it.danger.map(|danger| view! { <span class="row__more">{visible(&danger)}</span> })}
            </li>
        }
    };
    let there = !all.is_empty();
    let rows = all.into_iter().map(row).collect_view();
    there.then(
        || view! { <Part title="What else the runbook offers"><ul class="judging__list">{rows}</ul></Part> },
    )
}

/// Whether the details that the event tells of are open now.
fn is_open(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast as _;
    let details = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|it| it.has_attribute("open"))
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::RunState;

    use super::*;
    use crate::sample;

    #[test]
    fn what_was_done_first_is_told_in_a_line_with_what_speaks_against_it() {
        let check = |done, run: Option<RunState>| CheckResult {
            name: "look".into(),
            label: "Look".into(),
            done,
            run: run.map(|state| sample::run("a", state)),
            by: None,
            at: None,
        };
        let good = [check(true, Some(RunState::Succeeded)), check(true, None)];
        assert_eq!(gist(&good), "2 of 2 done");
        let bad = [check(true, Some(RunState::Failed)), check(false, None)];
        assert_eq!(gist(&bad), "1 of 2 done, but one did not succeed when it ran last");
    }
}
