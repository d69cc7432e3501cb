-- Somebody who was asked for an answer asks somebody else to give it instead. Who may answer stays who it was.
CREATE TABLE referrals (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    run       TEXT NOT NULL REFERENCES runs (id),
    person    TEXT NOT NULL,
    by_json   TEXT NOT NULL,
    -- A person with name and teams, or a team.
    to_json   TEXT NOT NULL,
    -- Its id alone, so that the same is not asked twice: 'person ID' or 'team NAME'.
    asked     TEXT NOT NULL,
    comment   TEXT,
    at        INTEGER NOT NULL,
    UNIQUE (run, person, asked)
) STRICT;
