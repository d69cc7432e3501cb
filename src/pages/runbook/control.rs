//! One action's card and everything that the page does for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lastmile_protocol::{ApiError, MOST_OF_BATCH, PreviewRequest, RunId, RunSummary, Slug, WatchKind};
use lastmile_runbook::{Action, InputSpec, InputType};
use leptos::{prelude::*, task::spawn_local};

use super::desk::Desk;
use super::loaded::Loaded;
use super::output::Output;
use super::preview::{Wanted, use_preview};
use super::request::{Keys, Subject, fresh_key, refusal, request, request_batch};
use crate::api;
use crate::components::action_card::{Draft, Handlers, Standing, typed_of_each};
use crate::components::clipboard::copy_text;
use crate::components::{ActionCard, Press, Watchable};
use crate::document::resolve;
use crate::live::{Live, RunbookFeed};
use crate::session::use_visitor;
use crate::watching::Watches;

/// What all cards of a page share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) slug: Slug,
    pub(super) loaded: Arc<Loaded>,
    pub(super) desk: Desk,
    pub(super) runs: RunbookFeed,
    /// Ask whether to cancel that run.
    pub(super) on_cancel: Callback<RunId>,
    pub(super) on_reload: Callback<()>,
}

/// The card of the action at `index`.
pub(super) fn card(shared: &Shared, index: usize) -> AnyView {
    let Some(mut action) = shared.loaded.book.actions.get(index).cloned() else { return ().into_any() };
    action.on_fail = action.on_fail.and_then(|href| resolve::from_elsewhere(&shared.slug, &href));
    let inputs = shared.loaded.inputs(&action);
    let problems = shared.loaded.errors_of(&action.name);
    let draft = shared.desk.draft(&action.name);
    let run = latest(&shared.runs, &action.name);
    let (pending, refused) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let standing = standing(shared, &action, &inputs, draft, run, pending, refused);
    let handlers = handlers(shared, &action, draft, pending, refused);
    view! {
        <ActionCard action inputs problems draft standing handlers><Output run/></ActionCard>
    }
    .into_any()
}

fn latest(runs: &RunbookFeed, action: &str) -> Signal<Option<RunSummary>> {
    let (runs, action) = (runs.clone(), action.to_owned());
    Memo::new(move |_| runs.read().get(&action).cloned()).into()
}

fn standing(
    shared: &Shared,
    action: &Action,
    inputs: &[InputSpec],
    draft: Draft,
    run: Signal<Option<RunSummary>>,
    pending: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
) -> Standing {
    let blocked = shared.loaded.blocked(action);
    let names: Vec<String> =
        inputs.iter().filter(|spec| spec.kind != InputType::Secret).map(|spec| spec.name.clone()).collect();
    let (slug, name, incident) = (shared.slug.clone(), action.name.clone(), shared.desk.incident);
    let wanted = move || {
        let own = |typed: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            typed.iter().filter(|(name, _)| names.contains(name)).map(clone_pair).collect()
        };
        let one = PreviewRequest {
            runbook: slug.clone(),
            action: name.clone(),
            inputs: own(&draft.typed.read()),
            incident: Some(incident.get()).filter(|incident| !incident.is_empty()),
        };
        Wanted { one, each: several(draft, own) }
    };
    let (runs, steps) = (shared.runs.clone(), shared.desk.steps);
    let states =
        Memo::new(move |_| runs.read().values().map(|run| (run.id.clone(), run.state)).collect::<Vec<_>>());
    let preview = if action.disabled || blocked.is_some() {
        Signal::stored(None)
    } else {
        use_preview(wanted, move || {
            // What had to be done before may have been done now.
            states.with(|_| ());
            steps.track();
        })
    };
    let (loaded, subject, specs) = (Arc::clone(&shared.loaded), action.clone(), inputs.to_vec());
    let target = Memo::new(move |_| {
        let values = draft.typed.with(|typed| values(&specs, typed));
        loaded.target(&subject, &values).or_else(|| preview.read().as_ref().and_then(|it| it.target.clone()))
    });
    let me = use_visitor().person();
    let watched = watched(action_id(shared, action));
    Standing {
        watched,
        target: target.into(),
        blocked: Signal::stored(blocked),
        preview,
        pending: pending.into(),
        refusal: refused.into(),
        run,
        me: Signal::derive(move || me.read().as_ref().map(|person| person.id.clone())),
    }
}

/// What is asked of each of several runs, beside the value that tells it from the others.
fn several(
    draft: Draft,
    own: impl Fn(&BTreeMap<String, String>) -> BTreeMap<String, String>,
) -> Vec<(String, BTreeMap<String, String>)> {
    let chosen = draft.several.get().filter(|several| several.values.len() > 1);
    let each = chosen.as_ref().map(|chosen| typed_of_each(&draft.typed.read(), Some(chosen)));
    let names = chosen.map(|chosen| chosen.values).unwrap_or_default();
    names.into_iter().zip(each.unwrap_or_default().iter().map(own)).take(MOST_OF_BATCH).collect()
}

fn action_id(shared: &Shared, action: &Action) -> String {
    format!("{}#{}", shared.slug, action.name)
}

/// What of a card is watched.
fn watched(action: String) -> Signal<BTreeSet<Watchable>> {
    let watches = expect_context::<Watches>();
    let all = Memo::new(move |_| {
        let targets = watches.of(WatchKind::Target).into_iter().map(Watchable::Target);
        targets.chain(watches.has(WatchKind::Action, &action).then_some(Watchable::Action)).collect()
    });
    all.into()
}

fn clone_pair((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// What is typed, else the default.
fn values(inputs: &[InputSpec], typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let value =
        |spec: &InputSpec| typed.get(&spec.name).or(spec.default.as_ref()).cloned().unwrap_or_default();
    inputs.iter().map(|spec| (spec.name.clone(), value(spec))).collect()
}

fn handlers(
    shared: &Shared,
    action: &Action,
    draft: Draft,
    pending: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
) -> Handlers {
    let live = expect_context::<Live>();
    let (slug, loaded, desk) = (shared.slug.clone(), Arc::clone(&shared.loaded), shared.desk);
    let name = action.name.clone();
    let keys = StoredValue::new(Keys::default());
    let on_run = Callback::new(move |press: Press| {
        if pending.get_untracked() {
            return;
        }
        let subject = Subject {
            runbook: slug.clone(),
            revision: loaded.page.revision.clone(),
            action: name.clone(),
            action_digest: loaded.digest(&name),
            incident: Some(desk.incident.get_untracked()).filter(|incident| !incident.is_empty()),
        };
        send(live, subject, press, draft, Sending { keys, pending, refused });
    });
    let (book, copied) = (Arc::clone(&shared.loaded.book), action.clone());
    let on_copy_link = Callback::new(move |()| {
        let origin = window().location().origin().unwrap_or_default();
        // Where the browser forbids it there is no other way to say so than that nothing was pasted.
        let _ = copy_text(&format!("{origin}{}", desk.link(&book, &copied)));
    });
    let on_start = Callback::new(move |id: RunId| {
        spawn_local(async move {
            match api::start(&id).await {
                Ok(run) => live.note(&run.summary),
                Err(error) => drop(refused.try_set(Some(refusal(error)))),
            }
        });
    });
    let (watches, id) = (expect_context::<Watches>(), action_id(shared, action));
    let on_watch = Callback::new(move |(what, on): (Watchable, bool)| match what {
        Watchable::Action => watches.set(WatchKind::Action, id.clone(), on),
        Watchable::Target(name) => watches.set(WatchKind::Target, name, on),
    });
    Handlers {
        on_watch,
        on_run,
        on_copy_link,
        on_cancel: shared.on_cancel,
        on_start,
        on_reload: shared.on_reload,
    }
}

/// Where a press stands.
#[derive(Clone, Copy)]
struct Sending {
    keys: StoredValue<Keys>,
    pending: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
}

fn send(live: Live, subject: Subject, press: Press, draft: Draft, sending: Sending) {
    let Sending { keys, pending, refused } = sending;
    let Some(key) = keys.try_update_value(|keys| keys.key(&press, fresh_key)) else { return };
    pending.set(true);
    refused.set(None);
    spawn_local(async move {
        let answer = ask(subject, press, key).await;
        if !answer.as_ref().is_err_and(api::Error::is_uncertain) {
            keys.try_update_value(Keys::answered);
        }
        match answer {
            Ok(runs) => {
                runs.iter().for_each(|run| live.note(run));
                // Typed again for each run: a habit would make it worthless.
                draft.retype.try_set(String::new());
            }
            Err(error) => drop(refused.try_set(Some(refusal(error)))),
        }
        pending.try_set(false);
    });
}

/// Asks for one run or for several: those that there are by then.
async fn ask(subject: Subject, press: Press, key: String) -> Result<Vec<RunSummary>, api::Error> {
    if press.each.is_empty() {
        return Ok(vec![api::request_run(&request(subject, press, key)).await?.summary]);
    }
    let batch = api::request_batch(&request_batch(subject, press, key)).await?;
    Ok(batch.members.into_iter().map(|member| member.run).collect())
}
