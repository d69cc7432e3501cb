-- What whoever may answer looked at before: facts to judge gates by. No report tells of a person.
CREATE TABLE looks (
    run       TEXT NOT NULL REFERENCES runs (id),
    person    TEXT NOT NULL,
    seen_at   INTEGER NOT NULL,
    -- When they first opened what changed in the script, and what had to be done first.
    script_at INTEGER,
    checks_at INTEGER,
    PRIMARY KEY (run, person)
) STRICT, WITHOUT ROWID;

-- Afterwards, by the requester or whoever answered: was it the right call? The newest word of each counts.
CREATE TABLE verdicts (
    run         TEXT NOT NULL REFERENCES runs (id),
    person      TEXT NOT NULL,
    person_json TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (run, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX approvals_by_time ON approvals (at);
