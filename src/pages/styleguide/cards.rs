//! The action card in the situations that an operator meets.

use lastmile_protocol::{ApiError, PageProblem, Preview, RunState, RunSummary};
use lastmile_runbook::{Action, InputSpec};
use leptos::prelude::*;

use super::Specimen;
use super::actions;
use super::samples::{self, Refused};
use crate::components::ScriptView;
use crate::components::action_card::{ActionCard, Draft, Handlers, Standing};

/// One situation.
struct Scene {
    action: Action,
    inputs: Vec<InputSpec>,
    problems: Vec<PageProblem>,
    typed: Vec<(&'static str, &'static str)>,
    preview: Option<Preview>,
    pending: bool,
    refusal: Option<ApiError>,
    run: Option<RunSummary>,
    environment: &'static str,
    output: Option<&'static str>,
}

impl Scene {
    /// An action that stands there and that one may run.
    fn of(action: Action) -> Self {
        Self {
            action,
            inputs: Vec::new(),
            problems: Vec::new(),
            typed: Vec::new(),
            preview: Some(samples::allowed()),
            pending: false,
            refusal: None,
            run: None,
            environment: "qa",
            output: None,
        }
    }
}

#[component]
fn Card(
    /// What is going on.
    title: &'static str,
    /// The situation.
    scene: Scene,
) -> impl IntoView {
    let typed = scene.typed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let draft = Draft::new(RwSignal::new(typed), RwSignal::default());
    let target = (!scene.environment.is_empty()).then(|| samples::target(scene.environment));
    let pending = RwSignal::new(scene.pending);
    let standing = Standing {
        target: Signal::stored(target),
        blocked: Signal::stored(None),
        preview: Signal::stored(scene.preview),
        pending: pending.into(),
        refusal: Signal::stored(scene.refusal),
        run: Signal::stored(scene.run),
        me: Signal::stored(Some("noc".into())),
        watched: Signal::stored(std::collections::BTreeSet::new()),
    };
    let handlers = Handlers {
        on_run: Callback::new(move |_| pending.set(true)),
        on_copy_link: Callback::new(|()| {}),
        on_cancel: Callback::new(|_| {}),
        on_start: Callback::new(|_| {}),
        on_reload: Callback::new(|()| {}),
        on_watch: Callback::new(|_| {}),
    };
    let output = scene.output.map(|output| view! { <pre class="specimen__output">{output}</pre> });
    view! {
        <h3>{title}</h3>
        <ActionCard action=scene.action inputs=scene.inputs problems=scene.problems draft standing handlers>{output}</ActionCard>
    }
}

/// Cards, as they stand in a runbook.
#[component]
pub(super) fn Cards() -> impl IntoView {
    let check = Scene {
        inputs: actions::inputs(),
        run: Some(samples::run(RunState::Failed)),
        output: Some("acme.example.net 7000: connection refused"),
        ..Scene::of(actions::check("check-acme"))
    };
    let restart = Scene {
        inputs: actions::inputs(),
        typed: vec![("environment", "prod"), ("pool", "blue")],
        environment: "prod",
        preview: Some(samples::asks()),
        ..Scene::of(actions::restart("restart-pool"))
    };
    let running = Scene {
        pending: true,
        output: Some("stopping bar-blue-1 … done\nstarting bar-blue-1"),
        ..ran(actions::restart("running"), RunState::Running)
    };
    let waiting = ran(actions::restart("waiting"), RunState::AwaitingApproval);
    let succeeded = ran(actions::long_check("succeeded"), RunState::Succeeded);
    let lost = ran(actions::restart("lost"), RunState::Lost);
    view! {
        <Specimen title="Action card">
            <Card title="A check that failed" scene=check/>
            <Card title="A danger that needs a yes" scene=restart/>
            <Card title="Waiting for people" scene=waiting/>
            <Card title="Pressed, and running" scene=running/>
            <Card title="A long script, done" scene=succeeded/>
            <Card title="Lost" scene=lost/>
        </Specimen>
    }
}

fn ran(action: Action, state: RunState) -> Scene {
    Scene { run: Some(samples::run(state)), ..Scene::of(action) }
}

/// What the server may say to a press, and a card that is disabled.
#[component]
pub(super) fn Parts() -> impl IntoView {
    let refused = |name: &str, kind: Refused| Scene {
        inputs: actions::inputs(),
        typed: if kind == Refused::Inputs { vec![("pool", "Blue!")] } else { Vec::new() },
        refusal: Some(samples::refusal(kind)),
        ..Scene::of(actions::check(name))
    };
    let broken = Scene { problems: samples::problems(), ..Scene::of(actions::broken("broken")) };
    view! {
        <Specimen title="Action card, refused">
            <Card title="Problems in the file" scene=broken/>
            <Card title="Inputs refused" scene=refused("refused-inputs", Refused::Inputs)/>
            <Card title="The same is under way" scene=refused("refused-existing", Refused::Existing)/>
            <Card title="Something has to be done first" scene=refused("refused-after", Refused::After)/>
            <Card title="The action has changed" scene=refused("refused-changed", Refused::Changed)/>
            <Card title="The server can't" scene=refused("refused-record", Refused::Record)/>
            <h3>"Script alone"</h3>
            <div class="panel"><ScriptView script=actions::long_script() language="bash"/></div>
        </Specimen>
    }
}
