//! The runs beside one another: how each stands, in what they differ, who must agree, and a tick for the answer.

use std::collections::BTreeSet;

use lastmile_protocol::{Answer, Batch, FileState, Member, RunId};
use leptos::prelude::*;

use crate::components::approval_panel::agreed;
use crate::components::batch_runs::labels;
use crate::components::run_row::run_href;
use crate::components::visible::visible;
use crate::components::{Glyph, Icon, StateBadge};

/// The runs that somebody is about to answer. Nothing is chosen beforehand.
#[derive(Clone, Copy)]
pub(super) struct Ticked(RwSignal<BTreeSet<RunId>>);

impl Ticked {
    pub(super) fn new() -> Self {
        Self(RwSignal::default())
    }

    fn set(self, run: &RunId, on: bool) {
        self.0.update(|ticked| {
            if on {
                ticked.insert(run.clone());
            } else {
                ticked.remove(run);
            }
        });
    }

    fn has(self, run: &RunId) -> bool {
        self.0.read().contains(run)
    }

    /// What the ticked are called.
    pub(super) fn names(self, batch: &Batch) -> Vec<String> {
        let runs: Vec<_> = batch.members.iter().map(|member| member.run.clone()).collect();
        let ticked = self.0.read();
        let members = batch.members.iter().zip(labels(&runs));
        let chosen = members.filter(|(it, _)| it.may.answer && ticked.contains(&it.run.id));
        chosen.map(|(_, name)| name).collect()
    }

    /// Those of the ticked that can still be answered, in the order of the request.
    pub(super) fn of(self, batch: &Batch) -> Vec<Member> {
        let ticked = self.0.read();
        batch.members.iter().filter(|it| it.may.answer && ticked.contains(&it.run.id)).cloned().collect()
    }
}

/// The table of the runs.
#[component]
pub(super) fn Members(batch: Signal<Batch>, ticked: Ticked) -> impl IntoView {
    let answerable = Memo::new(move |_| {
        let batch = batch.read();
        batch.members.iter().filter(|it| it.may.answer).map(|it| it.run.id.clone()).collect::<Vec<_>>()
    });
    let any = Memo::new(move |_| !answerable.read().is_empty());
    let rows = move || {
        let batch = batch.get();
        let runs: Vec<_> = batch.members.iter().map(|member| member.run.clone()).collect();
        let (columns, asked) = (batch.columns.clone(), any.get());
        let rows = batch.members.into_iter().zip(labels(&runs));
        rows.map(|(member, name)| row(&member, name, &columns, asked, ticked)).collect_view()
    };
    let head = move || {
        let columns = batch.read().columns.clone();
        columns.into_iter().map(|name| view! { <th scope="col">{visible(&name)}</th> }).collect_view()
    };
    view! {
        <section class="gates batch-table" aria-label="Runs of this request">
            <table class="gates__table">
                <thead><tr>
                    {move || any.get().then(|| view! { <th scope="col"><All answerable ticked/></th> })}
                    <th scope="col">"Run"</th><th scope="col">"State"</th>{head}<th scope="col">"Who must agree"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// One tick for all that can be answered.
#[component]
fn All(answerable: Memo<Vec<RunId>>, ticked: Ticked) -> impl IntoView {
    let all = move || answerable.read().iter().all(|run| ticked.has(run));
    view! {
        <label class="tick">
            <input class="checkbox" type="checkbox" aria-label="All runs that wait for your answer" prop:checked=all
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    answerable.get_untracked().iter().for_each(|run| ticked.set(run, on));
                }/>
            <span class="batch-table__all">"All"</span>
        </label>
    }
}

fn row(member: &Member, name: String, columns: &[String], asked: bool, ticked: Ticked) -> AnyView {
    let href = run_href(&member.run);
    let state = (member.run.state, member.run.is_cancelling());
    let note = member.fault.clone().or_else(|| file_word(member.file)).or_else(|| outcome(member));
    let loud = member.fault.is_some();
    let tick = asked.then(|| tick(member, &name, ticked));
    let cells = columns.iter().zip(member.cells.iter().cloned()).map(|(column, cell)| {
        let text = cell.map_or_else(|| "—".to_owned(), |cell| visible(&cell));
        view! { <td data-label=visible(column)><code>{text}</code></td> }
    });
    view! {
        <tr class="batch-table__row" data-state=state.0.as_str()>
            {tick}
            <th scope="row">
                <a href=href>{name}</a>
                {note.map(|note| view! { <span class="batch-table__note" class:batch-table__note--loud=loud>{note}</span> })}
            </th>
            <td data-label="State"><StateBadge state=Signal::stored(state.0) cancelling=Signal::stored(state.1)/></td>
            {cells.collect_view()}
            <td data-label="Who must agree">{needs(member)}</td>
        </tr>
    }
    .into_any()
}

fn tick(member: &Member, name: &str, ticked: Ticked) -> impl IntoView + use<> {
    let (run, shown) = (member.run.id.clone(), member.run.id.clone());
    let label = format!("Answer {name}");
    let usable = member.may.answer;
    view! {
        <td class="batch-table__tick">
            {usable.then(|| view! {
                <label class="tick">
                    <input class="checkbox" type="checkbox" aria-label=label prop:checked=move || ticked.has(&shown)
                        on:change=move |event| ticked.set(&run, event_target_checked(&event))/>
                </label>
            })}
        </td>
    }
}

/// Each team with its progress, and who has answered so far.
fn needs(member: &Member) -> AnyView {
    if member.needs.is_empty() {
        return "nobody".into_any();
    }
    let needs = member.needs.iter().map(|need| {
        let given = agreed(need, &member.approvals);
        let met = u32::try_from(given).unwrap_or(u32::MAX) >= need.count;
        let (icon, text) = (if met { Icon::Check } else { Icon::People }, format!("{given} of {} {}", need.count, need.team));
        view! { <span class="batch-table__need" class:need--met=met title=need.why.clone()><Glyph icon/>{text}</span> }
    });
    let answers = member.approvals.iter().map(|approval| {
        let word = if approval.answer == Answer::Yes { "yes" } else { "no" };
        view! { <span class="row__more">{format!("{}: {word}", approval.by.name)}</span> }
    });
    view! { <span class="batch-table__needs">{needs.collect_view()}{answers.collect_view()}</span> }
        .into_any()
}

fn outcome(member: &Member) -> Option<String> {
    member.run.outcome.as_ref().and_then(|outcome| outcome.message.clone())
}

/// The file has moved on since: what is agreed to has not.
fn file_word(file: FileState) -> Option<String> {
    match file {
        FileState::Action => Some("The runbook's action does something else by now.".to_owned()),
        FileState::Gone => Some("The runbook no longer has this action.".to_owned()),
        _ => None,
    }
}
