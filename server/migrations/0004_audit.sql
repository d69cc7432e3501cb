-- Who did what and what was refused, in the order of its record: each row's hash is taken of the one before and its own bytes.
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY,
    entry BLOB NOT NULL,
    hash  TEXT NOT NULL
) STRICT;
-- Nothing in Lastmile changes a row; whoever does it by hand has to take these away first.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit record is append-only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit record is append-only'); END;

-- Where the chain ends: without it, rows cut off at the end would leave a shorter chain that fits.
CREATE TABLE audit_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
