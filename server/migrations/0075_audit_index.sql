-- What entries of the audit record are found by. Derived from the entries (and the runs they name): the chain alone is the
-- record, and `lastmile audit verify` compares the two.
CREATE TABLE audit_index (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    person  TEXT,
    did     TEXT NOT NULL,
    run     TEXT,
    runbook TEXT,
    action  TEXT,
    target  TEXT
) STRICT;

INSERT INTO audit_index (seq, at, person, did, run, runbook, action, target)
SELECT e.seq,
       coalesce(CAST(e.json ->> '$.at' AS INTEGER), 0),
       CAST(e.json ->> '$.by' AS TEXT),
       coalesce(CAST(e.json ->> '$.did' AS TEXT), ''),
       CAST(e.json ->> '$.run' AS TEXT),
       coalesce(e.detail ->> '$.runbook', w.runbook, r.runbook),
       coalesce(e.detail ->> '$.action', w.action, r.action),
       coalesce(e.detail ->> '$.target', w.target, r.target)
FROM (
    SELECT seq, json, CASE WHEN json_type(json, '$.detail.detail') = 'object'
                           THEN json -> '$.detail.detail' ELSE coalesce(json -> '$.detail', '{}') END AS detail
    FROM (
        -- An entry that somebody has damaged must not keep the server from starting.
        SELECT seq, CASE WHEN json_valid(CAST(entry AS TEXT)) THEN CAST(entry AS TEXT) ELSE '{}' END AS json
        FROM audit
    )
) AS e
LEFT JOIN runs AS r ON r.id = e.json ->> '$.run'
-- What somebody watches is told as a kind and a name; an action's is SLUG#NAME.
LEFT JOIN (
    SELECT seq AS of_seq,
           CASE kind WHEN 'runbook' THEN name WHEN 'action' THEN substr(name, 1, instr(name, '#') - 1) END AS runbook,
           CASE kind WHEN 'action' THEN substr(name, instr(name, '#') + 1) END AS action,
           CASE kind WHEN 'target' THEN name END AS target
    FROM (
        SELECT seq, CAST(entry AS TEXT) ->> '$.detail.kind' AS kind, CAST(entry AS TEXT) ->> '$.detail.name' AS name
        FROM audit WHERE json_valid(CAST(entry AS TEXT))
    )
) AS w ON w.of_seq = e.seq;

-- The number of an entry stands in each of these by itself, so each gives its rows newest first.
CREATE INDEX audit_by_person ON audit_index (person) WHERE person IS NOT NULL;
CREATE INDEX audit_by_did ON audit_index (did);
CREATE INDEX audit_by_run ON audit_index (run) WHERE run IS NOT NULL;
CREATE INDEX audit_by_runbook ON audit_index (runbook, action) WHERE runbook IS NOT NULL;
CREATE INDEX audit_by_target ON audit_index (target) WHERE target IS NOT NULL;

-- Which entries are of each hour since 1970: from a time to numbers, whatever the clock did meanwhile.
CREATE TABLE audit_hours (
    hour      INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL
) STRICT;
INSERT INTO audit_hours SELECT at / 3600000, min(seq), max(seq) FROM audit_index GROUP BY at / 3600000;
