-- +goose Up
-- Counters, kept in the transaction of every change.

-- The number, the chips and the totals are sums of this table, kept in the transaction of every change.
CREATE TABLE undelivered_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, channel, status)
) WITH (fillfactor = 50);

-- The same by each facet of the report: reason, domain, connection, kind, outcome.
CREATE TABLE facet_daily (
  account_id TEXT NOT NULL,
  facet TEXT NOT NULL,
  day TEXT NOT NULL,
  value TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  fixed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, facet, day, value, channel, status)
) WITH (fillfactor = 50);

-- What was sent at all, for shares and rates.
CREATE TABLE sent_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, channel, connection_id, kind, domain)
) WITH (fillfactor = 50);

-- +goose Down
DROP TABLE sent_daily;
DROP TABLE facet_daily;
DROP TABLE undelivered_daily;
