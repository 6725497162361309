-- +goose Up
-- A large set is checked by a job before it is confirmed, and items may go by the customer's other channel.
ALTER TABLE bulk_jobs ADD COLUMN instead TEXT NOT NULL DEFAULT '';
ALTER TABLE bulk_jobs ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN texts_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN emails INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN emails_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_jobs ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_items ADD COLUMN address_id TEXT NOT NULL DEFAULT '';
ALTER TABLE bulk_items ADD COLUMN way TEXT NOT NULL DEFAULT '';
CREATE INDEX bulk_items_address ON bulk_items (job_id, address_id) WHERE address_id <> '';
CREATE INDEX bulk_items_way ON bulk_items (job_id, way, position) WHERE way <> '';
CREATE INDEX bulk_jobs_checks ON bulk_jobs (created_at) WHERE state IN ('checking', 'checked');

-- +goose Down
DROP INDEX bulk_jobs_checks;
DROP INDEX bulk_items_way;
DROP INDEX bulk_items_address;
ALTER TABLE bulk_items DROP COLUMN way;
ALTER TABLE bulk_items DROP COLUMN address_id;
ALTER TABLE bulk_jobs DROP COLUMN parts;
ALTER TABLE bulk_jobs DROP COLUMN emails_out;
ALTER TABLE bulk_jobs DROP COLUMN emails;
ALTER TABLE bulk_jobs DROP COLUMN texts_out;
ALTER TABLE bulk_jobs DROP COLUMN texts;
ALTER TABLE bulk_jobs DROP COLUMN instead;
