-- What an action did when it last succeeded is what a request of it is compared with.
CREATE INDEX runs_succeeded ON runs (runbook, action, id) WHERE state = 'succeeded';
