-- +goose Up
-- A corrected file between its preview and its application: only what it would change is kept.
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  by_id TEXT NOT NULL,
  total INTEGER NOT NULL,
  lines TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  applied_at TIMESTAMP
);
CREATE INDEX imports_age ON imports (created_at);

-- +goose Down
DROP TABLE imports;
