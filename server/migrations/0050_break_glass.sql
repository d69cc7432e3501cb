-- A run that was started at once although others had to agree: why, what was skipped, who reviews it, and their review.
ALTER TABLE runs ADD COLUMN break_glass_json TEXT;
-- When the review is overdue; nothing once it has been given.
ALTER TABLE runs ADD COLUMN review_by INTEGER;
-- When an overdue review was told to the reviewing teams.
ALTER TABLE runs ADD COLUMN escalated_at INTEGER;
CREATE INDEX runs_to_review ON runs (review_by) WHERE review_by IS NOT NULL;
