-- +goose Up
-- Many resent or cleared at once: the set is fixed when a person confirms it, and each item keeps its own result.
CREATE TABLE bulk_jobs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  action TEXT NOT NULL,
  outcome TEXT NOT NULL DEFAULT '',
  query TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  total INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  by_kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  by_role TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);
CREATE INDEX bulk_jobs_account ON bulk_jobs (account_id, created_at);

CREATE TABLE bulk_items (
  job_id TEXT NOT NULL REFERENCES bulk_jobs (id),
  position INTEGER NOT NULL,
  notification_id TEXT NOT NULL,
  state TEXT NOT NULL,
  guard TEXT NOT NULL DEFAULT '',
  attempt_id TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (job_id, position)
);
CREATE INDEX bulk_items_open ON bulk_items (job_id, position) WHERE state = 'waiting';
CREATE INDEX bulk_items_digest ON bulk_items (job_id, digest) WHERE digest <> '';
CREATE INDEX bulk_items_refused ON bulk_items (job_id, guard, position) WHERE state = 'refused';

-- +goose Down
DROP TABLE bulk_items;
DROP TABLE bulk_jobs;
