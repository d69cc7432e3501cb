-- The machine's boot in which a run began to be started: what was not on the disk at the end of that boot is not known.
ALTER TABLE runs ADD COLUMN boot TEXT;
