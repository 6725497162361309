-- +goose Up
-- What a line of the log says of an erased customer can be taken out of it: the salt goes too, so that its digest, which
-- stays, does not prove a guess.
ALTER TABLE audit ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN erased BOOLEAN NOT NULL DEFAULT FALSE;

-- What an erasure looks through: reports that belong to no notification.
CREATE INDEX events_loose ON events (account_id, LOWER(recipient)) WHERE notification_id = '' AND state <> 'due';

-- +goose Down
DROP INDEX events_loose;
ALTER TABLE audit DROP COLUMN erased;
ALTER TABLE audit DROP COLUMN salt;
