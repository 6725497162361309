-- +goose Up
-- Where an account's own system is called, and what it has not been told yet. A call holds ids and words of our
-- vocabulary only, never a name or an address: whoever is called asks for the rest.
CREATE TABLE callback_endpoints (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL DEFAULT '',
  secret_sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE callbacks (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  body TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at TIMESTAMP,
  error TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX callbacks_due ON callbacks (due_at) WHERE due_at IS NOT NULL;

-- +goose Down
DROP TABLE callbacks;
DROP TABLE callback_endpoints;
