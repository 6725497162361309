-- +goose Up
-- What the report shows, one row a notification that has ever been undelivered. left_at NULL: on the report and in
-- the number. The columns that a page shows are copied here, so that it reads one table.
CREATE TABLE undelivered (
  id TEXT PRIMARY KEY REFERENCES notifications (id),
  account_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  failed_at TIMESTAMP NOT NULL,
  day TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  due_at TIMESTAMP,
  customer_id TEXT NOT NULL,
  customer_ref TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  address_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  domain TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  our_side BOOLEAN NOT NULL,
  tries INTEGER NOT NULL,
  returned BOOLEAN NOT NULL,
  new_address BOOLEAN NOT NULL DEFAULT FALSE,
  suggestion TEXT NOT NULL DEFAULT '',
  assigned_to TEXT NOT NULL DEFAULT '',
  snoozed_until TIMESTAMP,
  on_hold BOOLEAN NOT NULL DEFAULT FALSE,
  search TEXT NOT NULL,
  left_at TIMESTAMP,
  left_why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX undelivered_open ON undelivered (account_id, failed_at DESC, id DESC) WHERE left_at IS NULL;
CREATE INDEX undelivered_open_status ON undelivered (account_id, status, failed_at DESC, id DESC) WHERE left_at IS NULL;
CREATE INDEX undelivered_left ON undelivered (account_id, left_why, failed_at DESC, id DESC) WHERE left_at IS NOT NULL;
CREATE INDEX undelivered_customer ON undelivered (customer_id);
CREATE INDEX undelivered_address ON undelivered (address_id);
CREATE INDEX undelivered_due ON undelivered (account_id, due_at, failed_at) WHERE left_at IS NULL AND due_at IS NOT NULL;

-- The number, the chips and the totals are sums of this table, kept in the transaction of every change.
CREATE TABLE undelivered_daily (
  account_id TEXT NOT NULL,
  day TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day, channel, status)
) WITHOUT ROWID;

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
) WITHOUT ROWID;

-- +goose Down
DROP TABLE sent_daily;
DROP TABLE undelivered_daily;
DROP TABLE undelivered;
