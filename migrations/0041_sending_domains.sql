-- +goose Up
-- What the directory of domain names last said of the domains that an account sends from.
CREATE TABLE sending_domains (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  domain TEXT NOT NULL,
  spf TEXT NOT NULL,
  dkim TEXT NOT NULL,
  dmarc TEXT NOT NULL,
  checked_at TIMESTAMP NOT NULL,
  PRIMARY KEY (account_id, domain)
);
-- The counters of facets have taken its place.
DROP INDEX undelivered_domain;
-- The share of complaints is asked for by the dashboard and by every resend of several.
CREATE INDEX undelivered_spammed ON undelivered (account_id, failed_at) WHERE status = 'spammed';

-- +goose Down
DROP INDEX undelivered_spammed;
CREATE INDEX undelivered_domain ON undelivered (account_id, domain, day) WHERE left_at IS NULL AND domain <> '';
DROP TABLE sending_domains;
