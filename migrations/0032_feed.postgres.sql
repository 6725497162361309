-- +goose Up
-- In which order an account's events were stored for good: a program that has read so far misses none that was in hand
-- at that moment. The head of an account is held from the taking of a place until the commit.
CREATE TABLE feed_heads (
  account_id TEXT PRIMARY KEY,
  at BIGINT NOT NULL
);
ALTER TABLE events ADD COLUMN feed BIGINT NOT NULL DEFAULT 0;
UPDATE events SET feed = (EXTRACT(EPOCH FROM received_at) * 1000000)::BIGINT;
DROP INDEX events_account;
CREATE INDEX events_feed ON events (account_id, feed, id);

-- +goose Down
CREATE INDEX events_account ON events (account_id, received_at, id);
DROP INDEX events_feed;
ALTER TABLE events DROP COLUMN feed;
DROP TABLE feed_heads;
