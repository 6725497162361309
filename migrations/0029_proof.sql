-- +goose Up
-- Proofs that count once: tokens of signatures that do not cover the body, each with the body that it came with.
CREATE TABLE tokens (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  token TEXT NOT NULL,
  digest TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connection_id, token)
);
CREATE INDEX tokens_expired ON tokens (expires_at);

-- A bounce mail that names no message was matched by its recipient and time: probable, and not held against the address.
ALTER TABLE events ADD COLUMN probable BOOLEAN NOT NULL DEFAULT FALSE;

-- The program said that it stops, so that the time until it runs again is known to the second.
ALTER TABLE heartbeats ADD COLUMN stopped BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE heartbeats DROP COLUMN stopped;
ALTER TABLE events DROP COLUMN probable;
DROP TABLE tokens;
