-- People besides the config's, or what else is known of those, by where that is known from: `user` is the command.
CREATE TABLE people (
    id         TEXT NOT NULL,
    source     TEXT NOT NULL,
    name       TEXT NOT NULL,
    teams_json TEXT NOT NULL,
    -- The account at the source: an id belongs to the first account that came with it.
    account    TEXT,
    at         INTEGER NOT NULL,
    PRIMARY KEY (id, source)
) STRICT;

-- Grows with every change of people: one small look tells a server that somebody else has changed them.
CREATE TABLE people_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO people_version (one, version) VALUES (1, 1);
CREATE TRIGGER people_come AFTER INSERT ON people BEGIN UPDATE people_version SET version = version + 1; END;
CREATE TRIGGER people_change AFTER UPDATE ON people BEGIN UPDATE people_version SET version = version + 1; END;
CREATE TRIGGER people_go AFTER DELETE ON people BEGIN UPDATE people_version SET version = version + 1; END;

-- Argon2id in the PHC string format.
CREATE TABLE passwords (
    person TEXT PRIMARY KEY,
    hash   TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
