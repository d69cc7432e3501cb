//! Runs that were asked for at once: one entry under approvals, with the way to their page.

use lastmile_protocol::{PendingApproval, RunSummary};
use leptos::prelude::*;

use crate::components::batch_runs::{labels, request_href};
use crate::components::decision_note::need_phrase;
use crate::components::visible::visible;
use crate::components::{BatchRuns, ButtonLink, Glyph, Icon, PersonName, RelativeTime, Variant};

/// What stands in a list of requests.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// A run that was asked for alone.
    One(Box<PendingApproval>),
    /// Runs of one request that wait; never none.
    Several(Vec<PendingApproval>),
}

impl Entry {
    /// Changes when the entry must be drawn anew: when another of its runs waits.
    pub(super) fn key(&self) -> String {
        match self {
            Self::One(pending) => pending.run.id.0.clone(),
            Self::Several(all) => all.iter().map(|it| it.run.id.as_str()).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Puts runs of one request together, where the first of them stands.
pub(super) fn entries(all: Vec<PendingApproval>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for pending in all {
        if pending.run.batch.is_none() {
            entries.push(Entry::One(Box::new(pending)));
            continue;
        }
        let known = entries.iter_mut().find_map(|entry| match entry {
            Entry::Several(all) if all.iter().any(|it| it.run.request() == pending.run.request()) => {
                Some(all)
            }
            _ => None,
        });
        match known {
            Some(all) => all.push(pending),
            None => entries.push(Entry::Several(vec![pending])),
        }
    }
    entries
}

/// What they are called together, and where they lead.
fn named(all: &[PendingApproval]) -> Option<(String, String)> {
    let run = &all.first()?.run;
    let place = run.batch.as_ref()?;
    let of = usize::try_from(place.of).unwrap_or(usize::MAX);
    let count = if all.len() == of { format!("{of} runs") } else { format!("{} of {of} runs", all.len()) };
    Some((format!("{}: {count}", run.label), request_href(&place.id)))
}

/// Every team that is asked, once, with the runs that it is asked about where those are not all.
fn asked(all: &[PendingApproval]) -> Vec<String> {
    let runs: Vec<RunSummary> = all.iter().map(|pending| pending.run.clone()).collect();
    let mut phrases: Vec<(String, Vec<String>)> = Vec::new();
    for (pending, name) in all.iter().zip(labels(&runs)) {
        for phrase in pending.needs.iter().map(need_phrase) {
            match phrases.iter_mut().find(|(known, _)| *known == phrase) {
                Some((_, names)) => names.push(name.clone()),
                None => phrases.push((phrase, vec![name.clone()])),
            }
        }
    }
    let words = |(phrase, names): (String, Vec<String>)| {
        if names.len() == all.len() { phrase } else { format!("{phrase} for {}", names.join(", ")) }
    };
    phrases.into_iter().map(words).collect()
}

/// A request of several runs that wait for one's answer.
#[component]
pub(super) fn SeveralRuns(all: Vec<PendingApproval>) -> impl IntoView {
    let (title, href) = named(&all).unwrap_or_default();
    let runs: Vec<RunSummary> = all.iter().map(|pending| pending.run.clone()).collect();
    let needs = asked(&all).join(" and ");
    all.into_iter().next().map(|first| {
        let run = first.run;
        let reason = run.reason.map_or_else(|| "No reason was given.".to_owned(), |reason| visible(&reason));
        view! {
            <article class="request" aria-label=title.clone()>
                <header class="request__head">
                    <h3 class="request__title"><a href=href.clone()>{title.clone()}</a></h3>
                    <p class="request__facts">
                        <span class="row__more">{run.runbook_title}</span>
                        <span><PersonName person=run.requester/>" asks "<RelativeTime at=run.times.requested/></span>
                        {run.ticket.map(|ticket| view! { <span class="row__ticket"><Glyph icon=Icon::Ticket/>{ticket}</span> })}
                        <span><Glyph icon=Icon::People/>" "{needs}</span>
                    </p>
                    <p class="request__reason">{reason}</p>
                </header>
                <div class="request__several">
                    <BatchRuns runs=Signal::stored(runs)/>
                    <ButtonLink variant=Variant::Primary href>"Look and answer"</ButtonLink>
                </div>
            </article>
        }
    })
}

/// The same as a row, where there is nothing to answer.
pub(super) fn several_row(all: &[PendingApproval]) -> impl IntoView + use<> {
    let (title, href) = named(all).unwrap_or_default();
    let needs = asked(all).join(" and ");
    let more = all.first().map(|pending| pending.run.runbook_title.clone());
    view! {
        <li class="row">
            <span><a class="row__link" href=href>{title}</a>" "<span class="row__more">{more}</span></span>
        </li>
        <li class="row row--note"><Glyph icon=Icon::People/><span>"Waits for a yes from "{needs}"."</span></li>
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{BatchPlace, InputValue, Need, RunState};

    use super::*;
    use crate::sample;

    fn pending(id: &str, batch: Option<(&str, u32)>, team: &str) -> PendingApproval {
        let batch = batch.map(|(id, nth)| Box::new(BatchPlace { id: id.into(), nth, of: 3 }));
        let input = InputValue {
            name: "node".to_owned(),
            value: format!("node-{id}"),
            secret: false,
            typed: None,
            version: None,
        };
        let run = RunSummary { batch, inputs: vec![input], ..sample::run(id, RunState::AwaitingApproval) };
        let needs = vec![Need { team: team.into(), count: 1, why: String::new() }];
        PendingApproval { run, needs, approvals: Vec::new(), referrals: Vec::new() }
    }

    #[test]
    fn runs_of_one_request_are_one_entry_where_the_first_of_them_stands() {
        let all = vec![
            pending("1", Some(("b", 1)), "net"),
            pending("2", None, "net"),
            pending("3", Some(("b", 2)), "net"),
            pending("4", Some(("c", 1)), "net"),
        ];
        let keys: Vec<_> = entries(all).iter().map(Entry::key).collect();
        assert_eq!(keys, ["1 3", "2", "4"]);
    }

    #[test]
    fn an_entry_says_how_many_wait_and_which_team_is_asked_about_which() {
        let all = [pending("1", Some(("b", 1)), "net"), pending("2", Some(("b", 2)), "sre")];
        assert_eq!(named(&all), Some(("Act: 2 of 3 runs".to_owned(), "/requests/b".to_owned())));
        assert_eq!(asked(&all), ["1 of net for node-1", "1 of sre for node-2"]);
        assert_eq!(asked(&all[..1]), ["1 of net"]);
    }
}
