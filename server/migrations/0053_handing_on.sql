-- When those who are asked were reminded, and when a second team was told that nobody had answered; which ones.
ALTER TABLE runs ADD COLUMN reminded_at INTEGER;
ALTER TABLE runs ADD COLUMN handed_on_at INTEGER;
ALTER TABLE runs ADD COLUMN handed_on_json TEXT;
