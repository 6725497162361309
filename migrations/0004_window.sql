-- +goose Up
-- How many days the number of an account reaches back.
ALTER TABLE accounts ADD COLUMN window_days INTEGER NOT NULL DEFAULT 30;

-- +goose Down
ALTER TABLE accounts DROP COLUMN window_days;
