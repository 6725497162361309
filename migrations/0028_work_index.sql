-- +goose Up
-- What somebody looks after, or has put off, is counted in its own small index.
CREATE INDEX undelivered_work ON undelivered (account_id, failed_at)
  WHERE left_at IS NULL AND (assigned_to <> '' OR on_hold OR snoozed_until IS NOT NULL);

-- +goose Down
DROP INDEX undelivered_work;
