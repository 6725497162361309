-- +goose Up
-- Each line of an import has a row of its own, whose state changes in the transaction of its change: an import that
-- breaks off says truthfully what was done, and goes on.
DELETE FROM imports;
ALTER TABLE imports DROP COLUMN lines;
ALTER TABLE imports ADD COLUMN ended_at TIMESTAMP;
CREATE TABLE import_lines (
  import_id TEXT NOT NULL REFERENCES imports (id),
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  notification_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  channel TEXT NOT NULL,
  was TEXT NOT NULL,
  becomes TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT NOT NULL,
  done BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (import_id, position)
);

-- +goose Down
DROP TABLE import_lines;
ALTER TABLE imports DROP COLUMN ended_at;
ALTER TABLE imports ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';
