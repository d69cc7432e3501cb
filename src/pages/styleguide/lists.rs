//! Run states and lists.

use lastmile_protocol::{AuditEntry, AuditRule, Decision, Millis, RunState};
use leptos::prelude::*;

use super::samples::{needs, now, person, run, runbook};
use super::{Line, Specimen};
use crate::components::header::SiteHeader;
use crate::components::{
    AuditRow, Breadcrumbs, Connection, Crumb, DecisionNote, Definition, DefinitionList, Elapsed,
    EnvironmentBadge, PersonName, RelativeTime, RunRow, RunbookRow, StateBadge, Toc,
};

/// Badges and other small marks.
#[component]
pub(super) fn States() -> impl IntoView {
    let badges =
        RunState::ALL.into_iter().chain([RunState::Unknown]).map(|state| view! { <StateBadge state/> });
    view! {
        <Specimen title="States and marks">
            <Line name="Run states">{badges.collect_view()}</Line>
            <Line name="Environments">{["dev", "qa", "prod"].map(|environment| view! { <EnvironmentBadge environment/> }).into_iter().collect_view()}</Line>
            <Line name="People"><PersonName person=person("noc", "Nora Okafor")/><PersonName person=person("sre", "Sam") short=true/></Line>
            <Line name="Times">
                <RelativeTime at=now()/><RelativeTime at=lastmile_protocol::Millis(now().0 - 7_400_000)/>
                <Elapsed from=now() until=None/>
            </Line>
            <Line name="Decisions">
                <DecisionNote decision=Decision::Allow/>
                <DecisionNote decision=Decision::NeedsApproval { needs: needs() }/>
                <DecisionNote decision=Decision::Deny { why: "bar-prod is for middleware and sre. Ask one of them.".to_owned() }/>
            </Line>
        </Specimen>
    }
}

/// Rows, header, crumbs, facts.
#[component]
pub(super) fn Lists() -> impl IntoView {
    let shown = [
        RunState::Running,
        RunState::AwaitingApproval,
        RunState::Succeeded,
        RunState::Failed,
        RunState::Lost,
    ];
    let rows = shown.into_iter().map(|state| view! { <RunRow run=run(state)/> });
    let header = |connection: Connection, to_answer: u32| {
        view! {
            <SiteHeader person=Some(person("noc", "Nora Okafor")) to_answer connection path="/runs".to_owned() on_sign_out=|()| {}/>
        }
    };
    let headings = lastmile_runbook::parse(
        "# Bar\n## Is Acme reachable\n## Restart it\n### In prod\n## It does not come back\n",
    )
    .headings();
    view! {
        <Specimen title="Lists">
            <div class="specimen__headers" inert=true>{header(Connection::Live, 2)}{header(Connection::Reconnecting, 0)}</div>
            <Breadcrumbs items=vec![Crumb::to("Runbooks", "/"), Crumb::here("tuesday"), Crumb::here("Bar pool will not start")]/>
            <ul class="rows">{rows.collect_view()}</ul>
            <ul class="rows">
                <RunbookRow runbook=runbook("Bar pool will not start", 4, 0)/>
                <RunbookRow runbook=runbook("Failover of the ledger database", 2, 1)/>
            </ul>
            <ul class="rows">
                <AuditRow entry=entry("run.requested", None) name="Nora Okafor" search=""/>
                <AuditRow entry=entry("refused", Some("Only sre may run on bar-prod. Ask one of them.")) name="Nora Okafor" search=""/>
            </ul>
            <div class="specimen__grid">
                <div class="panel">
                    <DefinitionList>
                        <Definition term="Asked for by"><PersonName person=person("noc", "Nora Okafor")/></Definition>
                        <Definition term="Target">"bar-prod "<EnvironmentBadge environment="prod"/></Definition>
                        <Definition term="pool"><code>"blue"</code></Definition>
                    </DefinitionList>
                </div>
                <Toc headings current=Some("restart-it".to_owned())/>
            </div>
        </Specimen>
    }
}

/// An entry of the audit record.
fn entry(did: &str, why: Option<&str>) -> AuditEntry {
    AuditEntry {
        seq: 812,
        at: Millis(1_795_403_647_123),
        by: Some("noc".into()),
        did: did.to_owned(),
        run: why.is_none().then(|| "0199".into()),
        runbook: Some("bar/pool-will-not-start".into()),
        action: Some("restart-pool".to_owned()),
        target: Some("bar-prod".to_owned()),
        asked: why.map(|_| "run.request".to_owned()),
        why: why.map(str::to_owned),
        policy: None,
        rules: vec![AuditRule {
            rule: "may_run of target bar-prod (config)".to_owned(),
            says: "forbids".to_owned(),
        }],
        entry: "{}".to_owned(),
        hash: "0f".repeat(32).into(),
    }
}
