-- +goose Up
-- Callbacks about one thing go out in the order of the changes. What an earlier version has left has no order any more.
ALTER TABLE callbacks ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE callbacks ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE callback_endpoints ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
CREATE INDEX callbacks_about ON callbacks (account_id, about, sequence);

-- +goose Down
DROP INDEX callbacks_about;
ALTER TABLE callback_endpoints DROP COLUMN sequence;
ALTER TABLE callbacks DROP COLUMN sequence;
ALTER TABLE callbacks DROP COLUMN about;
