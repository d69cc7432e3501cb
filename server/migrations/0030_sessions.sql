-- How the session's person proved who they are, and sessions by person, so that all of somebody's can be ended.
ALTER TABLE sessions ADD COLUMN how TEXT NOT NULL DEFAULT 'demo';
CREATE INDEX sessions_by_person ON sessions (person);
