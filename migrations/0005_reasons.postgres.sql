-- +goose Up
-- The day counters once more by reason: totals of a reason, the reasons that occur and faults of our side are sums.
CREATE TABLE reason_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  reason TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, reason, channel, status)
) WITH (fillfactor = 50);
CREATE INDEX undelivered_open_name ON undelivered (account_id, sort_name, id) WHERE left_at IS NULL;
CREATE INDEX undelivered_open_reason ON undelivered (account_id, reason, failed_at DESC, id DESC) WHERE left_at IS NULL;
CREATE INDEX undelivered_open_domain ON undelivered (account_id, domain, failed_at DESC, id DESC) WHERE left_at IS NULL;
CREATE INDEX undelivered_mistyped ON undelivered (account_id, failed_at DESC) WHERE left_at IS NULL AND suggestion <> '';
CREATE INDEX undelivered_unknown ON undelivered (account_id, failed_at DESC) WHERE left_at IS NULL AND state = 'unknown';

-- A query of the report that somebody has kept.
CREATE TABLE views (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX views_name ON views (account_id, user_id, name);

-- +goose Down
DROP TABLE views;
DROP INDEX undelivered_unknown;
DROP INDEX undelivered_mistyped;
DROP INDEX undelivered_open_domain;
DROP INDEX undelivered_open_reason;
DROP INDEX undelivered_open_name;
DROP TABLE reason_daily;
