-- +goose Up
-- When a provider's own list was last compared with ours, and what the comparison found to differ.
ALTER TABLE connections ADD COLUMN compared_at TIMESTAMP;
ALTER TABLE connections ADD COLUMN compare_failed TEXT NOT NULL DEFAULT '';
ALTER TABLE suppressions ADD COLUMN differed TEXT NOT NULL DEFAULT '';
ALTER TABLE suppressions ADD COLUMN differed_at TIMESTAMP;
CREATE INDEX suppressions_differed ON suppressions (account_id, differed, differed_at) WHERE differed <> '';

-- The page also shows what has been cleared lately.
DROP INDEX suppressions_open;
CREATE INDEX suppressions_listed ON suppressions (account_id, listed_at DESC, id DESC);
CREATE INDEX clear_requests_suppression ON clear_requests (suppression_id) WHERE suppression_id <> '';

-- +goose Down
DROP INDEX clear_requests_suppression;
DROP INDEX suppressions_listed;
CREATE INDEX suppressions_open ON suppressions (account_id, listed_at DESC, id DESC) WHERE cleared_at IS NULL;
DROP INDEX suppressions_differed;
ALTER TABLE suppressions DROP COLUMN differed_at;
ALTER TABLE suppressions DROP COLUMN differed;
ALTER TABLE connections DROP COLUMN compare_failed;
ALTER TABLE connections DROP COLUMN compared_at;
