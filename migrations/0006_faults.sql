-- +goose Up

-- A connection whose hand-overs do not come to an end in time: how many in a row, since when it is asked by one message
-- at a time, and when the next of them may go.
ALTER TABLE connections ADD COLUMN hangs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN hung_at TIMESTAMP;
ALTER TABLE connections ADD COLUMN hung_until TIMESTAMP;

-- The programs that run on this database, each with its last sign of life.
CREATE TABLE instances (
    id      TEXT PRIMARY KEY,
    beat_at TIMESTAMP NOT NULL
);

-- Where the database was when a program last ran on it; another place means that it is a copy.
ALTER TABLE heartbeats ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE heartbeats ADD COLUMN copied_at TIMESTAMP;

-- +goose Down

ALTER TABLE heartbeats DROP COLUMN copied_at;
ALTER TABLE heartbeats DROP COLUMN place;
DROP TABLE instances;
ALTER TABLE connections DROP COLUMN hung_until;
ALTER TABLE connections DROP COLUMN hung_at;
ALTER TABLE connections DROP COLUMN hangs;
