-- API tokens, by the SHA-256 of what proves them. They stay when they have ended: the audit record names them.
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    digest     TEXT NOT NULL UNIQUE,
    owner      TEXT NOT NULL,
    name       TEXT NOT NULL,
    -- The program that uses it, if it is not the owner's own.
    service    TEXT,
    scope      TEXT NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX tokens_by_owner ON tokens (owner);
