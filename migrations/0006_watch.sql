-- +goose Up
-- When the program last said that it runs; the time without is a gap for every connection (semantics 3.5).
CREATE TABLE heartbeats (
  id TEXT PRIMARY KEY,
  at TIMESTAMP NOT NULL
);

ALTER TABLE gaps ADD COLUMN due_at TIMESTAMP;
ALTER TABLE gaps ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gaps ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';
CREATE INDEX gaps_open ON gaps (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX gaps_account ON gaps (account_id, from_at) WHERE closed_at IS NULL AND fetched_at IS NULL;

-- How many requests were refused in each hour, and why; nothing else of them is kept.
CREATE TABLE refusals (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  hour TIMESTAMP NOT NULL,
  why TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (connection_id, hour, why)
);

-- What support proposes for the dictionary: words that no entry explained, and the entry that would.
CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  words TEXT NOT NULL,
  reason TEXT NOT NULL,
  n INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX proposals_words ON proposals (provider, channel, words);

-- +goose Down
DROP TABLE proposals;
DROP TABLE refusals;
DROP INDEX gaps_account;
DROP INDEX gaps_open;
ALTER TABLE gaps DROP COLUMN closed_by;
ALTER TABLE gaps DROP COLUMN tries;
ALTER TABLE gaps DROP COLUMN due_at;
DROP TABLE heartbeats;
