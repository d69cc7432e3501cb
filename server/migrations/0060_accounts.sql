-- Groups that somebody has elsewhere: what teams they make, the config says anew at each start.
ALTER TABLE people ADD COLUMN groups_json TEXT NOT NULL DEFAULT '[]';
-- An account is one person, as an id is one account: who gets another name elsewhere does not become somebody else here.
CREATE UNIQUE INDEX people_by_account ON people (source, account) WHERE account IS NOT NULL;
-- What the provider wants to see when somebody signs out there: the ID token. It signs nobody in.
ALTER TABLE sessions ADD COLUMN leave_hint TEXT;
