-- +goose Up
-- What an account's people said about suggested corrections: accepted ones are learnt from, dismissed ones stay away.
CREATE TABLE corrections (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  wrong TEXT NOT NULL,
  corrected TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (account_id, wrong, corrected)
);

CREATE TABLE dismissals (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  address TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, address)
);

-- +goose Down
DROP TABLE dismissals;
DROP TABLE corrections;
