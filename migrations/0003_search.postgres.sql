-- +goose Up
-- The extension comes with PostgreSQL's own server package; who may create things in the database may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX undelivered_search ON undelivered USING gin (search gin_trgm_ops);
CREATE INDEX customers_search ON customers USING gin (search gin_trgm_ops);

-- +goose Down
DROP INDEX customers_search;
DROP INDEX undelivered_search;
