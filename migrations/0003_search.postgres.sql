-- +goose Up
-- The extension comes with PostgreSQL's own server package; who may create things in the database may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- What a customer is found by: name, reference, addresses, folded (models/fold.go).
ALTER TABLE customers ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX undelivered_search ON undelivered USING gin (search gin_trgm_ops);
CREATE INDEX customers_search ON customers USING gin (search gin_trgm_ops);

-- +goose Down
DROP INDEX customers_search;
DROP INDEX undelivered_search;
ALTER TABLE customers DROP COLUMN search;
