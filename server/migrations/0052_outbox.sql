-- What teams are to be told outside: written with what it tells of, taken away once it has arrived or was given up.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    team    TEXT NOT NULL,
    -- 'webhook' or 'email'; where that leads stands in the config, not here.
    way     TEXT NOT NULL,
    letter  TEXT NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_next ON outbox (next_at);
