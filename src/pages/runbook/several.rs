//! Several runs of one press on a runbook's page: what would be decided of all of them, and how they stand.

use lastmile_protocol::{AfterState, BatchId, Decision, Need, Preview, RunSummary, Slug};
use leptos::prelude::*;

use crate::api;
use crate::components::batch_runs::{progress, request_href};
use crate::components::{BatchRuns, ButtonLink, RelativeTime};
use crate::live::{Live, fold};
use crate::pages::resource::use_answer;

/// One answer for all: what is asked of any of them is asked, what is denied to one is denied. `names` tell them apart.
pub(super) fn merged(all: Vec<Preview>, names: &[String]) -> Option<Preview> {
    let decision = decision(&all, names);
    let after = after(&all);
    let refused = all.iter().map(|preview| preview.inputs.clone()).find(|inputs| !inputs.is_empty());
    let existing = all.iter().find_map(|preview| preview.existing.clone());
    let first = all.into_iter().next()?;
    Some(Preview {
        inputs: refused.unwrap_or_default(),
        target: first.target,
        decision,
        after,
        existing,
        break_glass: None,
    })
}

/// `None` while any of them is not decided.
fn decision(all: &[Preview], names: &[String]) -> Option<Decision> {
    let decisions: Vec<&Decision> = all.iter().map(|it| it.decision.as_ref()).collect::<Option<_>>()?;
    let name = |index: usize| names.get(index).cloned().unwrap_or_default();
    let denied = decisions.iter().enumerate().find_map(|(index, decision)| match decision {
        Decision::Deny { why } => Some(format!("{}: {why}", name(index))),
        _ => None,
    });
    if let Some(why) = denied {
        return Some(Decision::Deny { why });
    }
    let mut needs: Vec<(Need, Vec<String>)> = Vec::new();
    for (index, decision) in decisions.iter().enumerate() {
        let Decision::NeedsApproval { needs: own } = decision else { continue };
        for need in own {
            let same = |(it, _): &&mut (Need, Vec<String>)| it.team == need.team && it.count == need.count;
            match needs.iter_mut().find(same) {
                Some((_, asked)) => asked.push(name(index)),
                None => needs.push((need.clone(), vec![name(index)])),
            }
        }
    }
    if needs.is_empty() {
        return Some(Decision::Allow);
    }
    let need = |(need, asked): (Need, Vec<String>)| {
        let everywhere = asked.len() == decisions.len();
        let which = if everywhere { "each of them".to_owned() } else { asked.join(", ") };
        Need { why: format!("for {which}"), ..need }
    };
    Some(Decision::NeedsApproval { needs: needs.into_iter().map(need).collect() })
}

/// Done is what is done for all of them.
fn after(all: &[Preview]) -> Vec<AfterState> {
    let mut states: Vec<AfterState> = Vec::new();
    for state in all.iter().flat_map(|preview| &preview.after) {
        match states.iter_mut().find(|it| it.name == state.name) {
            Some(known) if known.done && !state.done => *known = state.clone(),
            Some(_) => {}
            None => states.push(state.clone()),
        }
    }
    states
}

/// The runs of the newest request, live.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub(super) fn LatestBatch(id: BatchId, runbook: Slug) -> impl IntoView {
    let live = expect_context::<Live>();
    let feed = live.watch_batch(&id, &runbook);
    let href = request_href(&id);
    let answer = use_answer(move || {
        live.resync().track();
        let id = id.clone();
        async move { api::batch(&id).await }
    });
    let runs: Signal<Vec<RunSummary>> = Memo::new(move |_| {
        let known = answer.ready().map(|batch| batch.members).unwrap_or_default();
        let told = feed.read();
        let newest = |known: RunSummary| {
            let told = told.get(&known.id).filter(|told| fold::supersedes(Some(&known), told));
            told.cloned().unwrap_or(known)
        };
        known.into_iter().map(|member| newest(member.run)).collect()
    })
    .into();
    let waits = Memo::new(move |_| {
        runs.read().iter().any(|run| run.state == lastmile_protocol::RunState::AwaitingApproval)
    });
    let asked =
        Memo::new(move |_| runs.read().first().map(|run| (run.requester.name.clone(), run.times.requested)));
    view! {
        <div class="latest-run">
            <div class="latest-run__line">
                <strong role="status">{move || progress(runs.read().iter().map(|run| run.state))}</strong>
                {move || asked.get().map(|(name, at)| view! {
                    <span class="latest-run__who">{name}" "<RelativeTime at/></span>
                })}
                <span class="latest-run__tools"><ButtonLink small=true href>"Open request"</ButtonLink></span>
            </div>
            {move || waits.get().then(|| view! {
                <p class="latest-run__message">"Those who must agree see all of it as one request under Approvals."</p>
            })}
            <BatchRuns runs/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(decision: Option<Decision>, done: bool) -> Preview {
        let state = AfterState { name: "look".to_owned(), label: "Look".to_owned(), done, at: None };
        Preview {
            inputs: Vec::new(),
            target: None,
            decision,
            after: vec![state],
            existing: None,
            break_glass: None,
        }
    }

    fn asks(team: &str) -> Option<Decision> {
        let need = Need { team: team.into(), count: 1, why: "the target asks for it".to_owned() };
        Some(Decision::NeedsApproval { needs: vec![need] })
    }

    fn names() -> Vec<String> {
        ["node-1", "node-2", "node-3"].map(str::to_owned).to_vec()
    }

    #[test]
    fn what_is_asked_of_some_of_them_says_of_which() {
        let all = vec![
            preview(asks("net"), true),
            preview(Some(Decision::Allow), true),
            preview(asks("net"), true),
        ];
        let Some(Decision::NeedsApproval { needs }) = merged(all, &names()).unwrap().decision else {
            panic!()
        };
        assert_eq!((needs.len(), needs[0].why.as_str()), (1, "for node-1, node-3"));
        let all = vec![preview(asks("net"), true), preview(asks("net"), true)];
        let Some(Decision::NeedsApproval { needs }) = merged(all, &names()).unwrap().decision else {
            panic!()
        };
        assert_eq!(needs[0].why, "for each of them");
    }

    #[test]
    fn what_is_denied_to_one_is_denied_to_all_and_it_is_named() {
        let deny = Some(Decision::Deny { why: "a freeze".to_owned() });
        let all = vec![preview(asks("net"), true), preview(deny, true)];
        assert_eq!(
            merged(all, &names()).unwrap().decision,
            Some(Decision::Deny { why: "node-2: a freeze".to_owned() })
        );
    }

    #[test]
    fn done_is_what_is_done_for_all_and_nothing_is_said_before_all_are_decided() {
        let all = vec![preview(Some(Decision::Allow), true), preview(None, false)];
        let preview = merged(all, &names()).unwrap();
        assert!(!preview.after[0].done && preview.decision.is_none());
        assert_eq!(merged(Vec::new(), &names()), None);
    }
}
