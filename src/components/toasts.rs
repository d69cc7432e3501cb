//! What somebody is told of while they look at something else: the newest few, until they put it away.

use lastmile_protocol::{NoticeWhy, RunSummary};
use leptos::prelude::*;

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
        let (label, target, name) = (&self.run.label, &self.run.target, &self.run.requester.name);
        match self.why {
            NoticeWhy::BreakGlass => format!("{name} broke the glass: {label} on {target}"),
            NoticeWhy::ReviewOverdue => format!("A review is overdue: {label} on {target}, by {name}"),
            NoticeWhy::Referred => {
                let by = self.run.referral.as_ref().map_or("Somebody", |referral| referral.by.name.as_str());
                format!("{by} asks you to answer: {label} on {target}")
            }
            NoticeWhy::HandedOn => format!("Nobody has answered {name}: {label} on {target}"),
            NoticeWhy::Yours | NoticeWhy::Watched | NoticeWhy::Unknown => {
                format!("{label} on {target}: {}", word(self.run.state).to_lowercase())
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

    /// Two of one key are the same news.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}-{}-{:?}", self.run.id, self.run.state, self.why)
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
    let (key, title, words, href) = (told.key(), told.title(), told.words(), run_href(&told.run));
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
}
