//! The heart of a page: an action as a card, where its fence stands in the text.
//!
//! Top to bottom: what it is called and where it runs, the script, what it takes, what has to be done or agreed
//! before, the button, the newest run with its output. The page owns what is typed and everything that is asked of
//! the server; the card draws it and says what the person wants.

mod after;
mod break_glass;
mod form;
mod head;
mod latest_run;
mod press;
mod refusal;
mod several;
mod values;
mod why;

use std::collections::{BTreeMap, BTreeSet};

use lastmile_protocol::{
    ApiError, Decision, EachRun, PageProblem, PersonId, Preview, RunId, RunSummary, SecretText, TargetView,
};
use lastmile_runbook::{Action, InputSpec, Kind};
use leptos::prelude::*;

pub use self::several::{Several, typed_of_each};
use super::decision_note::DecisionNote;
use super::problem_list::ProblemList;
use super::script_view::ScriptView;
use super::watch::Watchable;

/// What the person has typed; owned by the page, so that it outlives a redrawn card.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Several values of one input: a run for each.
    pub several: RwSignal<Option<Several>>,
    /// Values by input, of the whole page: equal names of several actions share a value.
    pub typed: RwSignal<BTreeMap<String, String>>,
    /// Typed secrets by input; they never reach a link or a preview.
    pub secrets: RwSignal<BTreeMap<String, String>>,
    /// Why.
    pub reason: RwSignal<String>,
    /// The ticket.
    pub ticket: RwSignal<String>,
    /// What was typed for the action's `retype`.
    pub retype: RwSignal<String>,
}

impl Draft {
    /// An empty draft for the values that the page shares.
    #[must_use]
    pub fn new(typed: RwSignal<BTreeMap<String, String>>, ticket: RwSignal<String>) -> Self {
        Self {
            several: RwSignal::default(),
            typed,
            secrets: RwSignal::default(),
            reason: RwSignal::default(),
            ticket,
            retype: RwSignal::default(),
        }
    }
}

/// What the page knows of the action's surroundings.
#[derive(Clone, Copy)]
pub struct Standing {
    /// Where it would run with what is typed; `None` while that is not known.
    pub target: Signal<Option<TargetView>>,
    /// Why the page can't run it at all, such as an old revision or a language the server lacks.
    pub blocked: Signal<Option<String>>,
    /// What the server says would happen.
    pub preview: Signal<Option<Preview>>,
    /// A press is on its way.
    pub pending: Signal<bool>,
    /// What the server said to the last press, if it refused it.
    pub refusal: Signal<Option<ApiError>>,
    /// The newest run of this action.
    pub run: Signal<Option<RunSummary>>,
    /// Who is signed in: only the requester starts a run that was approved late.
    pub me: Signal<Option<PersonId>>,
    /// What of this card the person watches.
    pub watched: Signal<BTreeSet<Watchable>>,
}

/// What the person wants done.
#[derive(Clone, Copy)]
pub struct Handlers {
    /// Run it.
    pub on_run: Callback<Press>,
    /// Copy a link that opens the page here, with what is typed.
    pub on_copy_link: Callback<()>,
    /// Cancel that run.
    pub on_cancel: Callback<RunId>,
    /// Start that run, which was approved late.
    pub on_start: Callback<RunId>,
    /// Show the action as it stands in the file now.
    pub on_reload: Callback<()>,
    /// Watch that, or don't.
    pub on_watch: Callback<(Watchable, bool)>,
}

/// One press of the button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// What is typed, by input of this action; untouched inputs are left out.
    pub inputs: BTreeMap<String, String>,
    /// Typed secrets.
    pub secrets: BTreeMap<String, SecretText>,
    /// The repeated value, where the action asks for one.
    pub retype: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// Ask even though the same is under way.
    pub separate: bool,
    /// Start at once although others must agree or something has to be done first.
    pub break_glass: bool,
    /// What each of several runs has for itself; empty: it is one run.
    pub each: Vec<EachRun>,
}

/// An action and what it takes, for all parts of the card.
#[derive(Clone, Copy)]
struct Subject {
    action: StoredValue<Action>,
    inputs: StoredValue<Vec<InputSpec>>,
    draft: Draft,
    standing: Standing,
    handlers: Handlers,
    /// Somebody has pressed with something missing: every field shows what is wrong with it.
    attempted: RwSignal<bool>,
}

impl Subject {
    /// Whether the policy, or failing that the document, asks for somebody's yes.
    fn needs_approval(self) -> bool {
        match self.standing.preview.read().as_ref().and_then(|preview| preview.decision.as_ref()) {
            Some(decision) => matches!(decision, Decision::NeedsApproval { .. }),
            None => self.action.with_value(|action| !action.approve.is_empty()),
        }
    }

    /// What the policy would say; `None` where it would mislead: the button itself says why it can't be pressed, or
    /// something has to be done first.
    fn decision_to_show(self) -> Option<Decision> {
        let off = self.action.with_value(|action| action.disabled) || self.standing.blocked.read().is_some();
        let preview = self.standing.preview.read();
        let preview = preview.as_ref().filter(|_| !off)?;
        match preview.decision.clone()? {
            Decision::Deny { .. } => None,
            Decision::Allow if preview.after.iter().any(|it| !it.done) => None,
            decision => Some(decision),
        }
    }
}

/// An action: everything about it in one place, everything reachable by keyboard.
#[component]
pub fn ActionCard(
    /// The action.
    action: Action,
    /// Declarations of the inputs it takes, in its order.
    inputs: Vec<InputSpec>,
    /// What is wrong with it.
    #[prop(optional)]
    problems: Vec<PageProblem>,
    /// What is typed.
    draft: Draft,
    /// Where things stand.
    standing: Standing,
    /// What to do.
    handlers: Handlers,
    /// The newest run's output.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title_id = format!("{}-label", action.name);
    let (name, script, language) = (action.name.clone(), action.script.clone(), action.language.clone());
    let (danger, check) = (action.danger.is_some(), action.kind == Kind::Check);
    let subject = Subject {
        action: StoredValue::new(action),
        inputs: StoredValue::new(inputs),
        draft,
        standing,
        handlers,
        attempted: RwSignal::new(false),
    };
    let state = move || standing.run.read().as_ref().map(|run| run.state.as_str());
    let decision = Memo::new(move |_| subject.decision_to_show());
    view! {
        <div class="action-card" class:action-card--danger=danger class:action-card--check=check
            role="group" id=name aria-labelledby=title_id tabindex="-1" data-state=state
        >
            <head::Head subject title_id=title_id.clone()/>
            {(!problems.is_empty()).then(|| view! { <ProblemList problems/> })}
            <ScriptView script language/>
            <div class="action-card__body">
                <form::Inputs subject/>
                <after::After subject/>
                <form::Retype subject/>
                <why::Why subject/>
                <div class="action-card__foot">
                    <press::PressButton subject/>
                    {move || decision.get().map(|decision| view! { <DecisionNote decision/> })}
                </div>
                <break_glass::BreakGlass subject/>
                <refusal::Refusal subject/>
            </div>
            <latest_run::LatestRun subject/>
            {children.map(|children| view! { <div class="action-card__output">{children()}</div> })}
        </div>
    }
}
