//! What somebody is told of while they look at something else: the newest few, until they put it away.

use lastmile_protocol::{BatchPlace, NoticeWhy, RunSummary};
use leptos::prelude::*;

use super::batch_runs::request_href;
use super::icon::{Glyph, Icon};
use super::run_row::run_href;
use super::state_badge::word;

/// Something that somebody is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Why they are.
    pub why: NoticeWhy,
    /// The run, as it then was.
    pub run: RunSummary,
}

impl Told {
    /// What it says, in a line.
    #[must_use]
    pub fn title(&self) -> String {
        let (label, name) = (&self.run.label, &self.run.requester.name);
        let what = match self.together() {
            Some(place) => format!("{label}, {} runs", place.of),
            None => format!("{label} on {}", self.run.target),
        };
        match self.why {
            NoticeWhy::BreakGlass => format!("{name} broke the glass: {what}"),
            NoticeWhy::ReviewOverdue => format!("A review is overdue: {what}, by {name}"),
            NoticeWhy::Referred => {
                let by = self.run.referral.as_ref().map_or("Somebody", |referral| referral.by.name.as_str());
                format!("{by} asks you to answer: {what}")
            }
            NoticeWhy::HandedOn => format!("Nobody has answered {name}: {what}"),
            NoticeWhy::Yours | NoticeWhy::Watched | NoticeWhy::Unknown => {
                format!("{what}: {}", word(self.run.state).to_lowercase())
            }
        }
    }

    /// The words behind it: the reason, if one was given.
    #[must_use]
    pub fn words(&self) -> String {
        if let (NoticeWhy::Referred, Some(referral)) = (self.why, &self.run.referral)
            && let Some(comment) = &referral.comment
        {
            return comment.clone();
        }
        let broken = self.run.break_glass.as_ref().map(|broken| broken.reason.clone());
        broken.or_else(|| self.run.reason.clone()).unwrap_or_default()
    }

    /// The request of several runs that it is about as a whole.
    fn together(&self) -> Option<&BatchPlace> {
        // Who asks somebody else asks it of one run.
        let whole = !self.run.state.is_final() && self.why != NoticeWhy::Referred;
        self.run.batch.as_deref().filter(|_| whole)
    }

    /// The page that has more of it.
    #[must_use]
    pub fn href(&self) -> String {
        self.together().map_or_else(|| run_href(&self.run), |place| request_href(&place.id))
    }

    /// Two of one key are the same news.
    #[must_use]
    pub fn key(&self) -> String {
        // Several that were asked for at once are one piece of news, until each comes to its own end.
        let what = if self.together().is_some() { self.run.request() } else { self.run.id.as_str() };
        format!("{what}-{}-{:?}", self.run.state, self.why)
    }
}

/// The newest news in the corner, each with a link and a cross.
#[component]
pub fn Toasts(
    /// What is shown, oldest first.
    #[prop(into)]
    all: Signal<Vec<Told>>,
    /// Put that one away, by its key.
    #[prop(into)]
    on_close: Callback<String>,
) -> impl IntoView {
    view! {
        <section class="toasts" aria-live="polite" aria-label="News">
            <For each=move || all.get() key=Told::key let:told>
                <Toast told on_close/>
            </For>
        </section>
    }
}

#[component]
fn Toast(told: Told, on_close: Callback<String>) -> impl IntoView {
    let (key, title, words, href) = (told.key(), told.title(), told.words(), told.href());
    let loud = matches!(
        told.why,
        NoticeWhy::BreakGlass | NoticeWhy::ReviewOverdue | NoticeWhy::HandedOn | NoticeWhy::Referred
    );
    let icon = if loud { Icon::Warning } else { Icon::Eye };
    let shut = key.clone();
    view! {
        <div class="toast" class:toast--loud=loud>
            <Glyph icon/>
            <div class="toast__text">
                <a href=href on:click=move |_| on_close.run(key.clone())>{title}</a>
                {(!words.is_empty()).then(|| view! { <span class="toast__words">{super::visible::visible(&words)}</span> })}
            </div>
            <button type="button" class="button button--quiet button--small button--icon" aria-label="Put away"
                on:click=move |_| on_close.run(shut.clone())><Glyph icon=Icon::Cross/></button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::RunState;

    use super::*;
    use crate::sample;

    #[test]
    fn news_says_what_and_where_and_who_where_that_matters() {
        let told = |why| Told { why, run: sample::run("a", RunState::Succeeded) };
        assert_eq!(told(NoticeWhy::Watched).title(), "Act on local: succeeded");
        assert_eq!(told(NoticeWhy::BreakGlass).title(), "Noc broke the glass: Act on local");
        assert_ne!(told(NoticeWhy::Watched).key(), told(NoticeWhy::Yours).key());
    }

    #[test]
    fn runs_of_one_request_are_one_piece_of_news_until_each_ends() {
        let told = |id: &str, nth, state| {
            let batch = Some(Box::new(BatchPlace { id: "b".into(), nth, of: 4 }));
            Told { why: NoticeWhy::Watched, run: RunSummary { batch, ..sample::run(id, state) } }
        };
        let (one, other) = (told("1", 1, RunState::Queued), told("2", 2, RunState::Queued));
        assert_eq!(one.key(), other.key());
        assert_eq!((one.title().as_str(), one.href().as_str()), ("Act, 4 runs: queued", "/requests/b"));
        let (one, other) = (told("1", 1, RunState::Failed), told("2", 2, RunState::Failed));
        assert_ne!(one.key(), other.key());
        assert_eq!((one.title().as_str(), one.href().as_str()), ("Act on local: failed", "/runs/1"));
    }
}
