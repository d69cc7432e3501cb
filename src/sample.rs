//! Values for tests: the fields that a test does not speak of.

use lastmile_protocol::{Millis, Person, PersonId, RunId, RunState, RunSummary, RunTimes, Slug};
use lastmile_runbook::{Action, Kind};

/// An action without inputs.
pub(crate) fn action() -> Action {
    Action {
        name: "act".to_owned(),
        label: "Act".to_owned(),
        kind: Kind::Change,
        language: "sh".to_owned(),
        script: "true\n".to_owned(),
        line: 1,
        target: None,
        inputs: Vec::new(),
        after: Vec::new(),
        approve: Vec::new(),
        danger: None,
        retype: None,
        on_fail: None,
        timeout: None,
        grace: None,
        toil: None,
        output: None,
        processes: None,
        memory: None,
        concurrency: None,
        workdir: None,
        tty: false,
        leaves_running: false,
        disabled: false,
    }
}

/// A run in a state.
pub(crate) fn run(id: &str, state: RunState) -> RunSummary {
    RunSummary {
        id: RunId::from(id),
        state,
        runbook: Slug::from("bar"),
        runbook_title: "Bar".to_owned(),
        action: "act".to_owned(),
        label: "Act".to_owned(),
        check: false,
        target: "local".to_owned(),
        environment: "qa".to_owned(),
        service: None,
        requester: Person { id: PersonId::from("noc"), name: "Noc".to_owned(), teams: Vec::new() },
        reason: None,
        ticket: None,
        incident: None,
        inputs: Vec::new(),
        times: RunTimes { requested: Millis(1), ..RunTimes::default() },
        outcome: None,
        break_glass: None,
        handed_on: Vec::new(),
        referral: None,
        retries_changed: false,
        batch: None,
    }
}
