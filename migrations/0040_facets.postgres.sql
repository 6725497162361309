-- +goose Up
-- The day counters know what waits and what was cleared, and the report is counted by each of its facets: the counters by
-- reason become one facet among others. All are filled from the rows.
ALTER TABLE undelivered ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
UPDATE undelivered SET outcome = (SELECT n.outcome FROM notifications n WHERE n.id = undelivered.id)
  WHERE left_at IS NOT NULL AND left_why = 'cleared';

ALTER TABLE undelivered_daily ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE undelivered_daily ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
DELETE FROM undelivered_daily;
INSERT INTO undelivered_daily (account_id, day, channel, status, open, total, waiting, cleared)
  SELECT account_id, day, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END), COUNT(*),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why = 'waiting' THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why = 'cleared' THEN 1 ELSE 0 END)
  FROM undelivered GROUP BY account_id, day, channel, status;

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
INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
  SELECT account_id, 'reason', day, reason, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END)
  FROM undelivered GROUP BY account_id, day, reason, channel, status;
INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
  SELECT account_id, 'domain', day, domain, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END)
  FROM undelivered GROUP BY account_id, day, domain, channel, status;
INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
  SELECT account_id, 'connection', day, connection_id, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END)
  FROM undelivered GROUP BY account_id, day, connection_id, channel, status;
INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
  SELECT account_id, 'kind', day, kind, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END)
  FROM undelivered GROUP BY account_id, day, kind, channel, status;
INSERT INTO facet_daily (account_id, facet, day, value, channel, status, open, fixed)
  SELECT account_id, 'outcome', day, outcome, channel, status, SUM(CASE WHEN left_at IS NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN left_at IS NOT NULL AND left_why IN ('delivered', 'cleared') THEN 1 ELSE 0 END)
  FROM undelivered WHERE outcome <> '' GROUP BY account_id, day, outcome, channel, status;
DROP TABLE reason_daily;

-- +goose Down
CREATE TABLE reason_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  reason TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, reason, channel, status)
) WITH (fillfactor = 50);
INSERT INTO reason_daily (account_id, day, reason, channel, status, open)
  SELECT account_id, day, value, channel, status, open FROM facet_daily WHERE facet = 'reason' AND open <> 0;
DROP TABLE facet_daily;
ALTER TABLE undelivered_daily DROP COLUMN cleared;
ALTER TABLE undelivered_daily DROP COLUMN waiting;
ALTER TABLE undelivered DROP COLUMN outcome;
