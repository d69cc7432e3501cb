//! The guide's sample data: the Tuesday on which the Bar pool would not start.

use lastmile_protocol::{
    ActionChange, AfterState, Answer, ApiError, Approval, Decision, ErrorDetails, FieldProblem, InputValue,
    Judgement, Millis, Need, Outcome, PageProblem, Person, Preview, ProblemLine, RetryGrant, RunState,
    RunSummary, RunTimes, RunbookSummary, StepMark, TargetView, code,
};
use lastmile_runbook::Step;

use super::actions::CHECK;
use crate::components::clock::read_clock;

pub(super) fn now() -> Millis {
    read_clock()
}

fn ago(seconds: i64) -> Millis {
    Millis(now().0 - seconds * 1000)
}

pub(super) fn person(id: &str, name: &str) -> Person {
    Person { id: id.into(), name: name.to_owned(), teams: vec![id.into()] }
}

pub(super) fn run(state: RunState) -> RunSummary {
    let value = |name: &str, value: &str, secret| InputValue {
        name: name.into(),
        value: value.into(),
        secret,
        version: None,
        typed: None,
    };
    let started = !matches!(state, RunState::AwaitingApproval | RunState::Queued | RunState::Rejected);
    let outcome = match state {
        RunState::Failed => {
            Some((Some(1), "Exit code 1: acme.example.net refused the connection on port 7000."))
        }
        RunState::Succeeded => Some((Some(0), "")),
        _ => None,
    };
    RunSummary {
        id: format!("sample-{state}").into(),
        state,
        runbook: "tuesday/bar".into(),
        runbook_title: "Bar pool will not start".to_owned(),
        action: "restart-pool".to_owned(),
        label: "Restart the pool".to_owned(),
        check: false,
        target: "bar-prod".to_owned(),
        environment: "prod".to_owned(),
        service: Some("bar".to_owned()),
        requester: person("noc", "Nora Okafor"),
        reason: Some("Bar has been down since 03:02".to_owned()),
        ticket: Some("INC-4711".to_owned()),
        incident: None,
        inputs: vec![
            value("environment", "prod", false),
            value("pool", "blue", false),
            value("token", "", true),
        ],
        times: RunTimes {
            requested: ago(190),
            running: started.then(|| ago(72)),
            ended: state.is_final().then(|| ago(30)),
            ..RunTimes::default()
        },
        outcome: outcome.map(|(exit_code, message)| Outcome {
            exit_code,
            signal: None,
            message: Some(message.to_owned()).filter(|message| !message.is_empty()),
        }),
        break_glass: None,
        handed_on: Vec::new(),
        referral: None,
        retries_changed: false,
        batch: None,
    }
}

pub(super) fn runbook(title: &str, actions: usize, errors: usize) -> RunbookSummary {
    let problem = || ProblemLine {
        error: true,
        line: 31,
        message: "The option “aproove” is not known; did you mean “approve”?".to_owned(),
    };
    RunbookSummary {
        slug: title.to_lowercase().replace(' ', "-").into(),
        title: title.to_owned(),
        description: Some(
            "The pre-flight check can't reach Acme: find out why, mend it, restart the pool.".to_owned(),
        ),
        service: Some("bar".to_owned()),
        tags: vec!["incident".to_owned(), "restart".to_owned()],
        alerts: vec!["BarPoolDown".to_owned()],
        team: Some("middleware".into()),
        actions,
        errors,
        warnings: 0,
        modified: ago(86_400 * 3),
        unreadable: None,
        problems: (0..errors).map(|_| problem()).collect(),
    }
}

pub(super) fn needs() -> Vec<Need> {
    let need = |team: &str, why: &str| Need { team: team.into(), count: 1, why: why.to_owned() };
    vec![need("middleware", "the runbook asks for it in prod"), need("netsec", "the target asks for it")]
}

pub(super) fn answers() -> Vec<Approval> {
    vec![Approval {
        by: person("middleware", "Mila Brandt"),
        team: "middleware".into(),
        answer: Answer::Yes,
        judgement: Some(Judgement::Checked),
        comment: Some("Sessions are drained, go ahead.".to_owned()),
        at: ago(40),
        digest: "d".into(),
        look: None,
        retries: Some(RetryGrant { count: 3, until: ago(-1_800), withdrawn: None }),
    }]
}

pub(super) fn problems() -> Vec<PageProblem> {
    let problem = |error, line, message: &str, mend: &str| PageProblem {
        error,
        code: "sample".to_owned(),
        message: message.to_owned(),
        mend: mend.to_owned(),
        line,
        column: 4,
        action: None,
    };
    vec![
        problem(
            true,
            31,
            "The option “aproove” is not known; did you mean “approve”?",
            "Correct the option's name.",
        ),
        problem(
            false,
            44,
            "The step “tell-business” is named in “after” but its text is empty.",
            "Say what is to be done.",
        ),
    ]
}

pub(super) fn steps() -> [Step; 2] {
    let step = |name: &str, text: &str, toil| Step {
        name: name.to_owned(),
        text: text.to_owned(),
        team: Some("noc".to_owned()),
        toil,
        line: 20,
    };
    [
        step("tell-business", "Tell the business that Bar will blink", Some(600)),
        step("watch", "Watch the graphs for a minute", None),
    ]
}

pub(super) fn mark() -> StepMark {
    StepMark { step: "watch".to_owned(), by: person("noc", "Nora Okafor"), at: ago(65), incident: None }
}

pub(super) fn target(environment: &str) -> TargetView {
    TargetView {
        name: format!("bar-{environment}"),
        environment: environment.to_owned(),
        description: Some("The Bar pools".to_owned()),
        team: Some("middleware".into()),
        command: vec!["ssh".to_owned(), format!("bar-{environment}"), "--".to_owned()],
        variables: Vec::new(),
        secrets: Vec::new(),
        user: None,
    }
}

fn after() -> Vec<AfterState> {
    let state = |name: &str, label: &str, at: Option<Millis>| AfterState {
        name: name.to_owned(),
        label: label.to_owned(),
        done: at.is_some(),
        at,
    };
    vec![
        state("check-acme", "Check Acme", Some(ago(300))),
        state("tell-business", "Tell the business that Bar will blink", None),
    ]
}

pub(super) fn allowed() -> Preview {
    Preview {
        inputs: Vec::new(),
        target: None,
        decision: Some(Decision::Allow),
        after: after(),
        existing: None,
        break_glass: None,
    }
}

pub(super) fn asks() -> Preview {
    Preview { decision: Some(Decision::NeedsApproval { needs: needs() }), ..allowed() }
}

/// Which refusal is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Inputs,
    Existing,
    After,
    Changed,
    Record,
}

pub(super) fn refusal(kind: Refused) -> ApiError {
    let (code, message, details) = match kind {
        Refused::Inputs => {
            let problem = FieldProblem {
                name: "pool".to_owned(),
                message: "Use lower-case letters, digits and dashes, such as blue.".to_owned(),
            };
            (
                code::INPUTS_REFUSED,
                "One input is refused: see there.",
                Some(ErrorDetails::Inputs { inputs: vec![problem] }),
            )
        }
        Refused::Existing => {
            let run = Box::new(run(RunState::AwaitingApproval));
            (
                code::ALREADY_ASKED,
                "Restart the pool with the same inputs waits for a yes.",
                Some(ErrorDetails::Existing { run }),
            )
        }
        Refused::After => (
            code::AFTER_MISSING,
            "One thing has to be done before.",
            Some(ErrorDetails::After { after: after() }),
        ),
        Refused::Changed => {
            let change = ActionChange {
                revision: "r".into(),
                script: Some(CHECK.replace("7000", "7443")),
                digest: Some("d".into()),
                script_before: Some(CHECK.to_owned()),
            };
            (
                code::ACTION_CHANGED,
                "Nothing was started. Read what changed, then press again.",
                Some(ErrorDetails::Changed { change }),
            )
        }
        Refused::Record => (
            code::CANNOT_RECORD,
            "The record can't be written, so nothing starts. Reading and cancelling work.",
            None,
        ),
    };
    ApiError { code: code.to_owned(), message: message.to_owned(), details }
}
