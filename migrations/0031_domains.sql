-- +goose Up
-- The dashboard counts the open list by domain from this index alone.
CREATE INDEX undelivered_domain ON undelivered (account_id, domain, day) WHERE left_at IS NULL AND domain <> '';

-- +goose Down
DROP INDEX undelivered_domain;
