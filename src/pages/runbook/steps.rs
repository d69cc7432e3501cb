//! Manual steps: ticked by somebody within the last hour, or by the reader now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lastmile_protocol::{MarkStep, Slug, StepMark};
use leptos::{prelude::*, task::spawn_local};

use super::desk::Desk;
use super::loaded::Loaded;
use crate::api;
use crate::components::{StepBox, StepNote};

/// Which steps are ticked, and which ticks are on their way.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    marks: RwSignal<BTreeMap<String, StepMark>>,
    pending: RwSignal<BTreeSet<String>>,
    /// What the server said to a tick that it refused.
    pub(super) refusal: RwSignal<Option<String>>,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self { marks: RwSignal::default(), pending: RwSignal::default(), refusal: RwSignal::default() }
    }

    /// The server's word on all steps.
    pub(super) fn take(self, marks: &[StepMark]) {
        let marks: BTreeMap<_, _> = marks.iter().map(|mark| (mark.step.clone(), mark.clone())).collect();
        if *self.marks.read_untracked() != marks {
            self.marks.set(marks);
        }
    }

    /// Changes with every tick, for what depends on them.
    pub(super) fn track(self) {
        self.marks.track();
    }

    fn mark_of(self, step: String) -> Signal<Option<StepMark>> {
        Memo::new(move |_| self.marks.read().get(&step).cloned()).into()
    }
}

/// A step's box.
pub(super) fn step_box(
    loaded: &Arc<Loaded>,
    slug: &Slug,
    desk: Desk,
    index: usize,
    on_stepped: Callback<()>,
) -> AnyView {
    let Some(step) = loaded.book.steps.get(index).cloned() else { return ().into_any() };
    let steps = desk.steps;
    let name = step.name.clone();
    let pending = {
        let name = name.clone();
        Memo::new(move |_| steps.pending.read().contains(&name))
    };
    let mark = steps.mark_of(name.clone());
    let request = MarkStep {
        runbook: slug.clone(),
        revision: loaded.page.revision.clone(),
        step: name,
        done: true,
        incident: None,
    };
    let on_mark = move |done: bool| {
        let incident = Some(desk.incident.get_untracked()).filter(|incident| !incident.is_empty());
        send(steps, MarkStep { done, incident, ..request.clone() }, on_stepped);
    };
    view! { <StepBox label=step.text mark pending locked=Signal::stored(loaded.is_old()) on_mark/> }
        .into_any()
}

fn send(steps: Steps, request: MarkStep, on_stepped: Callback<()>) {
    let name = request.step.clone();
    steps.pending.update(|pending| {
        pending.insert(name.clone());
    });
    steps.refusal.set(None);
    spawn_local(async move {
        let answer = api::mark_step(&request).await;
        steps.pending.try_update(|pending| pending.remove(&name));
        if let Err(error) = answer {
            steps.refusal.try_set(Some(error.to_string()));
            // The browser has moved the tick already: draw it again as it truly is.
            steps.marks.try_update(|_| ());
        }
        on_stepped.try_run(());
    });
}

/// Who has done a step.
pub(super) fn step_note(loaded: &Arc<Loaded>, desk: Desk, index: usize) -> AnyView {
    let Some(step) = loaded.book.steps.get(index).cloned() else { return ().into_any() };
    let mark = desk.steps.mark_of(step.name.clone());
    view! { <StepNote step mark/> }.into_any()
}
