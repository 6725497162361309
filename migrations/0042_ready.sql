-- +goose Up
-- What may be ready to try again, so that the dashboard does not look for it among all that is open.
CREATE INDEX undelivered_ready ON undelivered (account_id, failed_at DESC)
  WHERE left_at IS NULL AND (ready OR state = 'failed' AND NOT our_side AND status IN ('soft_bounce', 'mailbox_error'));
-- The share of complaints is counted from the index alone.
DROP INDEX undelivered_spammed;
CREATE INDEX undelivered_spammed ON undelivered (account_id, failed_at, reason) WHERE status = 'spammed';

-- +goose Down
DROP INDEX undelivered_spammed;
CREATE INDEX undelivered_spammed ON undelivered (account_id, failed_at) WHERE status = 'spammed';
DROP INDEX undelivered_ready;
