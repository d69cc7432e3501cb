//! Who gets which answer on which route. **A new route needs a row here**; the walk in `mod.rs` finds one that has none.
//!
//! Each row has what is sent, and for the caller's own object, another's and a missing one the status for, in this order:
//! nobody · somebody signed in who is in no team · somebody of the requesting team · somebody of the team that is asked.
//!
//! A program with an API token of the scope that a row [takes](Row::takes) gets what its owner gets. Any other token gets 403,
//! as it does on every row that takes none, and one that is no good 401.

use lastmile_protocol::TokenScope;
use serde_json::{Value, json};

use super::world::Thing;

/// Statuses for nobody, a stranger, a colleague, one of the asked team.
pub(super) type Statuses = [u16; 4];

/// What a route's path parameter or body names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Nothing: only the row's first column counts.
    Alone,
    /// A run that waits for `net`. Each is a new one; another's was asked for by `eve` of `ops`.
    Run,
    /// A request of two runs that wait for `net`, as with a run.
    Batch,
    /// A runbook: the own one runs where anybody may, another's only where `net` may.
    Runbook,
    /// A file in the runbook folder, above or in the folder that `net` owns.
    File,
    /// An API token. Each is a new one; another's is `eve`'s.
    Token,
}

/// One route.
pub(super) struct Row {
    /// Method and path as the server lists them.
    pub(super) route: &'static str,
    pub(super) kind: Kind,
    /// What is sent; a string is a query, an object a body.
    pub(super) sends: fn(&Thing) -> Value,
    pub(super) own: Statuses,
    pub(super) foreign: Statuses,
    pub(super) missing: Statuses,
    /// The scope of API tokens that it takes; `None`: it takes none.
    pub(super) takes: Option<TokenScope>,
}

impl Row {
    const fn read(self) -> Self {
        Self { takes: Some(TokenScope::Read), ..self }
    }

    const fn run(self) -> Self {
        Self { takes: Some(TokenScope::Run), ..self }
    }
}

const fn row(
    route: &'static str,
    kind: Kind,
    sends: fn(&Thing) -> Value,
    [own, foreign, missing]: [Statuses; 3],
) -> Row {
    Row { route, kind, sends, own, foreign, missing, takes: None }
}

const NOTHING: fn(&Thing) -> Value = |_| Value::Null;

/// For anybody at all.
const OPEN: Statuses = [200; 4];
/// For whoever is signed in.
const SEEN: Statuses = [401, 200, 200, 200];
/// Nothing that exists.
const GONE: Statuses = [401, 404, 404, 404];
/// It exists, and nobody may.
const WRONG: Statuses = [401, 409, 409, 409];
const UNUSED: Statuses = [0; 4];

const ALONE: [Statuses; 3] = [SEEN, UNUSED, UNUSED];
const PUBLIC: [Statuses; 3] = [OPEN, UNUSED, UNUSED];
/// Whoever is signed in sees everybody's: runbooks and runs are no secrets within a company.
const READ: [Statuses; 3] = [SEEN, SEEN, GONE];

/// The team that the config lets read the audit record: here the one that is asked.
const AUDITORS: [Statuses; 3] = [[401, 403, 403, 200], UNUSED, UNUSED];

pub(super) const TABLE: &[Row] = &[
    row("GET /livez", Kind::Alone, NOTHING, PUBLIC),
    row("GET /readyz", Kind::Alone, NOTHING, PUBLIC),
    row("GET /api/v1/session", Kind::Alone, NOTHING, PUBLIC),
    row("POST /api/v1/session", Kind::Alone, |_| json!({"mode": "demo", "person": "sid"}), PUBLIC),
    row("DELETE /api/v1/session", Kind::Alone, NOTHING, [[204; 4], UNUSED, UNUSED]),
    // That way is off here: nobody is sent anywhere, and who comes back is led to the sign-in page.
    row("POST /api/v1/session/oidc", Kind::Alone, |_| json!({"return_to": "/"}), [[403; 4], UNUSED, UNUSED]),
    row("GET /api/v1/session/oidc", Kind::Alone, |_| json!("code=x&state=y"), [[303; 4], UNUSED, UNUSED]),
    row("GET /api/v1/tokens", Kind::Alone, NOTHING, ALONE),
    row(
        "POST /api/v1/tokens",
        Kind::Alone,
        |_| json!({"name": "ci", "scope": "read"}),
        [[401, 201, 201, 201], UNUSED, UNUSED],
    ),
    row("DELETE /api/v1/tokens/{id}", Kind::Token, NOTHING, [[401, 204, 204, 204], GONE, GONE]),
    row("GET /api/v1/runbooks", Kind::Alone, NOTHING, ALONE).read(),
    row("GET /api/v1/runbooks/{*slug}", Kind::Runbook, NOTHING, READ).read(),
    row("GET /api/v1/files/{*path}", Kind::File, NOTHING, READ).read(),
    row("GET /api/v1/highlight/{*slug}", Kind::Runbook, NOTHING, READ).read(),
    row("GET /api/v1/history/{*slug}", Kind::Runbook, NOTHING, READ).read(),
    // An alert that no runbook names is a page that says so.
    row("GET /api/v1/alerts/{*name}", Kind::Runbook, NOTHING, [SEEN; 3]).read(),
    row("POST /api/v1/steps", Kind::Runbook, step, [[401, 204, 204, 204], [401, 204, 204, 204], GONE]),
    row("GET /api/v1/runs", Kind::Alone, NOTHING, ALONE).read(),
    row(
        "POST /api/v1/runs",
        Kind::Runbook,
        |thing| thing.request.clone(),
        [[401, 201, 201, 201], [401, 403, 403, 201], GONE],
    )
    .run(),
    // A preview says a refusal in its answer.
    row(
        "POST /api/v1/runs/preview",
        Kind::Runbook,
        |thing| json!({"runbook": thing.name, "action": "act"}),
        READ,
    )
    .read(),
    // Of several runs as of one.
    row("POST /api/v1/requests", Kind::Runbook, several, [[401, 201, 201, 201], [401, 403, 403, 201], GONE])
        .run(),
    row(
        "POST /api/v1/requests/preview",
        Kind::Runbook,
        |thing| json!({"runbook": thing.name, "action": "act", "each": [{}, {"nth": "two"}]}),
        READ,
    )
    .read(),
    row("GET /api/v1/requests/{id}", Kind::Batch, NOTHING, READ).read(),
    row(
        "POST /api/v1/requests/{id}/approvals",
        Kind::Batch,
        |thing| thing.request.clone(),
        [[401, 403, 403, 403], [401, 403, 403, 200], GONE],
    ),
    row("POST /api/v1/requests/{id}/cancel", Kind::Batch, NOTHING, READ).run(),
    row("GET /api/v1/runs/{id}", Kind::Run, NOTHING, READ).read(),
    // Anybody may end a run: stopping needs no agreement.
    row("POST /api/v1/runs/{id}/cancel", Kind::Run, NOTHING, READ).run(),
    // It waits for an answer, so even its requester can't start it; another's is nobody else's to start.
    row(
        "POST /api/v1/runs/{id}/start",
        Kind::Run,
        NOTHING,
        [[401, 409, 409, 409], [401, 403, 403, 403], GONE],
    )
    .run(),
    // Nobody agrees to their own, and of the others only the team that is asked.
    row(
        "POST /api/v1/runs/{id}/approvals",
        Kind::Run,
        |thing| json!({"digest": thing.digest, "answer": "yes", "judgement": "checked"}),
        [[401, 403, 403, 403], [401, 403, 403, 200], GONE],
    ),
    // Who may answer may ask somebody else who may.
    row(
        "POST /api/v1/runs/{id}/referrals",
        Kind::Run,
        |thing| json!({"digest": thing.digest, "to": {"person": "cid"}}),
        [[401, 403, 403, 403], [401, 403, 403, 200], GONE],
    ),
    row("GET /api/v1/runs/{id}/evidence", Kind::Run, NOTHING, READ).read(),
    // Only what somebody who may answer looks at is noted.
    row(
        "POST /api/v1/runs/{id}/looks",
        Kind::Run,
        |_| json!({"at": "request"}),
        [[401, 403, 403, 403], [401, 403, 403, 204], GONE],
    ),
    // It has not ended, so even who asked can't say it yet; of another's only who answered may.
    row(
        "POST /api/v1/runs/{id}/verdict",
        Kind::Run,
        |_| json!({"verdict": "yes"}),
        [WRONG, [401, 403, 403, 403], GONE],
    ),
    row("GET /api/v1/approvals/report", Kind::Alone, NOTHING, ALONE).read(),
    row(
        "POST /api/v1/runs/{id}/review",
        Kind::Run,
        |thing| json!({"digest": thing.digest, "verdict": "right", "comment": "It was."}),
        [WRONG, WRONG, GONE],
    ),
    // Nobody has allowed any, which only the requester is told; so nobody has anything to withdraw either.
    row("POST /api/v1/runs/{id}/retries", Kind::Run, retry, [WRONG, [401, 403, 403, 403], GONE]).run(),
    row(
        "DELETE /api/v1/runs/{id}/retries",
        Kind::Run,
        NOTHING,
        [[401, 403, 403, 403], [401, 403, 403, 403], GONE],
    ),
    row("GET /api/v1/runs/{id}/log", Kind::Run, NOTHING, READ).read(),
    row("GET /api/v1/runs/{id}/log/search", Kind::Run, |_| json!("q=x"), READ).read(),
    row("GET /api/v1/runs/{id}/log.txt", Kind::Run, NOTHING, READ).read(),
    row("GET /api/v1/approvals", Kind::Alone, NOTHING, ALONE).read(),
    row("GET /api/v1/watching", Kind::Alone, NOTHING, ALONE),
    row(
        "POST /api/v1/watching",
        Kind::Runbook,
        |thing| json!({"kind": "runbook", "name": thing.name, "on": true}),
        READ,
    ),
    row("GET /api/v1/audit", Kind::Alone, NOTHING, AUDITORS),
    row("GET /api/v1/audit/newer", Kind::Alone, |_| json!("after=1"), AUDITORS),
    row("GET /api/v1/audit.jsonl", Kind::Alone, NOTHING, AUDITORS),
    row("GET /api/v1/audit.csv", Kind::Alone, NOTHING, AUDITORS),
    row("GET /api/v1/events", Kind::Alone, NOTHING, ALONE).read(),
];

fn step(thing: &Thing) -> Value {
    let revision = &thing.request["revision"];
    json!({"runbook": thing.name, "revision": revision, "step": "tell", "done": true})
}

fn retry(thing: &Thing) -> Value {
    json!({"digest": thing.digest, "idempotency_key": format!("retry-{}", thing.name)})
}

fn several(thing: &Thing) -> Value {
    let mut request = thing.request.clone();
    if let Some(key) = request["idempotency_key"].as_str().map(str::to_owned) {
        request["each"] = json!([{}, {"inputs": {"nth": format!("{key}-2")}}]);
    }
    request
}
