-- +goose Up
-- The key by which erased addresses are recognised, sealed: it outlives a change of the secret key.
CREATE TABLE digest_keys (
  name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
);

-- +goose Down
DROP TABLE digest_keys;
