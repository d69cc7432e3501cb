-- One request of several runs. Its key is the client's, as a run's is: the same key gives the same request.
CREATE TABLE batches (
    id              TEXT PRIMARY KEY,
    requester       TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- SHA-256 of the request that the key came with.
    request_digest  TEXT NOT NULL,
    at              INTEGER NOT NULL,
    UNIQUE (requester, idempotency_key)
) STRICT;

-- Which request a run was asked for with, and where it stands in it, from 1; null where it was asked for alone.
ALTER TABLE runs ADD COLUMN batch TEXT REFERENCES batches (id);
ALTER TABLE runs ADD COLUMN batch_nth INTEGER;
ALTER TABLE runs ADD COLUMN batch_of INTEGER;
CREATE INDEX runs_by_batch ON runs (batch, batch_nth) WHERE batch IS NOT NULL;
