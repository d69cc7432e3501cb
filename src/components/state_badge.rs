//! The one place that says what a run state looks like and is called.

use lastmile_protocol::RunState;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The word an operator reads.
#[must_use]
pub const fn word(state: RunState) -> &'static str {
    match state {
        RunState::AwaitingApproval => "Awaiting approval",
        RunState::Approved => "Approved",
        RunState::Queued => "Queued",
        RunState::Starting => "Starting",
        RunState::Running => "Running",
        RunState::Succeeded => "Succeeded",
        RunState::Failed => "Failed",
        RunState::TimedOut => "Timed out",
        RunState::Cancelled => "Cancelled",
        RunState::Lost => "Lost",
        RunState::Rejected => "Rejected",
        RunState::Expired => "Expired",
        RunState::Unknown => "Unknown",
    }
}

/// What the state means, for the badge's tooltip and for whoever sees it first at 3 a.m.
#[must_use]
pub const fn meaning(state: RunState) -> &'static str {
    match state {
        RunState::AwaitingApproval => "Others must agree before it starts",
        RunState::Approved => "All have agreed",
        RunState::Queued => "Waits for its turn",
        RunState::Starting => "Its process is being started",
        RunState::Running => "Its process runs",
        RunState::Succeeded => "It ended with exit code 0",
        RunState::Failed => "It ended with an error, or could not be started",
        RunState::TimedOut => "It was ended because its time was up",
        RunState::Cancelled => "Somebody ended it or withdrew the request",
        RunState::Lost => "It may have run: the outcome is unknown",
        RunState::Rejected => "Somebody who had to agree said no",
        RunState::Expired => "Nobody answered or started it in time",
        RunState::Unknown => "This page is older than the server: reload it",
    }
}

const fn icon(state: RunState) -> Icon {
    match state {
        RunState::AwaitingApproval => Icon::People,
        RunState::Approved | RunState::Succeeded => Icon::Check,
        RunState::Queued => Icon::Queue,
        RunState::Starting | RunState::Running => Icon::Spinner,
        RunState::Failed => Icon::Cross,
        RunState::TimedOut | RunState::Expired => Icon::Clock,
        RunState::Cancelled => Icon::Slash,
        RunState::Lost => Icon::Warning,
        RunState::Rejected => Icon::Hand,
        RunState::Unknown => Icon::Question,
    }
}

/// A run's state: icon, word and colour together.
#[component]
pub fn StateBadge(
    /// The state; a signal where it changes under the reader's eyes.
    #[prop(into)]
    state: Signal<RunState>,
    /// Somebody has asked for its end, and it still runs.
    #[prop(optional, into)]
    cancelling: Signal<bool>,
) -> impl IntoView {
    let words = Memo::new(move |_| match (state.get(), cancelling.get()) {
        (state, false) => (word(state), meaning(state)),
        (_, true) => ("Cancelling", "It was told to end; what has not ended after its grace is killed"),
    });
    view! {
        <span class="state-badge" data-state=move || state.get().as_str() title=move || words.get().1>
            {move || view! { <Glyph icon=icon(state.get())/> }}
            <span>{move || words.get().0}</span>
        </span>
    }
}
