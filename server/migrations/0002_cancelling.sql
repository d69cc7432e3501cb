-- When somebody asked for a running run's end: it stays `running` until everything it started is gone.
ALTER TABLE runs ADD COLUMN cancelling_at INTEGER;
