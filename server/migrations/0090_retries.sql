-- With a yes, so many retries of exactly the same may be allowed until a moment; whoever allowed them can withdraw that.
ALTER TABLE approvals ADD COLUMN retries INTEGER;
ALTER TABLE approvals ADD COLUMN retries_until INTEGER;
ALTER TABLE approvals ADD COLUMN retries_withdrawn_at INTEGER;

-- Of a retry: the run that was agreed to. So many rows are so many retries used: nothing else counts them.
ALTER TABLE runs ADD COLUMN retry_of TEXT;
CREATE INDEX runs_by_retry ON runs (retry_of) WHERE retry_of IS NOT NULL;
