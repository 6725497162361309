-- +goose Up
-- What waits for the notification that it names by the business's own name.
CREATE INDEX events_unmatched_ref ON events (account_id, notification_ref) WHERE state = 'unmatched' AND notification_ref <> '';

-- +goose Down
DROP INDEX events_unmatched_ref;
