-- What is recorded. Times are milliseconds since the Unix epoch; digests are lower-case hex.

-- A run is its run spec (the bytes that its digest is taken of) and where it stands.
CREATE TABLE runs (
    id              TEXT PRIMARY KEY,
    state           TEXT NOT NULL,
    spec            BLOB NOT NULL,
    digest          TEXT NOT NULL,
    -- The requester's key, and the SHA-256 of the request it came with: the same key gives the same run.
    idempotency_key TEXT NOT NULL,
    request_digest  TEXT NOT NULL,
    -- Equal for two requests of the same action with the same inputs on the same target.
    same            TEXT NOT NULL,
    -- Copies out of the spec, for lists and filters.
    runbook         TEXT NOT NULL,
    runbook_title   TEXT NOT NULL,
    action          TEXT NOT NULL,
    label           TEXT NOT NULL,
    is_check        INTEGER NOT NULL,
    target          TEXT NOT NULL,
    environment     TEXT NOT NULL,
    service         TEXT,
    requester       TEXT NOT NULL,
    requester_json  TEXT NOT NULL,
    reason          TEXT,
    ticket          TEXT,
    incident        TEXT,
    rerun_of        TEXT,
    inputs_json     TEXT NOT NULL,
    has_secrets     INTEGER NOT NULL,
    needs_json      TEXT NOT NULL,
    outcome_json    TEXT,
    requested_at    INTEGER NOT NULL,
    expires_at      INTEGER,
    approved_at     INTEGER,
    queued_at       INTEGER,
    starting_at     INTEGER,
    running_at      INTEGER,
    ended_at        INTEGER,
    UNIQUE (requester, idempotency_key)
) STRICT;
CREATE INDEX runs_by_state ON runs (state);
CREATE INDEX runs_by_same ON runs (same, state);
CREATE INDEX runs_by_action ON runs (runbook, action, id);

-- One person's answer to one run spec. `used_at` is set in the transaction that moves the run on.
CREATE TABLE approvals (
    run         TEXT NOT NULL REFERENCES runs (id),
    person      TEXT NOT NULL,
    person_json TEXT NOT NULL,
    team        TEXT NOT NULL,
    answer      TEXT NOT NULL,
    comment     TEXT,
    digest      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    used_at     INTEGER,
    PRIMARY KEY (run, person)
) STRICT;

-- State changes in the order in which they were recorded, each with the run as it then was.
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    run      TEXT NOT NULL,
    runbook  TEXT NOT NULL,
    run_json TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_run ON events (run, seq);

-- Ticks of manual steps; a tick taken back keeps its row.
CREATE TABLE step_marks (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    runbook     TEXT NOT NULL,
    revision    TEXT NOT NULL,
    step        TEXT NOT NULL,
    person_json TEXT NOT NULL,
    incident    TEXT,
    at          INTEGER NOT NULL,
    undone_at   INTEGER
) STRICT;
CREATE INDEX step_marks_by_step ON step_marks (runbook, step, at);

-- Files as they were when somebody ran an action of them.
CREATE TABLE revisions (
    slug     TEXT NOT NULL,
    revision TEXT NOT NULL,
    source   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (slug, revision)
) STRICT;

-- Sessions by the SHA-256 of their token: the database alone signs nobody in.
CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    person       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL
) STRICT;
